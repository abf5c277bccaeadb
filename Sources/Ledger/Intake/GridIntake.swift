import Accounting
import Grid

/// A value that the ledger holds of an hour of a series.
struct KnownGridValue {
    let release: Int64
    /// Of the values of an hour, that of the highest rank is in force.
    let rank: Int64
    let point: GridFile.Point
}

/// What a file's series changes in what is known of it.
///
/// Of an hour's values a later import ranks above an earlier one; those that say when their source changed them share their
/// ranks by that. Whether an hour is plausible is judged over what is in force once the file is in. So any cut of a series
/// into files, in any order, leaves the same hours in force.
struct GridIntake {
    /// In order of hour; none when the series says nothing that is not known.
    private(set) var points: [GridFile.Point] = []
    /// Of points that do not rank by their release, by hour.
    private(set) var ranks: [Int: Int64] = [:]
    /// Values that their source has changed since.
    private(set) var staleValues = 0
    /// Whether the file says anything that is not known.
    private(set) var hasNews = false
    /// Known values that the source states again, as of a later time.
    private(set) var confirmed: [(hour: Int, release: Int64, revised: Int64)] = []
    /// Known values that rank otherwise beside the new ones; `nil` above all others.
    private(set) var ranked: [(hour: Int, release: Int64, rank: Int64?)] = []
    /// Known values whose hours look otherwise beside the new ones, with their flags.
    private(set) var judged: [(hour: Int, release: Int64, flags: GridFlags)] = []

    /// A value of an hour.
    private struct Value {
        /// `nil` for the file's own.
        let release: Int64?
        let point: GridFile.Point
        var rank: Int64

        var isSound: Bool { point.ownFlags.isDisjoint(with: .suspect) }
    }

    /// - Parameters:
    ///   - series: In order of hour.
    ///   - known: By hour.
    ///   - isJudged: Whether the hours around one tell whether it is plausible; marginal ones jump.
    init(
        _ series: [GridFile.Point], known: [Int: [KnownGridValue]], isJudged: Bool = true
    ) {
        for point in series { compare(point, known[point.hour.value] ?? []) }
        guard hasNews else { return }
        points = series
        for point in series { rank(point, known[point.hour.value] ?? []) }
        if isJudged { judge(known) }
    }

    /// The value of an hour that is in force.
    static func inForce(_ known: [KnownGridValue]) -> GridFile.Point? {
        candidates(known, nil).first { $0.point.flags.isDisjoint(with: .suspect) }?.point
    }

    /// Whether a value is known already.
    private mutating func compare(_ point: GridFile.Point, _ known: [KnownGridValue]) {
        guard !known.isEmpty else {
            hasNews = true
            return
        }
        let same = known.filter { $0.point.isSame(as: point) }
        // A whole hour stands although a part of it came later; so does what was stated last, whatever it is.
        let standing = [Self.values(known, nil).first, Self.candidates(known, nil).first]
            .compactMap(\.?.release)
        guard let revised = point.revised else {
            let isKnown =
                point.ownFlags.isDisjoint(with: .suspect)
                ? same.contains { standing.contains($0.release) } : !same.isEmpty
            hasNews = hasNews || !isKnown
            return
        }
        if same.contains(where: { $0.point.revised.map { $0 >= revised } ?? false }) { return }
        if let value = same.first(where: { standing.contains($0.release) }) {
            confirmed.append((point.hour.value, value.release, revised))
        } else {
            hasNews = true
        }
    }

    private mutating func rank(_ point: GridFile.Point, _ known: [KnownGridValue]) {
        guard point.revised != nil, !known.isEmpty else { return }
        let hour = point.hour.value
        for value in Self.values(known, point) {
            let rank = value.rank == .max ? nil : value.rank
            guard let release = value.release else {
                ranks[hour] = rank
                continue
            }
            if known.contains(where: { $0.release == release && $0.rank != value.rank }) {
                ranked.append((hour, release, rank))
            }
        }
        if ranks[hour] != nil { staleValues += 1 }
    }

    /// All values of an hour, the highest rank first; that of a new one is above all others.
    private static func values(_ known: [KnownGridValue], _ new: GridFile.Point?) -> [Value] {
        var values = known.map { Value(release: $0.release, point: $0.point, rank: $0.rank) }
        if let new { values.append(Value(release: nil, point: new, rank: .max)) }
        let stamped = values.indices.filter { values[$0].point.revised != nil }
        let ranks = stamped.map { values[$0].rank }.sorted(by: >)
        func age(_ index: Int) -> (Int64, Int64) {
            (values[index].point.revised ?? 0, values[index].release ?? .max)
        }
        let latestFirst = stamped.sorted { age($0) > age($1) }
        for (index, rank) in zip(latestFirst, ranks) { values[index].rank = rank }
        return values.sorted { $0.rank > $1.rank }
    }

    /// Those that may be in force, in that order, were it not for the hours around: a whole hour before a part of one.
    private static func candidates(
        _ known: [KnownGridValue], _ new: GridFile.Point?
    ) -> [Value] {
        if known.isEmpty {
            return [new].compactMap { new in
                new.map { Value(release: nil, point: $0, rank: .max) }
            }.filter(\.isSound)
        }
        let sound = values(known, new).filter(\.isSound)
        return sound.filter { !$0.point.flags.contains(.partial) }
            + sound.filter { $0.point.flags.contains(.partial) }
    }

    /// The values of an hour while it is judged.
    private struct Judgement {
        let values: [Value]
        /// Of as many values as are suspect beside the hours around.
        var flags: [GridFlags] = []

        var isOver: Bool { flags.count == values.count }

        /// What the hours around see, with the flags that it has by itself.
        var standing: GridFile.Point {
            var point = values[isOver ? 0 : flags.count].point
            point.flags = point.ownFlags
            return point
        }
    }

    private mutating func judge(_ known: [Int: [KnownGridValue]]) {
        guard let first = points.first?.hour.value, let last = points.last?.hour.value else {
            return
        }
        var hours: [(value: Int, place: Int?)] = []
        var next = 0
        var judgements: [Judgement] = []
        // Hours that depend on those of the file, and hours that these depend on.
        for hour in first - 2 * Plausibility.reach...last + 2 * Plausibility.reach {
            let isOfFile = next < points.count && points[next].hour.value == hour
            let place = isOfFile ? next : nil
            if isOfFile { next += 1 }
            let values = Self.candidates(known[hour] ?? [], place.map { points[$0] })
            guard !values.isEmpty else { continue }
            hours.append((hour, place))
            judgements.append(Judgement(values: values))
        }
        var isSettled = false
        while !isSettled {
            isSettled = true
            for (index, point) in Plausibility.flagged(judgements.map(\.standing)).enumerated() {
                let flags = point.flags.intersection(.beside)
                guard !flags.isEmpty, !judgements[index].isOver else { continue }
                judgements[index].flags.append(flags)
                // The next value of the hour stands in for it.
                if !judgements[index].isOver { isSettled = false }
            }
        }
        let touched = first - Plausibility.reach...last + Plausibility.reach
        for (hour, judgement) in zip(hours, judgements) where touched.contains(hour.value) {
            for (index, value) in judgement.values.enumerated() {
                let flags = value.point.ownFlags.union(
                    index < judgement.flags.count ? judgement.flags[index] : GridFlags())
                guard let release = value.release else {
                    if let place = hour.place { points[place].flags = flags }
                    continue
                }
                if flags != value.point.flags { judged.append((hour.value, release, flags)) }
            }
        }
    }
}
