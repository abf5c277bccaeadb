package import Configuration

/// What a publication says of one query.
package struct PublishedFigure: Codable, Equatable, Sendable {
    package let name: String
    /// `mean` or `median`.
    package let statistic: String
    /// Wh.
    package let energy: Double
    /// gCO2e.
    package let emissions: Double
    /// What is inside, and by which grid.
    package let boundary: String
    package let year: String
    package let source: String

    enum CodingKeys: String, CodingKey {
        case name, statistic, boundary, year, source
        case energy = "wh"
        case emissions = "gco2e"
    }

    /// Reads `Config/factors/published.yaml`.
    package static func all(_ node: ConfigNode) throws(ConfigError) -> [PublishedFigure] {
        var all: [PublishedFigure] = []
        for item in node.list() {
            let section = try item.section(keys: [
                "name", "statistic", "wh", "gco2e", "boundary", "year", "source",
            ])
            all.append(
                PublishedFigure(
                    name: try section.required("name").string(),
                    statistic: try section.required("statistic").string(),
                    energy: try section.required("wh").number(in: 1e-9...1e9),
                    emissions: try section.required("gco2e").number(in: 1e-9...1e9),
                    boundary: try section.required("boundary").string(),
                    year: try section.required("year").string(),
                    source: try section.required("source").string()))
        }
        return all
    }
}
