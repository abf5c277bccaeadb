import Accounting
import ArgumentParser
import Configuration
import Reporting

struct GridZonesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zones",
        abstract: "Which grid zone feeds a cloud region, with its PUE.",
        discussion: """
            All regions that are known, built in or by regions in flue.yaml; with a text, those whose provider, name \
            or zone holds it, whatever its capitals and spaces. PUE – means that the provider publishes none: the \
            default is used. A year's factor is what the last step of the grid ladder has.
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "Part of a provider, region or zone, such as sweden.")
    var text: String?

    func run() throws {
        let method = try common.settings().method
        var table = TextTable([
            ("region", .left), ("provider", .left), ("zone", .left), ("PUE", .right),
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
                entry.effectiveness.map { Numbers.decimal(Double($0.value) / 1e6, 2) } ?? "–",
                annual.map {
                    "\(Numbers.decimal($0.intensity.gramsPerKilowattHour, 0)) g/kWh, \($0.zone) \($0.year)"
                } ?? "–",
                entry.source,
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

    private func holds(_ text: String, in names: [String]) -> Bool {
        func plain(_ name: String) -> String { name.lowercased().filter { $0 != " " && $0 != "-" } }
        return names.contains { plain($0).contains(plain(text)) }
    }
}
