package import Accounting
import Crypto
import Foundation
import GRDB

/// Who changed the ledger, and by which method rows were derived.
package struct RunRecord: Sendable {
    package let uuid: String
    /// The subcommand, such as `ingest`.
    package let command: String
    package let version: String
    package let method: Method

    package init(command: String, version: String, method: Method) {
        uuid = UUID().uuidString.lowercased()
        self.command = command
        self.version = version
        self.method = method
    }

    static func digest(of method: Method) -> Data {
        Data(SHA256.hash(data: Data(method.canonicalText.utf8)))
    }

    /// Writes the run and, when it is new, its method with all factors.
    ///
    /// - Returns: The numbers of run and method, and whether the ledger was derived by another one.
    func insert(
        _ db: Database
    ) throws -> (runID: Int64, methodID: Int64, methodChanged: Bool) {
        let digest = Self.digest(of: method)
        let primary = try Row.fetchOne(
            db, sql: "SELECT method_id, sha256 FROM method WHERE is_primary = 1")
        let methodID: Int64
        if let primary, primary["sha256"] == digest {
            methodID = primary["method_id"]
        } else {
            try db.execute(sql: "UPDATE method SET is_primary = 0")
            methodID = try insertMethod(db, digest)
        }
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO run (run_uuid, command, version, committed_at, method_id)
                VALUES (?, ?, ?, strftime('%Y-%m-%d %H:%M:%S', 'now'), ?)
                """, arguments: [uuid, command, version, methodID])
        let runID = try Int64.fetchOne(
            db, sql: "SELECT run_id FROM run WHERE run_uuid = ?", arguments: [uuid])
        return (runID ?? 0, methodID, primary.map { $0["sha256"] != digest } ?? false)
    }

    private func insertMethod(_ db: Database, _ digest: Data) throws -> Int64 {
        let known = try Int64.fetchOne(
            db, sql: "SELECT method_id FROM method WHERE sha256 = ?", arguments: [digest])
        if let known {
            try db.execute(
                sql: "UPDATE method SET is_primary = 1 WHERE method_id = ?", arguments: [known])
            return known
        }
        let model = method.energyModel
        try db.execute(
            sql: """
                INSERT INTO method (sha256, is_primary, energy_model, energy_model_summary,
                  energy_boundary, basis, signal) VALUES (?, 1, ?, ?, ?, ?, 'average')
                """,
            arguments: [
                digest, model.name, model.summary, model.boundary.rawValue, method.basis.rawValue,
            ])
        let methodID = db.lastInsertedRowID
        try insertFactors(db, methodID)
        return methodID
    }

    private func insertFactors(_ db: Database, _ methodID: Int64) throws {
        let statement = try db.makeStatement(
            sql: "INSERT INTO factor VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        let model = method.energyModel
        for (name, factor) in model.factors {
            let coefficients = factor.coefficients
            let units: [(String, KeyPath<EnergyCoefficients, PicowattHours>)] = [
                ("Wh/request", \.request), ("Wh/input token", \.input),
                ("Wh/cached input token", \.cachedInput), ("Wh/output token", \.output),
            ]
            for (unit, path) in units where coefficients.high[keyPath: path] != .zero {
                try statement.execute(arguments: [
                    methodID, "energy", name, unit, coefficients.low[keyPath: path].value,
                    coefficients.central[keyPath: path].value,
                    coefficients.high[keyPath: path].value,
                    model.boundary == .facility ? 1 : 0, factor.evidence.rawValue, model.released,
                    factor.source,
                ])
            }
        }
        guard model.boundary == .it else { return }
        var regions = [("*", method.defaultEffectiveness, method.defaultEffectivenessSource)]
        for name in method.regions.names {
            if let entry = method.regions[name], let effectiveness = entry.effectiveness {
                regions.append((name, effectiveness, entry.source))
            }
        }
        for (name, effectiveness, source) in regions {
            let pico = effectiveness.value * 1_000_000
            try statement.execute(arguments: [
                methodID, "pue", name, "facility energy / IT energy", pico, pico, pico, 1,
                EnergyEvidence.published.rawValue, "", source,
            ])
        }
    }
}
