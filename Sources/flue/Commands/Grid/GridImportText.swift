import Accounting
import Configuration
import Grid
import Ledger
import Pipeline
import Reporting

/// What became of one grid file, for people.
struct GridImportText {
    private let file: InputFile
    private let series: GridFile
    private let result: Ledger.GridImport
    private let method: Method

    init(
        _ file: InputFile, _ series: GridFile, _ result: Ledger.GridImport, _ method: Method
    ) {
        self.file = file
        self.series = series
        self.result = result
        self.method = method
    }

    var line: String {
        let zones = Set(series.series.keys.map(\.zone)).sorted()
        let named = zones.count > 4 ? "\(zones.count) zones" : zones.joined(separator: ", ")
        let kinds = Set(
            series.series.keys.map {
                $0.signal == .average ? $0.basis.rawValue : "\($0.basis.rawValue) marginal"
            }
        ).sorted()
        var parts = [
            "\(file.givenName): \(series.source)", named, kinds.joined(separator: " and "),
        ]
        let hours = series.series.values.map(\.points.count).max() ?? 0
        if hours > 0 {
            let interval = series.series.values.map(\.interval).max() ?? 3_600
            let finer = interval < 3_600 ? " of \(interval / 60) minutes" : ""
            parts.append(Numbers.counted(Int64(hours), "hour") + finer)
        }
        let means = series.series.values.map(\.means.count).reduce(0, +)
        if means > 0 { parts.append(Numbers.counted(Int64(means), "mean") + " of longer times") }
        parts += notes
        var text = parts.joined(separator: ", ")
        if result.derivedHours > 0 { text += "; \(result.derivedHours) hours of usage derived" }
        if result.methodChanged {
            text += "; the method changed, all months were derived anew (before: former_totals)"
        }
        return text + strangers(zones)
    }

    /// A warning about zones whose values will fill nothing. A file of a whole continent has many.
    private func strangers(_ zones: [String]) -> String {
        let known = Set(method.regions.names.compactMap { method.regions[$0]?.zone })
        let strangers = zones.filter { !known.contains($0) }
        guard let first = strangers.first, strangers.count <= 3 || strangers == zones else {
            return ""
        }
        let near = nearest(to: first.uppercased(), in: known.sorted())
        let named = strangers.count <= 3 ? strangers.joined(separator: ", ") : "any of its zones"
        return "; no known region draws from \(named)"
            + (near.map { " (did you mean \"\($0)\"?)" } ?? "")
            + ": give --zone, or name it under regions in flue.yaml"
    }

    private var notes: [String] {
        var notes: [String] = []
        func note(_ count: Int, _ thing: String, _ what: String) {
            if count > 0 { notes.append(Numbers.counted(Int64(count), thing) + what) }
        }
        if series.series.values.contains(where: \.isIntervalAssumed) {
            notes.append("for how long its only value holds is not told, taken as an hour")
        }
        note(series.counts.emptyValues, "value", " missing")
        note(series.counts.forecasts, "forecast", " left out")
        for (what, count) in series.counts.skipped.sorted(by: { $0.key < $1.key }) {
            note(count, "record", " left out (\(what))")
        }
        note(
            series.counts.contradictions, "time",
            " with two values that contradict each other, neither taken")
        note(
            series.counts.doubtedValues, "suspect value",
            " below the hour, whose hours stand on the others")
        note(result.suspectValues, "suspect hour", ", missing therefore")
        let partial = series.series.values.reduce(0) { sum, series in
            sum + series.points.count { $0.flags == .partial }
        }
        note(partial, "hour", " partly covered")
        note(result.judgedValues, "known hour", " suspect, or no longer, beside these")
        note(result.staleValues, "value", " kept that its source has changed since")
        note(result.restatedValues, "value", " restated")
        if let move = result.moves.first {
            let sign = move.change < 0 ? "" : "+"
            notes.append(
                "which moves \(move.key.zone) \(move.month) \(move.key.basis.rawValue) most, by "
                    + "\(sign)\(Numbers.decimal(move.change * 100, 2)) % to "
                    + "\(Numbers.decimal(move.after, 1)) g/kWh")
        }
        return notes
    }
}
