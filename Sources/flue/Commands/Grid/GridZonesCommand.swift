import Accounting
import ArgumentParser
import Configuration
import Reporting
import Setup

struct GridZonesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zones",
        abstract: "Which grid zone feeds a cloud region, with its PUE by year.",
        discussion: """
            All regions that are known, built in or by regions in flue.yaml; with a text, those whose provider, name \
            or zone holds it, whatever its capitals and spaces. The PUE of a year without one is that of the nearest. \
            PUE – means that the provider publishes none: the default is used. A year's factor is what the last step of the grid ladder has.
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "Part of a provider, region or zone, such as sweden.")
    var text: String?

    func run() throws {
        let method = try common.settings().method
        var table = TextTable([
            ("region", .left), ("provider", .left), ("zone", .left), ("PUE", .left),
            ("year's factor, \(method.basis.rawValue)", .left), ("source", .left),
        ])
        var found = 0
        for name in method.regions.names {
            guard let entry = method.regions[name],
                text.map({ holds($0, in: [name, entry.provider, entry.zone]) }) ?? true
            else { continue }
            found += 1
            let annual = method.annual.entry(of: entry.zone, basis: method.basis, year: .max / 2)
            table.add([
                name, entry.provider, entry.zone,
                effectiveness(entry),
                annual.map {
                    "\(Numbers.decimal($0.intensity.gramsPerKilowattHour, 0)) g/kWh, \($0.zone) \($0.year)"
                } ?? "–",
                entry.source
                    + (entry.effectiveness.last.map { "; PUE: \($0.source)" } ?? ""),
            ])
        }
        guard found > 0 else {
            let wanted = text ?? ""
            let names =
                method.regions.names + method.regions.names.compactMap { method.regions[$0]?.zone }
            let near = nearest(to: wanted.lowercased(), in: names)
            common.complain(
                "no region, provider or zone holds \"\(wanted)\""
                    + (near.map { "; did you mean \"\($0)\"?" } ?? "; flue grid zones lists all"))
            throw ExitStatus.noInput.code
        }
        StandardOutput.write(table.text)
    }

    /// Such as `1.18 (2023), 1.15 (2024)`.
    private func effectiveness(_ entry: RegionTable.Entry) -> String {
        guard !entry.effectiveness.isEmpty else { return "–" }
        return entry.effectiveness.map { known in
            Numbers.decimal(Double(known.value.value) / 1e6, 2)
                + (known.year.map { " (\($0))" } ?? "")
        }.joined(separator: ", ")
    }

    private func holds(_ text: String, in names: [String]) -> Bool {
        func plain(_ name: String) -> String { name.lowercased().filter { $0 != " " && $0 != "-" } }
        return names.contains { plain($0).contains(plain(text)) }
    }
}
