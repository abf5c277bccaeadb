package import Accounting
package import Configuration

extension AnnualIntensities {
    /// Those that are compiled in, from `Config/factors/annual.csv`.
    package static func builtin() throws(ConfigError) -> AnnualIntensities {
        try AnnualIntensities(
            csv: BuiltinFiles.text("factors/annual.csv") ?? "", file: "built-in factors/annual.csv")
    }

    /// Reads `zone,year,basis,boundary,losses,g_per_kwh,source`.
    package init(csv text: String, file: String) throws(ConfigError) {
        var entries: [Entry] = []
        try ConfigTable.read(
            text, file: file,
            columns: ["zone", "year", "basis", "boundary", "losses", "g_per_kwh", "source"]
        ) { fields, fault throws(ConfigError) in
            guard let zone = fields[0], let year = fields[1].flatMap({ Int($0) }),
                let basis = fields[2].flatMap(IntensityBasis.init), let source = fields[6]
            else { throw fault("zone, year, basis (direct or lifecycle) and source are needed") }
            guard let boundary = fields[3].flatMap(IntensityBoundary.init) else {
                throw fault("the boundary is consumption, production or unstated")
            }
            guard let losses = LossPlace(rawValue: fields[4] ?? "outside") else {
                throw fault("losses are inside or outside")
            }
            guard let value = fields[5].flatMap(IntensityUnit.gramsPerKilowattHour.milligrams),
                (0...10_000_000).contains(value)
            else { throw fault("g_per_kwh is not from 0 to 10000") }
            entries.append(
                Entry(
                    zone: zone, year: year, basis: basis, boundary: boundary, losses: losses,
                    intensity: MilligramsCO2ePerKilowattHour(value), source: source))
        }
        self.init(entries)
    }
}
