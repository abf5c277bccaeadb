package import Accounting
package import Configuration
import Pipeline

extension PublishedEffectiveness {
    /// Reads `of,year,pue,source`.
    ///
    /// - Returns: By region or fleet.
    package static func table(
        csv text: String, file: String
    ) throws(ConfigError) -> [String: [PublishedEffectiveness]] {
        var table: [String: [PublishedEffectiveness]] = [:]
        try ConfigTable.read(
            text, file: file, columns: ["of", "year", "pue", "source"]
        ) { fields, fault throws(ConfigError) in
            guard let name = fields[0], let year = fields[1].flatMap({ Int($0) }),
                let source = fields[3]
            else { throw fault("of, year and source are needed") }
            guard let value = fields[2].flatMap(PowerUsageEffectiveness.init) else {
                throw fault("the PUE is not from 1 to 10")
            }
            table[name, default: []].append(
                PublishedEffectiveness(year: year, value: value, source: source))
        }
        return table
    }
}

extension PowerUsageEffectiveness {
    /// A ratio from 1 to 10, such as `1.18`; `nil` for anything else.
    package init?(text: String) {
        guard let value = fixedPoint(text, decimals: 6), (1_000_000...10_000_000).contains(value)
        else { return nil }
        self.init(value)
    }
}
