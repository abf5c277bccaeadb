import Accounting
import Grid

/// What is known of an hour of a series.
struct KnownGridHour {
    /// `nil` when all of its values are suspect.
    var inForce: GridFile.Point?
    /// Release of ``inForce``.
    var release: Int64?
    /// Of the latest release.
    var latest: GridFile.Point
}

/// What of a file's series is taken, beside what is known of it: values that their source has changed since are left out,
/// and hours at the edges of files are judged together.
struct GridIntake {
    /// In order of hour.
    private(set) var points: [GridFile.Point]
    /// Values that were changed by their source before those in force.
    private(set) var staleValues: Int
    /// Known values that are suspect beside the new ones.
    private(set) var suspects: [(hour: Int, release: Int64, flags: GridFlags)] = []

    init(_ series: [GridFile.Point], known: [Int: KnownGridHour]) {
        points = series.filter { point in
            known[point.hour.value]?.inForce.map { !point.isStale(beside: $0) } ?? true
        }
        staleValues = series.count - points.count
        judge(known)
    }

    private mutating func judge(_ known: [Int: KnownGridHour]) {
        guard let first = points.first?.hour.value, let last = points.last?.hour.value else {
            return
        }
        var places: [Int: Int] = [:]
        for (place, point) in points.enumerated() { places[point.hour.value] = place }
        var joint: [GridFile.Point] = []
        var hasNeighbours = false
        for hour in first - Plausibility.reach...last + Plausibility.reach {
            let inForce = known[hour]?.inForce
            if let place = places[hour], inForce.map(points[place].takesThePlace) ?? true {
                joint.append(points[place])
            } else if let inForce {
                joint.append(inForce)
                hasNeighbours = true
            }
        }
        guard hasNeighbours else { return }
        for point in Plausibility.flagged(joint) where !point.flags.isDisjoint(with: .suspect) {
            let hour = point.hour.value
            if let place = places[hour], points[place].intensity == point.intensity {
                points[place].flags = point.flags
            } else if let release = known[hour]?.release {
                suspects.append((hour, release, point.flags))
            }
        }
    }
}
