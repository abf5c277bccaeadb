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
        digest(of: method.canonicalText)
    }

    /// Of a method's text, or of a part of it.
    static func digest(of text: String) -> Data { Data(SHA256.hash(data: Data(text.utf8))) }

    /// A run in the ledger.
    struct Entry {
        let runID: Int64
        let methodID: Int64
        /// Rows that are there rest on another method.
        let methodChanged: Bool
        /// They do, or there are none since another program has defined them.
        let derivesAnew: Bool
    }

    /// Writes the run and, when it is new, its method with all factors.
    func insert(_ db: Database) throws -> Entry {
        let methodID = try methodID(db)
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO run (run_uuid, command, version, committed_at, method_id)
                VALUES (?, ?, ?, strftime('%Y-%m-%d %H:%M:%S', 'now'), ?)
                """, arguments: [uuid, command, version, methodID])
        let runID = try Int64.fetchOne(
            db, sql: "SELECT run_id FROM run WHERE run_uuid = ?", arguments: [uuid])
        let before = try Int64.fetchOne(db, sql: "SELECT method_id FROM derivation")
        let kept = try Int64.fetchOne(db, sql: "SELECT method_id FROM kept_total")
        return Entry(
            runID: runID ?? 0, methodID: methodID,
            methodChanged: (before ?? kept).map { $0 != methodID } ?? false,
            derivesAnew: before != methodID)
    }

    private func methodID(_ db: Database) throws -> Int64 {
        let digest = Self.digest(of: method)
        let known = try Int64.fetchOne(
            db, sql: "SELECT method_id FROM method WHERE sha256 = ?", arguments: [digest])
        if let known { return known }
        let model = method.energyModel
        try db.execute(
            sql: """
                INSERT INTO method (sha256, energy_model, energy_model_summary, energy_boundary, basis,
                  signal) VALUES (?, ?, ?, ?, ?, 'average')
                """,
            arguments: [
                digest, model.name, model.summary, model.boundary.rawValue, method.basis.rawValue,
            ])
        let methodID = db.lastInsertedRowID
        for part in method.parts {
            let digest = Self.digest(of: part.text)
            try db.execute(
                sql: "INSERT OR IGNORE INTO method_text VALUES (?, ?)",
                arguments: [digest, part.text])
            try db.execute(
                sql: "INSERT INTO method_part VALUES (?, ?, ?)",
                arguments: [methodID, part.name.rawValue, digest])
        }
        try insertFactors(db, methodID)
        return methodID
    }

    /// What a published factor of the grid is called.
    static func subject(of entry: AnnualIntensities.Entry) -> String {
        "\(entry.zone) \(entry.year)"
    }

    private func insertFactors(_ db: Database, _ methodID: Int64) throws {
        let statement = try db.makeStatement(
            sql: "INSERT INTO factor VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        func insert(
            _ kind: String, _ subject: String, _ unit: String, _ pico: Estimate<Int64>,
            includesPUE: Bool, boundary: String = "", _ evidence: EnergyEvidence,
            released: String = "", _ source: String
        ) throws {
            try statement.execute(arguments: [
                methodID, kind, subject, unit, pico.low, pico.central, pico.high,
                includesPUE ? 1 : 0, boundary, evidence.rawValue, released, source,
            ])
        }
        let model = method.energyModel
        for entry in model.entries {
            guard let factor = model.factor(of: entry) else { continue }
            for charge in Charge.stated {
                let energy = factor.energy.map { $0[charge] }
                if energy.high != 0 {
                    try insert(
                        "energy", entry, "Wh/\(charge.thing)", energy,
                        includesPUE: model.boundary == .facility, boundary: model.boundary.rawValue,
                        factor.evidence,
                        released: model.released, factor.source)
                }
                if let embodied = factor.embodied?.map({ $0[charge] }), embodied.high != 0 {
                    try insert(
                        "embodied", entry, "gCO2e/\(charge.thing)", embodied, includesPUE: false,
                        factor.evidence, released: model.released, factor.source)
                }
            }
        }
        for entry in method.annual.entries where entry.basis == method.basis {
            try insert(
                "grid", Self.subject(of: entry),
                "gCO2e/kWh, \(entry.basis.rawValue), \(entry.boundary.rawValue)"
                    + (entry.losses == .inside ? ", losses inside" : ""),
                Estimate(exactly: entry.intensity.value * 1_000_000_000), includesPUE: false,
                boundary: entry.boundary.rawValue, .published, released: "\(entry.year)",
                entry.source)
        }
        for factor in method.market {
            try insert(
                "market", "\(factor.region) \(factor.month?.description ?? "every month")",
                "gCO2e/kWh", Estimate(exactly: factor.intensity.value * 1_000_000_000),
                includesPUE: false, .published, factor.source)
        }
        for entry in method.losses.entries {
            let year = entry.year.map(String.init) ?? ""
            try insert(
                "td_loss", year.isEmpty ? entry.zone : "\(entry.zone) \(year)", "lost / delivered",
                Estimate(exactly: entry.loss.value * 1_000_000), includesPUE: false, .published,
                released: year, entry.source)
        }
        for share in method.training {
            try insert(
                "training", share.model,
                share.per == .request ? "gCO2e/request" : "kgCO2e/month",
                Estimate(exactly: share.pico), includesPUE: false, .published, share.source)
        }
        for (country, water) in method.water.entries {
            try insert(
                "water", country, "L/kWh of electricity",
                Estimate(exactly: water.value * 1_000_000), includesPUE: false, .published,
                method.water.source)
        }
        for pool in method.pools {
            if case .hardware(let energy, let source) = pool.supply {
                try insert(
                    "pool", pool.name, "kWh/hour", Estimate(exactly: energy.value * 1_000),
                    includesPUE: pool.boundary == .facility, pool.evidence, source)
            }
            if pool.idle > .zero {
                try insert(
                    "pool", pool.name, "idle kWh/hour", Estimate(exactly: pool.idle.value * 1_000),
                    includesPUE: pool.boundary == .facility, .assumed, "configuration")
            }
        }
        guard model.boundary == .it || !method.pools.isEmpty else { return }
        try insert(
            "pue", "*", "facility energy / IT energy",
            method.defaultEffectiveness.map { $0.value * 1_000_000 }, includesPUE: true,
            .published, method.defaultEffectivenessSource)
        for name in method.regions.names {
            guard let entry = method.regions[name] else { continue }
            for effectiveness in entry.effectiveness {
                let year = effectiveness.year.map(String.init) ?? ""
                try insert(
                    "pue", year.isEmpty ? name : "\(name) \(year)", "facility energy / IT energy",
                    Estimate(exactly: effectiveness.value.value * 1_000_000), includesPUE: true,
                    .published, released: year, effectiveness.source)
            }
            if let water = entry.onSiteWater {
                try insert(
                    "water", name, "L/kWh of IT energy",
                    Estimate(exactly: water.value * 1_000_000), includesPUE: false, .published,
                    entry.source)
            }
        }
    }
}
