import Accounting
import Configuration
import Grid

/// Factors that stand in lists of `flue.yaml`, or in tables that it names.
extension MethodFile {
    /// A list of factors, or the path of a table `region,month,g_per_kwh,source`.
    static func market(
        _ node: ConfigNode, of method: inout Method
    ) throws(ConfigError) {
        var factors: [Method.MarketFactor] = []
        let regions = method.regions
        try ConfigTable.read(
            node, columns: ["region", "month", "g_per_kwh", "source"]
        ) { fields, fault throws(ConfigError) in
            let factor = try marketFactor(fields, regions, fault)
            guard
                !factors.contains(where: {
                    $0.region == factor.region && $0.month == factor.month
                })
            else { throw fault("there are two factors of this region and month") }
            factors.append(factor)
        }
        method.market = factors
    }

    /// - Parameter fault: What makes a message of what is wrong.
    private static func marketFactor(
        _ fields: [String?], _ regions: RegionTable, _ fault: (String) -> ConfigError
    ) throws(ConfigError) -> Method.MarketFactor {
        let month = fields[1].flatMap { UTCMonth($0) }
        guard fields[1] == nil || month != nil else {
            throw fault("expected a month such as 2026-10")
        }
        guard let milligrams = fields[2].flatMap({ fixedPoint($0, decimals: 3) }),
            (0...10_000_000).contains(milligrams)
        else { throw fault("expected grams per kWh from 0 to 10000, such as 94") }
        guard let name = fields[0] else { throw fault("\"region\" is missing") }
        guard name == "*" || regions[name] != nil else {
            let near = nearest(to: name, in: regions.names).map { "; did you mean \"\($0)\"?" }
            throw fault("no such region\(near ?? ""); name it under regions")
        }
        guard let source = fields[3] else { throw fault("\"source\" is missing") }
        return Method.MarketFactor(
            region: name, month: month, intensity: MilligramsCO2ePerKilowattHour(milligrams),
            source: source)
    }

    /// `published`, a list of losses, or the path of a table `zone,year,percent,source`.
    static func losses(_ node: ConfigNode) throws(ConfigError) -> TransmissionLosses {
        guard !node.isList else { return try TransmissionLosses(node) }
        guard !node.isMapping, let text = try? node.string(),
            text == "published" || text.contains(".")
        else {
            throw node.error("expected published, a list of losses, or the path of a CSV table")
        }
        return text == "published"
            ? try TransmissionLosses.builtin() : try TransmissionLosses(node)
    }
}
