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
                : (region.nearest.map { "is it \"\($0)\"? If not, " } ?? "")
                    + "give its zone under regions in flue.yaml (flue grid zones lists what is known)"
            lines.append(
                "\(name): no grid zone, \(amount(region.requests, region.uncountedTokens)); \(remedy)"
            )
        }
        for model in unmatched.models {
            let name = model.name.isEmpty ? "requests without a model" : "model \"\(model.name)\""
            lines.append(
                "\(name): no energy known, \(amount(model.requests, model.uncountedTokens)); say what it is "
                    + "under model_names in flue.yaml, or choose another energy_model (flue models --match)"
                    + (model.uncountedTokens > 0
                        ? ": one that charges nothing by the request, as nobody counted them" : ""))
        }
        for gap in unmatched.gridGaps {
            lines.append(
                "zone \(gap.zone): no grid value for \(Numbers.counted(Int64(gap.hours), "hour")) from \(gap.first) "
                    + "to \(gap.last), \(amount(gap.requests, gap.uncountedTokens)); "
                    + "import them with flue grid import"
                    + (gap.otherBasis.map {
                        "; what was imported of it is \($0), which is never mixed with the basis in force (basis in "
                            + "flue.yaml)"
                    } ?? ""))
        }
        return "Unmatched: what is known of these counts, their emissions are not known\n"
            + lines.map { "  \(PlainText.line($0))\n" }.joined()
    }

    /// Requests, and tokens of those that nobody counted.
    private static func amount(_ requests: Int64, _ uncountedTokens: Int64) -> String {
        let tokens = Numbers.counted(uncountedTokens, "token") + " of requests that nobody counted"
        if uncountedTokens == 0 { return Numbers.counted(requests, "request") }
        return requests == 0 ? tokens : "\(Numbers.counted(requests, "request")) and \(tokens)"
    }
}
