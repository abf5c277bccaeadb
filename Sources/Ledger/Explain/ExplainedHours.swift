import Accounting
import GRDB

/// Hours of a selection with their factors, in order.
struct ExplainedHours {
    /// One hour, region and model; where dimensions are selected, what these cells are together.
    struct Hour {
        let hour: Int
        let region: Int64
        let model: Int64
        let evidence: GridEvidence
        let zone: String?
        let entry: String?
        let pool: String?
        let gridStep: String
        let energyEvidence: String?
        let batch: Int64?
        let factor: CentralFactor
        var cells: Int64
        var activity: Activity
        var energy: Int64?
        var emissions: Int64?
    }

    private let db: Database
    private let selection: Explanation.Selection
    /// `nil` for what is derived today.
    private let statement: Int64?
    private let hours: Range<Int>

    init(_ db: Database, _ selection: Explanation.Selection, statement: Int64?) {
        self.db = db
        self.selection = selection
        self.statement = statement
        let month = selection.month.hours
        hours =
            selection.hour.map { $0.value..<$0.value + 1 }
            ?? month.lowerBound.value..<month.upperBound.value
    }

    /// All of them; none where nothing is known of the selection.
    func all() throws -> [Hour] {
        selection.isByDimension ? try cells() : try rows(sql(of: statement))
    }

    private var arguments: StatementArguments {
        [hours.lowerBound, hours.upperBound, selection.region, selection.model]
    }

    private static let named = """
        (?3 IS NULL OR f.region_id = (SELECT region_id FROM region WHERE name = ?3))
          AND (?4 IS NULL OR f.model_id = (SELECT model_id FROM model WHERE name = ?4))
        """

    private func sql(of statement: Int64?) -> String {
        let order = "ORDER BY hour, region_id, model_id"
        guard let statement else {
            return "\(StatementHours.derived(from: "?1", to: "?2", where: Self.named)) \(order)"
        }
        return """
            SELECT \(StatementHours.columns.joined(separator: ", ")) FROM statement_hour AS f
            WHERE statement_id = \(statement) AND hour >= ?1 AND hour < ?2 AND \(Self.named) \(order)
            """
    }

    private func rows(_ sql: String) throws -> [Hour] {
        let reader = Reader()
        let rows = try Row.fetchCursor(db, sql: sql, arguments: arguments)
        var hours: [Hour] = []
        while let row = try rows.next() { hours.append(try reader.hour(row)) }
        return hours
    }

    // MARK: By dimension

    /// Cells of the selected dimensions, derived once more: each is looked up by its key, as no table has them by hour.
    private func cells() throws -> [Hour] {
        let dimensions = try Int64.fetchAll(
            db,
            sql: """
                SELECT dimension_id FROM dimension WHERE tenant = coalesce(?, tenant)
                  AND project = coalesce(?, project) AND endpoint = coalesce(?, endpoint) ORDER BY 1
                """, arguments: [selection.tenant, selection.project, selection.endpoint])
        let columns = StatementHours.columns.map { column -> String in
            switch column {
            case "zone": "z.zone"
            case "entry": "o.entry"
            case "cells": "1"
            case "energy_uwh", "emissions_ug": "NULL"
            default:
                if let counter = Counter.allCases.first(where: { $0.column == column }) {
                    counter.declaration.isCommon ? "u.\(column)" : "coalesce(x.\(column), 0)"
                } else {
                    "f.\(column)"
                }
            }
        }
        let ids = dimensions.map(String.init).joined(separator: ", ")
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT \(columns.joined(separator: ", ")), u.dimension_id
                FROM hour_factor AS f
                CROSS JOIN usage AS u ON u.hour = f.hour AND u.region_id = f.region_id
                  AND u.model_id = f.model_id AND u.dimension_id IN (\(ids))
                LEFT JOIN rare_usage AS x
                  USING (\(UsageReader.key.joined(separator: ", ")))
                LEFT JOIN region_zone AS z ON z.region_id = f.region_id
                LEFT JOIN model_entry AS o ON o.model_id = f.model_id
                WHERE f.hour >= ?1 AND f.hour < ?2 AND \(Self.named)
                  AND u.file_id NOT IN (SELECT file_id FROM superseded_file)
                ORDER BY f.hour, f.region_id, f.model_id, u.dimension_id
                """, arguments: arguments)
        let reader = Reader()
        var hours: [Hour] = []
        var cell: (hour: Hour, dimension: Int64)?
        while let row = try rows.next() {
            let next = try reader.hour(row)
            let dimension: Int64 = try row[StatementHours.columns.count]
            if let known = cell, known.dimension == dimension, known.hour.isSamePlace(as: next) {
                // Cells are summed over files before anything is rounded.
                cell?.hour.activity += next.activity
            } else {
                if let cell { try hours.add(cell.hour) }
                cell = (next, dimension)
            }
        }
        if let cell { try hours.add(cell.hour) }
        return hours
    }

    /// Where the columns stand, looked up once.
    private struct Reader {
        private let places = Dictionary(
            uniqueKeysWithValues: StatementHours.columns.enumerated().map { ($1, $0) })
        private let counters: [(Counter, Int)]
        private let coefficients: [(Charge, Int)]

        init() {
            let places = places
            counters = Counter.allCases.map { ($0, places[$0.column] ?? 0) }
            coefficients = Charge.allCases.map { ($0, places[FactorColumns.central($0)] ?? 0) }
        }

        func hour(_ row: Row) throws -> Hour {
            func number(_ column: String) throws -> Int64? { try row[places[column] ?? 0] }
            func text(_ column: String) throws -> String? { try row[places[column] ?? 0] }
            var activity = Activity()
            for (counter, place) in counters { activity[counter] = try row[place] }
            var values: [Charge: Int64] = [:]
            for (charge, place) in coefficients { values[charge] = try row[place] as Int64? }
            let intensity = try number("intensity_mg_per_kwh")
            let effectiveness = try number("pue_ppm")
            return Hour(
                hour: Int(try row.number(0, in: StoredNumber.hours)), region: try row[1],
                model: try row[2], evidence: GridEvidence(rawValue: try row[3]) ?? .missing,
                zone: try text("zone"), entry: try text("entry"), pool: try text("pool"),
                gridStep: try text("grid_step") ?? "", energyEvidence: try text("energy_evidence"),
                batch: try number("batch_milli"),
                factor: CentralFactor(
                    energy: values.isEmpty ? nil : EnergyCoefficients { values[$0] ?? 0 },
                    effectiveness: effectiveness.map(PowerUsageEffectiveness.init),
                    intensity: intensity.map(MilligramsCO2ePerKilowattHour.init)),
                cells: try number("cells") ?? 0, activity: activity,
                energy: try number("energy_uwh"), emissions: try number("emissions_ug"))
        }
    }
}

extension ExplainedHours.Hour {
    fileprivate func isSamePlace(as other: Self) -> Bool {
        hour == other.hour && region == other.region && model == other.model
    }
}

extension [ExplainedHours.Hour] {
    /// Adds a cell to those of its place, derived and rounded by itself.
    fileprivate mutating func add(_ cell: ExplainedHours.Hour) throws {
        var cell = cell
        do {
            let amounts = try cell.factor.amounts(of: cell.activity)
            cell.energy = cell.factor.energy == nil ? nil : amounts.energy
            cell.emissions =
                cell.factor.energy == nil || cell.factor.intensity == nil ? nil : amounts.emissions
        } catch {
            throw LedgerError.tooMuch("a cell", " in hour \(UTCHour(cell.hour).text)")
        }
        guard let last, last.isSamePlace(as: cell) else { return append(cell) }
        self[count - 1].cells += 1
        self[count - 1].activity += cell.activity
        self[count - 1].energy = cell.energy.map { $0 + (last.energy ?? 0) }
        self[count - 1].emissions = cell.emissions.map { $0 + (last.emissions ?? 0) }
    }
}
