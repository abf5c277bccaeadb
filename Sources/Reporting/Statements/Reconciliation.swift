package import Accounting
package import Grid
package import Ledger

/// A provider's statement beside the ledger, by month and region.
package struct Reconciliation: Encodable {
    package struct Row: Encodable {
        package let month: String
        package let region: String
        package let figure: String
        /// kg CO2e; `nil` where it is not known.
        package let ledger: Double?
        package let provider: Double?

        enum CodingKeys: String, CodingKey {
            case month, region, figure
            case ledger = "ledger_kgco2e"
            case provider = "provider_kgco2e"
            case difference = "difference_kgco2e"
            case ratio = "ledger_to_provider"
        }

        /// What the ledger has more.
        package var difference: Double? {
            guard let ledger, let provider else { return nil }
            return ledger - provider
        }

        package var ratio: Double? {
            guard let ledger, let provider, provider != 0 else { return nil }
            return ledger / provider
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(month, forKey: .month)
            try container.encode(region, forKey: .region)
            try container.encode(figure, forKey: .figure)
            try container.encode(ledger, forKey: .ledger)
            try container.encode(provider, forKey: .provider)
            try container.encode(difference, forKey: .difference)
            try container.encode(ratio, forKey: .ratio)
        }
    }

    package let file: String
    package let provider: String
    package let services: [String]
    package let figures: [ProviderExport.Figure]
    /// By figure, then month and region. Months that one of the two does not know are left out.
    package let rows: [Row]
    /// What the ledger's figures count.
    package let ledgerBoundary = Self.boundary

    private static let boundary =
        "operational emissions of the inference requests in the logs: electricity, with PUE; no hardware, no other services"

    enum CodingKeys: String, CodingKey {
        case file, provider, services, figures, rows
        case ledgerBoundary = "ledger_boundary"
    }

    /// - Parameter name: Under which a region stands in the method.
    package init(
        _ file: String, _ statement: ProviderStatement, _ known: [RegionEmissions],
        month wanted: UTCMonth?, name: (String) -> String?
    ) {
        self.file = file
        provider = statement.provider.about
        services = statement.services
        figures = statement.provider.figures
        func plain(_ region: String) -> String { name(region) ?? region }
        struct Place: Hashable {
            let month: UTCMonth
            let region: String
        }
        var rows: [Row] = []
        for (number, figure) in figures.enumerated() {
            var stated: [Place: Double] = [:]
            for (key, value) in statement.emissions where key.figure == number {
                stated[Place(month: key.month, region: plain(key.region)), default: 0] += value
            }
            var own: [Place: Double] = [:]
            for row in known {
                guard let value = figure.method == .location ? row.location : row.market else {
                    continue
                }
                own[Place(month: row.month, region: plain(row.region)), default: 0] += value
            }
            let months = Set(known.map(\.month)).intersection(stated.keys.map(\.month))
                .filter { wanted == nil || $0 == wanted }
            for month in months.sorted() {
                let places = Set(stated.keys).union(own.keys).filter { $0.month == month }
                // Regions of other providers are not of this one's.
                let regions = Set(places.map(\.region)).filter { region in
                    stated[Place(month: month, region: region)] != nil
                }.sorted()
                for region in regions {
                    let place = Place(month: month, region: region)
                    rows.append(
                        Row(
                            month: month.description, region: region, figure: figure.name,
                            ledger: own[place], provider: stated[place]))
                }
            }
        }
        self.rows = rows
    }

    package var text: String {
        var text = "\(file): \(provider)\n"
        if !services.isEmpty { text += "  services: \(services.joined(separator: ", "))\n" }
        text += "  the ledger's figures: \(Self.boundary)\n"
        for figure in figures {
            let rows = rows.filter { $0.figure == figure.name }
            guard !rows.isEmpty else { continue }
            var table = TextTable([
                ("month", .left), ("region", .left), ("ledger kgCO2e", .right),
                ("provider kgCO2e", .right), ("difference", .right), ("ledger ÷ provider", .right),
            ])
            for row in rows {
                table.add([
                    row.month, row.region.isEmpty ? "–" : row.region,
                    Numbers.significant(row.ledger), Numbers.significant(row.provider),
                    row.difference.map(StatementText.signed) ?? "–", Numbers.significant(row.ratio),
                ])
            }
            let method = figure.method == .location ? "location-based" : "market-based"
            text +=
                "\n\(figure.name), beside \(method) emissions: \(figure.boundary)\n\(table.text)"
        }
        return text
    }
}
