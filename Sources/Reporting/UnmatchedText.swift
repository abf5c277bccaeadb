package import Ledger

/// What was not matched, by name, with the remedy.
package enum UnmatchedText {
    package static func text(_ unmatched: Unmatched) -> String {
        var lines: [String] = []
        for region in unmatched.regions {
            let name =
                region.name.isEmpty ? "requests without a region" : "region \"\(region.name)\""
            let remedy =
                region.name.isEmpty
                ? "give --region, or default_region in flue.yaml"
                : "give its zone under regions in flue.yaml"
            lines.append(
                "\(name): no grid zone, \(Numbers.counted(region.requests, "request")); \(remedy)")
        }
        for model in unmatched.models {
            let name = model.name.isEmpty ? "requests without a model" : "model \"\(model.name)\""
            lines.append(
                "\(name): no energy known, \(Numbers.counted(model.requests, "request")); say what it is "
                    + "under model_names in flue.yaml, or choose another energy_model (flue models --match)"
            )
        }
        for gap in unmatched.gridGaps {
            lines.append(
                "zone \(gap.zone): no grid value for \(Numbers.counted(Int64(gap.hours), "hour")) from \(gap.first) "
                    + "to \(gap.last), \(Numbers.counted(gap.requests, "request")); "
                    + "import them with flue grid import")
        }
        return "Unmatched: what is known of these counts, their emissions are not known\n"
            + lines.map { "  \(PlainText.forTerminal($0))\n" }.joined()
    }
}
