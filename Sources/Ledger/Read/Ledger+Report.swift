package import Accounting
import GRDB

/// A column by which a report is broken down.
package enum ReportKey: String, CaseIterable, Sendable, Codable {
    case region, zone, model, tenant, project, endpoint
    /// Of a dimension; `nil` for what the hours have.
    fileprivate var dimension: String? {
        switch self {
        case .region, .zone, .model: nil
        case .tenant, .project, .endpoint: "d.\(rawValue)"
        }
    }

    func name(_ place: HourRows.Place) -> String {
        switch self {
        case .region: place.region
        case .zone: place.zone
        case .model: place.model
        case .tenant, .project, .endpoint: ""
        }
    }
}

/// All that a month's report says.
package struct MonthReport: Encodable, Sendable {
    package struct Method: Codable, Sendable {
        package let energyModel: String
        package let summary: String
        package let boundary: String
        package let sources: [String]
        package let basis: String
        package let signal: String

        enum CodingKeys: String, CodingKey {
            case energyModel = "energy_model"
            case summary, boundary, sources, basis, signal
        }
    }

    package struct Row: Encodable, Sendable {
        /// Values of the columns by which the report is broken down, by name.
        package let keys: [String: String]
        package let sums: ReportSums
    }

    package struct Books: Codable, Sendable {
        package let files: Int
        package let lines: Int64
        package let counted: Int64
        package let rejected: Int64
        package let duplicate: Int64
        package let skipped: Int64
        /// Files of the ledger that were refused, or of which nothing was counted: of which month is not known.
        package let filesWithoutRequests: Int

        enum CodingKeys: String, CodingKey {
            case files, lines, counted, rejected, duplicate, skipped
            case filesWithoutRequests = "files_without_requests"
        }
    }

    package struct GridRelease: Codable, Sendable {
        package let source: String
        package let release: String
        /// `consumption` or `production` of the zones, or `unstated`.
        package let boundary: String
        /// Where the factors of fuels are from; empty when the source states intensities.
        package let fuelFactors: String
        package let zones: [String]

        enum CodingKeys: String, CodingKey {
            case source, release, boundary, zones
            case fuelFactors = "fuel_factors"
        }
    }

    /// Energy whose figures are as good as `evidence` says.
    package struct EnergyShare: Codable, Sendable {
        package let evidence: String
        package let energyKWh: Double
        /// From 0 to 1.
        package let share: Double

        enum CodingKeys: String, CodingKey {
            case evidence, share
            case energyKWh = "energy_kwh"
        }
    }

    /// Energy of hours whose grid value was filled in one way.
    package struct Fill: Codable, Sendable {
        /// Of the ladder.
        package let step: String
        package let energyKWh: Double
        /// From 0 to 1.
        package let share: Double

        enum CodingKeys: String, CodingKey {
            case step, share
            case energyKWh = "energy_kwh"
        }
    }

    /// Mean requests at once, from the durations in the log.
    package struct Batch: Codable, Sendable {
        package let least: Double
        package let most: Double
        /// Share of the requests whose energy rests on it, from 0 to 1.
        package let share: Double
    }

    /// What the machines of a pool drew, and where it went.
    package struct Pool: Codable, Sendable {
        package let name: String
        /// `meter` or `hardware`.
        package let supply: String
        package let hours: Int
        package let suppliedKWh: Double
        package let allocatedKWh: Double
        /// For requests of models that are not known.
        package let unmatchedKWh: Double
        package let idleKWh: Double
        /// Energy that the energy model gives the same requests, ÷ what they were given.
        package let modelToMeter: Double?
        /// Facility energy; in no other sum.
        package let idleEnergyKWh: Double
        /// `nil` when an hour has no grid value.
        package let idleEmissionsKgCO2e: Double?

        enum CodingKeys: String, CodingKey {
            case name, supply, hours
            case suppliedKWh = "supplied_kwh"
            case allocatedKWh = "allocated_kwh"
            case unmatchedKWh = "unmatched_kwh"
            case idleKWh = "idle_kwh"
            case modelToMeter = "model_to_meter"
            case idleEnergyKWh = "idle_energy_kwh"
            case idleEmissionsKgCO2e = "idle_emissions_kgco2e"
        }
    }

    /// A model's share of its training.
    package struct Training: Codable, Sendable {
        package let model: String
        /// `gCO2e/request` or `kgCO2e/month`.
        package let unit: String
        /// `nil` when nobody counted the requests.
        package let kgCO2e: Double?
        package let source: String

        enum CodingKeys: String, CodingKey {
            case model, unit, source
            case kgCO2e = "training_kgco2e"
        }
    }

    /// `YYYY-MM`.
    package let month: String
    package let method: Method
    package let totals: ReportSums
    /// The best first; the last is the weakest that the month rests on.
    package let energyEvidence: [EnergyShare]
    /// In the order of the ladder's steps.
    package let fills: [Fill]
    package let batch: Batch?
    package let pools: [Pool]
    /// In no other figure.
    package let training: [Training]
    package let by: [ReportKey]
    /// In order of emissions, the largest first, then by name.
    package let rows: [Row]
    package var unmatched: Unmatched
    /// Of the files whose requests span part of this month: whole files, also where they reach beyond it.
    package let books: Books
    /// Releases whose values the month rests on.
    package let grid: [GridRelease]
    /// Releases and published factors that hours without a value were filled from.
    package let filledFrom: [GridRelease]

    enum CodingKeys: String, CodingKey {
        case month, method, totals, fills, batch, pools, training, by, rows, unmatched, books, grid
        case energyEvidence = "energy_evidence"
        case filledFrom = "filled_from"
    }
}

extension Ledger {
    /// Months that hold usage, in order.
    package func months() throws -> [UTCMonth] {
        try read { db in
            try String.fetchAll(
                db, sql: "SELECT month FROM monthly_totals ORDER BY month"
            ).compactMap { UTCMonth($0) }
        }
    }

    /// The report of a month; `nil` when the ledger holds nothing of it.
    package func report(of month: UTCMonth, by keys: [ReportKey]) throws -> MonthReport? {
        return try read { db in
            let exists = try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM month_total WHERE month = ?)",
                arguments: [month.ordinal])
            guard exists == true else { return nil }
            let (total, rows) = try sums(db, month, keys)
            return MonthReport(
                month: month.description, method: try method(db), totals: total,
                energyEvidence: try energyEvidence(db, month), fills: try fills(db, month),
                batch: try batch(db, month),
                pools: try pools(db, month), training: try training(db, month),
                by: keys, rows: rows, unmatched: try unmatched(db, in: month),
                books: try books(db, month), grid: try releases(db, month),
                filledFrom: try filledFrom(db, month))
        }
    }

    /// The sums of the month, and of each value of the keys.
    private func sums(
        _ db: Database, _ month: UTCMonth, _ keys: [ReportKey]
    ) throws -> (total: ReportSums, rows: [MonthReport.Row]) {
        var total = ReportSumsBuilder()
        var builders: [[String]: ReportSumsBuilder] = [:]
        let dimensions = keys.compactMap(\.dimension)
        try HourRows.forEach(db, month) { sums, place in
            total.add(sums, place.subjects)
            if !keys.isEmpty, dimensions.isEmpty {
                builders[keys.map { $0.name(place) }, default: ReportSumsBuilder()]
                    .add(sums, place.subjects)
            }
        }
        if !dimensions.isEmpty {
            try forEachMonthlyRow(db, month, by: dimensions) { sums, place, names in
                var names = names[...]
                let row = keys.map { $0.dimension == nil ? $0.name(place) : names.removeFirst() }
                builders[row, default: ReportSumsBuilder()].add(sums, place.subjects)
            }
        }
        let rows = builders.map { names, builder in
            MonthReport.Row(
                keys: Dictionary(
                    uniqueKeysWithValues: zip(keys.map(\.rawValue), names)),
                sums: builder.result)
        }
        let ordered = rows.sorted { left, right in
            func rank(_ row: MonthReport.Row) -> (Double, Double) {
                (-(row.sums[.emissions] ?? -1), -(row.sums[.energy] ?? -1))
            }
            if rank(left) != rank(right) { return rank(left) < rank(right) }
            return keys.map { left.keys[$0.rawValue] ?? "" }
                .lexicographicallyPrecedes(keys.map { right.keys[$0.rawValue] ?? "" })
        }
        return (total.result, total.rows == 0 ? [] : ordered)
    }

    /// Gives the rows of a month's breakdown one by one. By region and model among others, those of one region and model
    /// come together, and no more than theirs are held at once; other breakdowns are held whole.
    ///
    /// - Parameter body: Given the values of the keys, in their order.
    package func forEachRow(
        of month: UTCMonth, by keys: [ReportKey], _ body: ([String], ReportSums) throws -> Void
    ) throws {
        try read { db in
            let isByPlace = keys.contains(.region) && keys.contains(.model)
            var groups:
                [[String]: (sums: EmissionSums, place: HourRows.Place, more: ReportSumsBuilder?)] =
                    [:]
            var current: HourRows.Place?
            func flush() throws {
                for (names, group) in groups.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }
                ) {
                    var builder = group.more ?? ReportSumsBuilder()
                    if group.more == nil { builder.add(group.sums, group.place.subjects) }
                    try body(names, builder.result)
                }
                groups.removeAll(keepingCapacity: true)
            }
            let dimensions = keys.compactMap(\.dimension)
            try forEachMonthlyRow(db, month, by: dimensions) { sums, place, names in
                if isByPlace, current?.region != place.region || current?.model != place.model {
                    try flush()
                    current = place
                }
                var names = names[...]
                let row = keys.map { $0.dimension == nil ? $0.name(place) : names.removeFirst() }
                guard var group = groups[row] else {
                    groups[row] = (sums, place, nil)
                    return
                }
                groups[row] = nil
                var builder = group.more ?? ReportSumsBuilder()
                if group.more == nil { builder.add(group.sums, group.place.subjects) }
                builder.add(sums, place.subjects)
                group.more = builder
                groups[row] = group
            }
            try flush()
        }
    }

    /// Rows of a month added up by region, model and some dimensions.
    private func forEachMonthlyRow(
        _ db: Database, _ month: UTCMonth, by dimensions: [String],
        _ body: (EmissionSums, HourRows.Place, [String]) throws -> Void
    ) throws {
        let places = try HourRows.places(db)
        var names: [Int64: [String]] = [:]
        let known = try GRDB.Row.fetchCursor(
            db,
            sql:
                "SELECT \((["dimension_id"] + dimensions).joined(separator: ", ")) FROM dimension AS d"
        )
        while let row = try known.next() {
            names[row[0]] = dimensions.indices.map { row[1 + $0] }
        }
        let rows = try IntegerStatement(
            db,
            sql: """
                SELECT region_id, model_id, dimension_id, \(EmissionRows.sums.joined(separator: ", "))
                FROM monthly_emission WHERE month = ?
                """)
        try rows.forEachRow([Int64(month.ordinal)]) { row in
            guard let place = places[SIMD2(row[0], row[1])], let names = names[row[2]] else {
                return
            }
            try body(EmissionSums(row, from: 3), place, names)
        }
    }

    /// The energy by how good its figures are, the best first.
    private func energyEvidence(
        _ db: Database, _ month: UTCMonth
    ) throws -> [MonthReport.EnergyShare] {
        let hours = month.hours
        let rows = try GRDB.Row.fetchAll(
            db,
            sql: """
                WITH factor AS (
                  SELECT energy_evidence, energy_uwh, assumed_energy_uwh
                  FROM hour_factor
                  WHERE hour >= ? AND hour < ? AND energy_uwh IS NOT NULL)
                SELECT evidence, sum(energy) FROM (
                  SELECT energy_evidence AS evidence, energy_uwh - assumed_energy_uwh AS energy
                  FROM factor
                  UNION ALL
                  SELECT 'assumed', assumed_energy_uwh FROM factor WHERE assumed_energy_uwh > 0)
                GROUP BY 1 ORDER BY 1
                """, arguments: [hours.lowerBound.value, hours.upperBound.value])
        let total = rows.reduce(0.0) { $0 + Double($1[1] as Int64) }
        return EnergyEvidence.allCases.compactMap { evidence in
            guard let row = rows.first(where: { $0[0] == evidence.rawValue }) else { return nil }
            let energy = Double(row[1] as Int64)
            return MonthReport.EnergyShare(
                evidence: evidence.rawValue, energyKWh: energy / 1e9,
                share: total == 0 ? 0 : energy / total)
        }
    }

    /// The batch sizes that factors rest on; `nil` when they rest on none.
    private func batch(_ db: Database, _ month: UTCMonth) throws -> MonthReport.Batch? {
        let hours = month.hours
        let row = try GRDB.Row.fetchOne(
            db,
            sql: """
                SELECT min(batch_milli), max(batch_milli),
                  sum(iif(batch_milli IS NULL, 0, requests)), sum(requests)
                FROM hour_factor
                WHERE hour >= ? AND hour < ?
                """, arguments: [hours.lowerBound.value, hours.upperBound.value])
        guard let row, let least = row[0] as Int64?, let most = row[1] as Int64? else { return nil }
        return MonthReport.Batch(
            least: Double(least) / 1e3, most: Double(most) / 1e3,
            share: Double(row[2] as Int64) / Double(row[3] as Int64))
    }

    private func pools(_ db: Database, _ month: UTCMonth) throws -> [MonthReport.Pool] {
        let hours = month.hours
        return try GRDB.Row.fetchAll(
            db,
            sql: """
                SELECT pool, supply, count(*) AS hours, sum(supplied_uwh) AS supplied,
                  sum(allocated_uwh) AS allocated, sum(idle_uwh) AS idle,
                  sum(modelled_uwh) AS modelled, sum(idle_energy_uwh) AS energy,
                  sum(unmatched_uwh) AS unmatched,
                  CASE WHEN count(idle_emissions_ug) = count(*) THEN sum(idle_emissions_ug) END
                    AS emissions
                FROM pool_hour
                WHERE hour >= ? AND hour < ? GROUP BY pool ORDER BY pool
                """, arguments: [hours.lowerBound.value, hours.upperBound.value]
        ).map { row in
            func kilo(_ column: String) -> Double { Double(row[column] as Int64) / 1e9 }
            let allocated: Int64 = row["allocated"]
            return MonthReport.Pool(
                name: row["pool"], supply: row["supply"], hours: row["hours"],
                suppliedKWh: kilo("supplied"), allocatedKWh: kilo("allocated"),
                unmatchedKWh: kilo("unmatched"), idleKWh: kilo("idle"),
                modelToMeter: allocated == 0
                    ? nil : Double(row["modelled"] as Int64) / Double(allocated),
                idleEnergyKWh: kilo("energy"),
                idleEmissionsKgCO2e: (row["emissions"] as Int64?).map { Double($0) / 1e9 })
        }
    }

    private func training(_ db: Database, _ month: UTCMonth) throws -> [MonthReport.Training] {
        try GRDB.Row.fetchAll(
            db,
            sql: """
                SELECT model, unit, training_kgco2e, source FROM monthly_training
                WHERE month = ? ORDER BY model, unit
                """, arguments: [month.description]
        ).map {
            MonthReport.Training(model: $0[0], unit: $0[1], kgCO2e: $0[2], source: $0[3])
        }
    }

    private func method(_ db: Database) throws -> MonthReport.Method {
        let sources = try String.fetchAll(
            db,
            sql: """
                SELECT DISTINCT f.source FROM factor AS f JOIN derivation USING (method_id)
                JOIN model_entry AS o ON o.entry = f.subject
                WHERE f.kind = 'energy' ORDER BY f.source
                """)
        let row = try GRDB.Row.fetchOne(
            db, sql: "SELECT m.* FROM method AS m JOIN derivation USING (method_id)")
        return MonthReport.Method(
            energyModel: row?["energy_model"] ?? "", summary: row?["energy_model_summary"] ?? "",
            boundary: row?["energy_boundary"] ?? "", sources: sources,
            basis: row?["basis"] ?? "", signal: row?["signal"] ?? "")
    }

    private func books(_ db: Database, _ month: UTCMonth) throws -> MonthReport.Books {
        let hours = month.hours
        let row = try GRDB.Row.fetchOne(
            db,
            sql: """
                SELECT count(*) AS files, coalesce(sum(lines), 0) AS lines,
                  coalesce(sum(counted), 0) AS counted, coalesce(sum(rejected), 0) AS rejected,
                  coalesce(sum(duplicate), 0) AS duplicate, coalesce(sum(skipped), 0) AS skipped
                FROM live_file
                WHERE last_time_ms >= ? AND first_time_ms < ?
                """,
            arguments: [
                hours.lowerBound.epochSeconds * 1_000, hours.upperBound.epochSeconds * 1_000,
            ])
        return MonthReport.Books(
            files: row?["files"] ?? 0, lines: row?["lines"] ?? 0, counted: row?["counted"] ?? 0,
            rejected: row?["rejected"] ?? 0, duplicate: row?["duplicate"] ?? 0,
            skipped: row?["skipped"] ?? 0,
            filesWithoutRequests: try Int.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM source_files
                    WHERE problem IS NOT NULL AND state IN ('live', 'refused')
                    """) ?? 0)
    }
}
