import Accounting
import GRDB

/// What the factors of a method are from.
struct ExplainedSources {
    private struct Entry {
        let unit: String
        let subject: String
        let central: Int64
        let source: String
        let released: String
    }

    private let energy: [String: Entry]
    private let effectiveness: [Entry]
    private let grid: [String: Entry]

    init(_ db: Database, methodID: Int64) throws {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT kind, subject, unit, central_pico, source, released FROM factor
                WHERE method_id = ? AND kind IN ('energy', 'pue', 'grid') ORDER BY kind, subject
                """, arguments: [methodID])
        func entries(_ kind: String) throws -> [Entry] {
            try rows.filter { try $0[0] == kind }.map {
                try Entry(
                    unit: $0[2], subject: $0[1], central: $0[3], source: $0[4], released: $0[5])
            }
        }
        func bySubject(_ entries: [Entry]) -> [String: Entry] {
            Dictionary(entries.map { ($0.subject, $0) }, uniquingKeysWith: { first, _ in first })
        }
        energy = bySubject(try entries("energy"))
        effectiveness = try entries("pue")
        grid = bySubject(try entries("grid"))
    }

    func energy(of entry: String) -> (source: String, released: String) {
        energy[entry].map { ($0.source, $0.released) } ?? ("", "")
    }

    /// The register's PUE of that value: the region's own, else the default.
    func effectiveness(_ value: Int64, of region: String) -> (subject: String, source: String) {
        let alike = effectiveness.filter { $0.central == value * 1_000_000 }
        let own = alike.last { $0.subject == region || $0.subject.hasPrefix("\(region) ") }
        return (own ?? alike.first { $0.subject == "*" }).map { ($0.subject, $0.source) }
            ?? ("", "configuration")
    }

    func grid(_ subject: String) -> Explanation.GridFactor? {
        grid[subject].map {
            Explanation.GridFactor(
                subject: subject, value: $0.central / 1_000_000_000, source: $0.source)
        }
    }
}

/// What the intensities of hours are from.
struct ExplainedGrid {
    private struct Place: Hashable {
        let zone: String
        let hour: Int
    }

    private var releases: [Place: Set<Int64>] = [:]
    private var factors: [Place: Set<String>] = [:]
    /// Of a statement, which keeps them by zone: those of values, and of fills.
    private var ofZone: [String: (values: Set<Int64>, fills: Set<Int64>, factors: Set<String>)] =
        [:]

    /// - Parameter hours: That are explained.
    init(_ db: Database, _ hours: [ExplainedHours.Hour], statement: Int64?) throws {
        if let statement {
            let rows = try Row.fetchAll(
                db,
                sql:
                    "SELECT zone, release_id, served FROM statement_release WHERE statement_id = ?",
                arguments: [statement])
            for row in rows {
                let zone: String = try row[0]
                let isFill = try row[2] == "fill"
                if isFill {
                    try ofZone[zone, default: ([], [], [])].fills.insert(row[1])
                } else {
                    try ofZone[zone, default: ([], [], [])].values.insert(row[1])
                }
            }
            let factors = try Row.fetchAll(
                db,
                sql: "SELECT zone, subject FROM statement_grid_factor WHERE statement_id = ?",
                arguments: [statement])
            for row in factors {
                try ofZone[row[0], default: ([], [], [])].factors.insert(row[1])
            }
            return
        }
        guard let first = hours.first?.hour, let last = hours.last?.hour else { return }
        let zones = Set(hours.compactMap(\.zone))
        let values = try Row.fetchCursor(
            db,
            sql: """
                SELECT s.zone, g.hour, g.release_id FROM derivation JOIN method AS p USING (method_id)
                JOIN grid_series AS s ON s.basis = p.basis AND s.signal = p.signal
                JOIN grid_in_force AS g ON g.series_id = s.series_id
                WHERE g.hour BETWEEN ? AND ?
                """, arguments: [first, last])
        while let row = try values.next() {
            let zone: String = try row[0]
            guard zones.contains(zone) else { continue }
            try releases[Place(zone: zone, hour: row[1]), default: []].insert(row[2])
        }
        let fills = try Row.fetchCursor(
            db,
            sql:
                "SELECT zone, hour, release_id, factor FROM grid_fill WHERE hour BETWEEN ? AND ?",
            arguments: [first, last])
        while let row = try fills.next() {
            let place = Place(zone: try row[0], hour: try row[1])
            if try row[2] != 0 { try releases[place, default: []].insert(row[2]) }
            if try row[3] != "" { try factors[place, default: []].insert(row[3]) }
        }
    }

    /// - Parameter step: Of the ladder; empty for a value that was imported.
    func sources(
        _ zone: String, _ hour: Int, step: String
    ) -> (releases: [Int64], factors: [String]) {
        if let known = ofZone[zone] {
            return step == GridLadder.Step.annual.rawValue
                ? ([], known.factors.sorted())
                : ((step.isEmpty ? known.values : known.fills).sorted(), [])
        }
        let place = Place(zone: zone, hour: hour)
        return (releases[place, default: []].sorted(), factors[place, default: []].sorted())
    }
}
