import Accounting

/// What makes it likely that values are of another unit than their source says.
enum UnitDoubt {
    /// Published factors of years, that a series is held against.
    private static let published = try? AnnualIntensities.builtin()
    /// So many times below the published factor, a series is in a unit a thousand times larger.
    private static let distance: Int64 = 50
    /// Below it, mg/kWh, a grid may be near to nothing: Iceland, Congo, Quebec.
    private static let clean: Int64 = 60_000
    /// Countries with more than 99.7 % of their electricity from water, earth heat, sun and wind (IEA and IRENA, figures of
    /// 2021 and 2022).
    private static let cleanCountries: Set<Substring> = ["AL", "BT", "CD", "ET", "IS", "NP", "PY"]
    /// No grid is lower over the life of its plants: water power has more, mg/kWh.
    private static let leastOfLife: Int64 = 2_000
    private static let most: Int64 = 2_000_000

    static func problem(
        _ key: GridFile.SeriesKey, _ all: [GridFile.SeriesKey: GridFile.Series],
        _ source: GridSource
    ) -> String? {
        guard let range = all[key].flatMap(range) else { return nil }
        if range.mean > most {
            return
                "the mean is \(range.mean / 1_000) g/kWh, more than any plant has; is it lb/MWh, or kg/TWh?"
        }
        let isLow =
            key.basis == .lifecycle
            ? range.mean < leastOfLife
            : range.least > 0 && range.most < 1_500 && !isClean(key, range, all, source)
        guard isLow else { return nil }
        return "no value is above \(Double(range.most) / 1e3) g/kWh; is it kg/kWh or t/MWh?"
    }

    /// Whether so little is what the zone has: by its published factor, else by the other basis beside it; else a
    /// publisher is believed, and a table of the user's own is not.
    private static func isClean(
        _ key: GridFile.SeriesKey,
        _ range: (least: Int64, most: Int64, mean: Int64, year: Int),
        _ all: [GridFile.SeriesKey: GridFile.Series], _ source: GridSource
    ) -> Bool {
        if let country = key.zone.split(separator: "-").first, cleanCountries.contains(country) {
            return true
        }
        for basis in [IntensityBasis.direct, .lifecycle] {
            guard
                let known = published?.entry(of: key.zone, basis: basis, year: range.year)?
                    .intensity.value
            else { continue }
            return known <= clean || known < range.most * distance
        }
        let beside = GridFile.SeriesKey(zone: key.zone, basis: .lifecycle, signal: key.signal)
        if let life = all[beside].flatMap(Self.range) { return life.mean >= leastOfLife }
        return source.boundary != .unstated
    }

    private static func range(
        _ series: GridFile.Series
    ) -> (least: Int64, most: Int64, mean: Int64, year: Int)? {
        let values =
            series.points.filter { $0.flags.isDisjoint(with: .suspect) }.map(\.intensity.value)
            + series.means.map(\.intensity.value)
        let first = series.points.first?.hour ?? series.means.first?.hours.lowerBound
        guard let least = values.min(), let most = values.max(), let first else { return nil }
        return (least, most, values.reduce(0, +) / Int64(values.count), first.month.year)
    }
}
