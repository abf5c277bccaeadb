import Accounting
import Foundation
import GRDB

/// A month as it was, so that it can be told why it is another when it is derived again: as a statement froze it, or as it
/// was derived by the method before.
///
/// A class because the hours of its month are read one after the other.
final class FormerMonth {
    private enum Rows {
        case statement(Int64)
        /// Of the derived tables, which are about to be replaced.
        case derived
    }

    let month: UTCMonth
    private let db: Database
    private let rows: Rows
    /// What its rows were; of the derived tables the total alone.
    private let sums: [RollupKey: EmissionSums]
    private let substitution: FactorSubstitution
    /// Of regions.
    private let zones: [Int64: String]
    /// By which method's names and energy model a model that goes by another name was charged.
    private let names: FormerNames
    /// Today's method with hours filled as they were; `nil` where they are filled alike.
    let filling: Method?
    private var factors: [Place: Stated] = [:]
    private var loadedDay: Int?
    /// What moved its rows, beside the logs.
    private(set) var causes = CauseSums()

    private struct Place: Hashable {
        let hour: Int
        let region: Int64
        let model: Int64
    }

    private struct Stated {
        let factor: CentralFactor
        let isFilled: Bool
    }

    /// - Parameters:
    ///   - statement: `nil` for the derived rows as they stand.
    ///   - methodID: That these rest on.
    ///   - today: The method that it is derived again by.
    init(
        _ db: Database, _ month: UTCMonth, statement: Int64?, methodID: Int64, today: Method
    ) throws {
        self.db = db
        self.month = month
        rows = statement.map { .statement($0) } ?? .derived
        let parts = try FormerMonth.parts(db, methodID)
        let differing = Set(today.parts.filter { parts[$0.name.rawValue] != $0.text }.map(\.name))
        substitution = FactorSubstitution(differing: differing)
        filling =
            differing.contains(.ladder)
            ? parts[MethodPart.ladder.rawValue].flatMap(today.filling(by:)) : nil
        names = try FormerNames(
            db, methodID, parts[MethodPart.names.rawValue] ?? "", today: today,
            isSameModel: !differing.contains(.energyModel))
        if let statement {
            zones = try FormerMonth.zones(
                db,
                "SELECT DISTINCT region_id, zone FROM statement_row WHERE statement_id = \(statement)"
            )
            sums = try FormerMonth.sums(db, statement)
        } else {
            zones = try FormerMonth.zones(db, "SELECT region_id, zone FROM region_zone")
            sums = [.total: try MonthRows.total(db, month)]
        }
    }

    private static func parts(_ db: Database, _ methodID: Int64) throws -> [String: String] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT part, text FROM method_part JOIN method_text USING (sha256)
                WHERE method_id = ?
                """, arguments: [methodID])
        return try Dictionary(
            rows.map { try ($0[0], $0[1]) }, uniquingKeysWith: { first, _ in first })
    }

    private static func zones(_ db: Database, _ sql: String) throws -> [Int64: String] {
        var zones: [Int64: String] = [:]
        for row in try Row.fetchAll(db, sql: sql) { zones[try row[0]] = try row[1] }
        return zones
    }

    private static func sums(
        _ db: Database, _ statement: Int64
    ) throws -> [RollupKey: EmissionSums] {
        var sums: [RollupKey: EmissionSums] = [:]
        try IntegerStatement(
            db,
            sql: """
                SELECT region_id, model_id, dimension_id, \(EmissionRows.sums.joined(separator: ", "))
                FROM statement_row WHERE statement_id = ?
                """
        ).forEachRow([statement]) { row in
            sums[RollupKey(region: row[0], model: row[1], dimension: row[2])] = EmissionSums(
                row, from: 3)
        }
        return sums
    }

    // MARK: Hours

    /// Reads the factors of a day, before its rows are replaced.
    func load(day: Int) throws {
        guard loadedDay != day else { return }
        loadedDay = day
        factors = [:]
        let (table, key, condition): (String, [Int64?], String) =
            switch rows {
            case .statement(let id): ("statement_hour", [id], "statement_id = ? AND")
            case .derived: ("hour_factor", [], "")
            }
        try IntegerStatement(
            db,
            sql: """
                SELECT hour, region_id, model_id, grid_step <> '',
                  \(StoredFactor.columns.joined(separator: ", "))
                FROM \(table) WHERE \(condition) hour >= ? AND hour < ?
                """
        ).forEachRow((key + [Int64(day * 24), Int64(day * 24 + 24)])[...]) { row in
            factors[Place(hour: Int(row[0]), region: row[1], model: row[2])] = Stated(
                factor: StoredFactor.central(row, from: 4), isFilled: row[3] != 0)
        }
    }

    /// What leads from the former factor of a group to today's.
    ///
    /// - Parameters:
    ///   - zone: Of the region, today.
    ///   - refill: Today's grid, filled as it was.
    func steps(
        to group: Derivation.Group, hour: Int, zone: String?,
        refill: (String, Method) throws -> Method.GridHour?
    ) throws -> [FactorSubstitution.Step] {
        let place = Place(hour: hour, region: group.region, model: group.model)
        // Requests of an hour, region and model that it did not have count as logs.
        guard let stated = factors[place] else { return [] }
        let today = CentralFactor(group.factor)
        let (isRenamed, renamed) = names.change(of: group.model)
        guard stated.factor != today || isRenamed else { return [] }
        var circumstances = FactorSubstitution.Circumstances()
        circumstances.isRenamed = isRenamed
        circumstances.renamed = renamed
        circumstances.isMoved = zones[group.region] != zone
        if let filling, let zone, group.factor.gridStep != nil || group.factor.evidence == .missing
        {
            circumstances.refilled = .some(try refill(zone, filling)?.intensity.central)
        }
        return substitution.steps(from: stated.factor, to: today, circumstances)
    }

    func add(_ moved: CauseSums) { causes.add(moved) }

    // MARK: What moved it

    /// What each cause did to each row that is another now; of the derived tables to the total alone. They add up to the
    /// difference of the rows.
    ///
    /// - Parameter today: Its rows, or its total.
    func movements(to today: [RollupKey: EmissionSums]) -> [CauseSums.Movement] {
        var causes = causes
        if case .derived = rows { causes = causes.total }
        for key in Set(sums.keys).union(today.keys) {
            let rest =
                (today[key]?.central ?? CentralAmounts()) - (sums[key]?.central ?? CentralAmounts())
                - causes.sum(of: key)
            // The same activity by the same factors: what else differs is the arithmetic.
            let isArithmetic =
                substitution.differing.contains(.derivation)
                && Counter.published.allSatisfy { sums[key]?[$0] == today[key]?[$0] }
            causes.add(rest, isArithmetic ? .derivation : .logs, to: key)
        }
        return causes.movements
    }
}

extension RollupKey {
    /// In the place of all rows.
    static let total = RollupKey(region: 0, model: 0, dimension: 0)
}

extension EmissionSums {
    var central: CentralAmounts {
        CentralAmounts(energy: self[.energy] ?? 0, emissions: self[.emissions] ?? 0)
    }
}

/// What models went by, and were charged, by a former method.
private struct FormerNames {
    /// Of models that go by another name: what the former energy model charges for today's; `nil` where it does not know it.
    private let changed: [Int64: EnergyCoefficients?]

    init(
        _ db: Database, _ methodID: Int64, _ text: String, today: Method, isSameModel: Bool
    ) throws {
        var former: [String: String] = [:]
        // The lines of the canonical text; neither name holds a line end, the last word is an entry.
        for line in text.split(separator: "\n") where line.hasPrefix("model-name ") {
            let words = line.dropFirst("model-name ".count)
            guard let space = words.lastIndex(of: " ") else { continue }
            former[String(words[..<space])] = String(words[words.index(after: space)...])
        }
        var changed: [Int64: EnergyCoefficients?] = [:]
        for (id, name) in try NameTable(db, table: "model").names
        where former[name] != today.modelNames[name] {
            changed[id] = .some(
                isSameModel
                    ? nil
                    : try FormerNames.coefficients(
                        db, methodID, today.modelNames[name] ?? name))
        }
        self.changed = changed
    }

    func change(of model: Int64) -> (isRenamed: Bool, EnergyCoefficients?) {
        changed[model].map { (true, $0) } ?? (false, nil)
    }

    /// From the register of factors.
    private static func coefficients(
        _ db: Database, _ methodID: Int64, _ entry: String
    ) throws -> EnergyCoefficients? {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT unit, central_pico FROM factor
                WHERE method_id = ? AND kind = 'energy' AND subject = ?
                """, arguments: [methodID, entry])
        guard !rows.isEmpty else { return nil }
        let values = try Dictionary(
            rows.map { try ($0[0] as String, $0[1] as Int64) },
            uniquingKeysWith: { first, _ in first })
        return EnergyCoefficients { values["Wh/\($0.thing)"] ?? 0 }
    }
}
