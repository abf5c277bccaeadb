import Accounting
import Foundation
import GRDB
import Pipeline

/// Writes what files hold into the fact tables, inside one transaction.
struct FactWriter {
    let db: Database
    let ledger: Ledger
    let runID: Int64
    let intake: Intake
    private let energyModel: EnergyModel
    private var regions: NameTable
    private var models: NameTable
    /// Those that files of this commit have: a ledger may know many more.
    private var dimensions: [Dimension: Int64] = [:]
    private var charges: [EnergyCoefficients: Int64] = [:]
    /// By number on the command line.
    private(set) var outcomes: [Int: FileOutcome] = [:]
    private(set) var postponed: Set<Int> = []
    /// Files of the batch that are counted, in order.
    private(set) var entered: [Entered] = []
    /// Files that were counted before the batch, by the place in ``entered`` from which on they count no longer: that of the
    /// file that they grew into; the first where they are replaced, as any file may hold their requests now.
    private(set) var replacedBy: [Int64: Int] = [:]
    private var notices: [(name: String, notice: RewriteNotice)] = []
    /// Hours whose cells changed.
    private(set) var touchedHours: Set<Int> = []
    var sightings: Ledger.Sightings

    private struct Dimension: Hashable {
        let tenant: ExactText
        let project: ExactText
        let endpoint: ExactText
    }

    /// - Parameters:
    ///   - energyModel: By which the pipeline made the histograms.
    ///   - sightings: What the run has met before.
    init(
        _ db: Database, ledger: Ledger, runID: Int64, intake: Intake, energyModel: EnergyModel,
        sightings: Ledger.Sightings
    ) throws {
        self.db = db
        self.ledger = ledger
        self.runID = runID
        self.intake = intake
        self.energyModel = energyModel
        self.sightings = sightings
        regions = try NameTable(db, table: "region")
        models = try NameTable(db, table: "model")
        for identity in sightings.known { try see(identity) }
    }

    /// A file of the batch that is counted.
    struct Entered {
        let fileID: Int64
        let delivery: Delivery
        /// The place in ``entered`` of the file that takes its place.
        var replacedBy: Int?
    }

    /// Finds out what a file is to those that are there, and enters it in the books, or says why not.
    ///
    /// - Parameter waiting: Which files wait until the run has met all others.
    mutating func enter(_ delivery: Delivery, _ waiting: Ledger.Waiting) throws {
        guard delivery.partial.tally.isBalanced else {
            throw LedgerError.invariant("lines = counted + rejected + duplicate + skipped")
        }
        if let outcome = try outcome(of: delivery, waiting) {
            outcomes[delivery.number] = outcome
        } else {
            postponed.insert(delivery.number)
        }
    }

    /// Takes in what has waited for the rest.
    mutating func enterPostponed(_ batch: [Delivery]) throws {
        let waiting = postponed
        postponed = []
        for delivery in batch where waiting.contains(delivery.number) {
            try enter(delivery, .none)
        }
    }

    /// - Returns: `nil` for a file that is to wait.
    private mutating func outcome(
        of delivery: Delivery, _ waiting: Ledger.Waiting
    ) throws -> FileOutcome? {
        let partial = delivery.partial
        if let known = try ledger.knownOutcome(db, partial.identity, intake) {
            if case .renamed = known { try insertAlias(partial.identity, reason: "renamed") }
            try see(partial.identity)
            return known
        }
        let place = try place(of: partial)
        let replaced = place.files
        let outcome = place.outcome
        let isCounted = [.added, .grown, .replaced].contains(outcome)
        switch waiting {
        case .named where !place.named.isEmpty, .counted where isCounted || !place.named.isEmpty:
            return nil
        case .none, .named, .counted: break
        }
        switch outcome {
        case .added, .grown, .replaced: break
        case .recompressed, .superseded:
            try insertAlias(partial.identity, reason: "recompressed", replaced.first)
            if let fileID = replaced.first { see(fileID, as: partial.identity.name) }
            return outcome
        default: return outcome
        }
        if let bundled = try bundledName(among: replaced) { return .bundled(bundled) }
        if let other = try sharedScope(of: partial, besides: replaced) {
            return .counted(in: other)
        }
        try addNotice(place, partial)
        let fileID = try nextFileID()
        for earlier in replaced {
            try supersede(earlier, by: fileID, how: outcome == .grown ? "grown" : "replaced")
        }
        try insertFile(partial, fileID)
        entered.append(Entered(fileID: fileID, delivery: delivery))
        // What it was before may be met under another name: that moves nothing.
        see(fileID, as: partial.identity.name)
        return outcome
    }

    /// Writes what the files hold that were entered, but for their cells.
    ///
    /// - Returns: The cells, which become rows as they are derived from.
    mutating func insertContents() throws -> ArrivingUsage {
        var usage = try ArrivingUsage(db)
        for file in entered {
            let partial = file.delivery.partial
            var places = FilePlaces(partial)
            try usage.add(partial, file.fileID, isLive: file.replacedBy == nil) { key in
                try place(of: key, &places)
            }
            try insertHistograms(partial, file.fileID, &places)
            try insertRejects(partial, file.fileID)
            try insertIDs(file)
        }
        touchedHours.formUnion(usage.hours)
        return usage
    }

    /// What a rewritten file takes away or adds, to be said before it is done.
    private mutating func addNotice(_ place: Place, _ partial: FilePartial) throws {
        guard intake.policy != .refuse else { return }
        let requests = partial.tally.requests
        func counted(_ files: [Int64]) throws -> Int64 {
            try Int64.fetchOne(
                db,
                sql: """
                    SELECT sum(requests) FROM source_file
                    WHERE file_id IN (\(files.map(String.init).joined(separator: ", ")))
                    """) ?? 0
        }
        let notice: RewriteNotice? =
            if place.outcome == .replaced {
                .replaces(requests: try counted(place.files), by: requests)
            } else if place.outcome == .added, let origin = place.origin {
                .addsFork(requests: requests, of: origin)
            } else if place.outcome == .added, !place.named.isEmpty {
                .adds(requests: requests, to: try counted(place.named))
            } else {
                nil
            }
        if let notice { notices.append((partial.identity.name, notice)) }
    }

    func announce() {
        for (name, notice) in notices { intake.announce?(name, notice) }
    }

    /// Remembers names of bytes that are known.
    func insertAliases(_ renamed: [FileIdentity]) throws {
        for identity in renamed { try insertAlias(identity, reason: "renamed") }
    }

    /// Another file counts no longer, as the one that is entered next takes its place: its hours are derived anew, and
    /// requests of others are no duplicates of its own.
    private mutating func supersede(_ fileID: Int64, by other: Int64, how: String) throws {
        try db.execute(
            sql: "INSERT INTO superseded_file VALUES (?, ?, ?, ?)",
            arguments: [fileID, other, how, runID])
        touchedHours.formUnion(
            try Int.fetchAll(
                db,
                sql: """
                    SELECT DISTINCT u.hour FROM source_file AS f JOIN usage AS u
                      ON u.hour BETWEEN f.first_time_ms / 3600000 AND f.last_time_ms / 3600000
                      AND u.file_id = f.file_id
                    WHERE f.file_id = ?
                    """, arguments: [fileID]))
        if let place = entered.firstIndex(where: { $0.fileID == fileID }) {
            entered[place].replacedBy = entered.count
        } else {
            replacedBy[fileID] = how == "grown" ? entered.count : 0
        }
    }

    /// The ledger's numbers of a file's own, which are few and small: each name is looked up once.
    private struct FilePlaces {
        let names: [ExactText]
        var regions: [Int64?]
        var models: [Int64?]
        var dimensions: [SIMD4<Int32>: Int64] = [:]

        init(_ partial: FilePartial) {
            names = partial.names.map(ExactText.init)
            regions = [Int64?](repeating: nil, count: names.count)
            models = regions
        }
    }

    private mutating func place(
        of key: PartialCellKey, _ places: inout FilePlaces
    ) throws -> RollupKey {
        let region = try places.regions[key.region] ?? regions.id(of: places.names[key.region])
        places.regions[key.region] = region
        let model = try places.models[key.model] ?? models.id(of: places.names[key.model])
        places.models[key.model] = model
        let numbers = SIMD4(Int32(key.tenant), Int32(key.project), Int32(key.endpoint), 0)
        let dimension =
            try places.dimensions[numbers]
            ?? dimensionID(
                Dimension(
                    tenant: places.names[key.tenant], project: places.names[key.project],
                    endpoint: places.names[key.endpoint]))
        places.dimensions[numbers] = dimension
        return RollupKey(region: region, model: model, dimension: dimension)
    }

    private mutating func insertHistograms(
        _ partial: FilePartial, _ fileID: Int64, _ places: inout FilePlaces
    ) throws {
        let insert = try db.cachedStatement(
            sql: "INSERT INTO energy_histogram VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        for part in partial.histograms {
            let key = try place(of: part.key, &places)
            let histogram = part.histogram
            try insert.execute(arguments: [
                part.key.hour.value, key.region, key.model, key.dimension, fileID,
                partial.histogramDimensions.rawValue, try chargeID(part.coefficients),
                histogram.energy.count, histogram.zeroRequests, Data(histogram.energy.encoded),
                Data(histogram.energyPerKilotoken.encoded),
            ])
        }
    }

    private mutating func chargeID(_ coefficients: EnergyCoefficients) throws -> Int64 {
        if let known = charges[coefficients] { return known }
        let values: [any DatabaseValueConvertible] =
            [energyModel.name, energyModel.boundary == .facility ? 1 : 0]
            + Charge.stated.map { coefficients[$0] }
        let columns = ["energy_model", "includes_pue"] + FactorColumns.central
        try db.execute(
            sql: """
                INSERT INTO charge (\(columns.joined(separator: ", ")))
                VALUES (\(columns.map { _ in "?" }.joined(separator: ", "))) ON CONFLICT DO NOTHING
                """, arguments: StatementArguments(values))
        let chargeID = try Int64.fetchOne(
            db,
            sql: """
                SELECT charge_id FROM charge
                WHERE \(columns.map { "\($0) = ?" }.joined(separator: " AND "))
                """, arguments: StatementArguments(values))
        guard let chargeID else { throw LedgerError.invariant("every histogram has a charge") }
        charges[coefficients] = chargeID
        return chargeID
    }

    private func insertRejects(_ partial: FilePartial, _ fileID: Int64) throws {
        let reject = try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO reject VALUES (?, ?, ?, ?, ?)")
        for line in partial.rejects {
            try reject.execute(arguments: [
                fileID, line.line, line.offset, line.reason.rawValue, line.field ?? "",
            ])
        }
        let count = try db.cachedStatement(sql: "INSERT INTO reject_count VALUES (?, ?, ?, ?)")
        for (kind, lines) in partial.rejectCounts.sorted(by: { $0.key < $1.key }) {
            try count.execute(arguments: [fileID, kind.reason.rawValue, kind.field, lines])
        }
        let skip = try db.cachedStatement(sql: "INSERT INTO skip_count VALUES (?, ?, ?)")
        for kind in partial.skipCounts {
            try skip.execute(arguments: [fileID, kind.reason, kind.lines])
        }
    }

    private mutating func dimensionID(_ dimension: Dimension) throws -> Int64 {
        if let known = dimensions[dimension] { return known }
        let names: StatementArguments = [
            dimension.tenant.text, dimension.project.text, dimension.endpoint.text,
        ]
        let known = try Int64.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT dimension_id FROM dimension WHERE tenant = ? AND project = ? AND endpoint = ?
                    """), arguments: names)
        if let known {
            dimensions[dimension] = known
            return known
        }
        try db.execute(
            sql: "INSERT INTO dimension (tenant, project, endpoint) VALUES (?, ?, ?)",
            arguments: names)
        dimensions[dimension] = db.lastInsertedRowID
        return db.lastInsertedRowID
    }
}
