import Foundation
package import Ledger
package import Pipeline
package import Setup
import Synchronization

/// Logs shared out among tasks of about one size, each a call of `map`.
package struct TaskPlan: Sendable {
    /// Logs that one call of `map` reads.
    package struct Task: Codable, Sendable {
        /// As delivered.
        package fileprivate(set) var bytes: Int64 = 0
        /// As ``PlannedInput`` has them.
        package fileprivate(set) var inputs: [String] = []

        fileprivate init() {}

        /// - Returns: `nil` for what is not as ``line``.
        init?(line: String) {
            guard line.hasPrefix("{\"bytes\":"),
                let task = try? JSONDecoder().decode(Self.self, from: Data(line.utf8))
            else { return nil }
            self = task
        }

        /// A JSON object.
        package var line: String {
            get throws {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                return String(decoding: try encoder.encode(self), as: UTF8.self)
            }
        }
    }

    /// The largest first.
    package private(set) var tasks: [Task] = []
    /// Logs that are larger than a task, with why they are read whole.
    package private(set) var whole: [(file: InputFile, reason: String)] = []
    /// Logs that are in the ledger as they are.
    package private(set) var known: [(digest: [UInt8], file: InputFile)] = []

    /// - Parameters:
    ///   - taskBytes: What a task reads, as delivered, about.
    ///   - ledger: What it knows need not be read, and what may have grown is digested where it ended before.
    /// - Throws: ``LedgerError``.
    package init(
        _ files: [InputFile], taskBytes: Int64, settings: Settings, pipeline: Pipeline.Settings,
        policy: RewritePolicy, ledger: Ledger?
    ) throws {
        let intake = Ingestion.intake(settings, pipeline, policy, announce: nil)
        let unchanged = try ledger?.unchanged(files, intake: intake) ?? [:]
        let order = DeliveryOrder(files, known: Set(unchanged.keys))
        let planned = Mutex<[Int: Planned]>([:])
        try runEach(order.files.count, jobs: pipeline.jobs) { index in
            let file = order.files[index]
            var plan = Planned(inputs: [file])
            if let identity = unchanged[file] {
                planned.withLock { $0[index] = Planned(inputs: [], known: identity.sha256) }
                return
            }
            do {
                let expectation = try ledger?.expectation(of: file, intake: intake)
                if case .known(.unchanged, let identity) = expectation {
                    plan = Planned(inputs: [], known: identity.sha256)
                } else {
                    plan = try Self.plan(
                        file, taskBytes, pipeline, order.probeLengths(of: file), expectation)
                }
            } catch is InputError {
                // Who maps it says what is wrong.
            }
            planned.withLock { [plan] in $0[index] = plan }
        }
        var inputs: [InputFile] = []
        for (index, plan) in planned.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
            inputs += plan.inputs
            if let whole = plan.whole { self.whole.append(whole) }
            if let digest = plan.known { known.append((digest, order.files[index])) }
        }
        pack(inputs, taskBytes)
    }

    private struct Planned {
        var inputs: [InputFile]
        var whole: (file: InputFile, reason: String)?
        var known: [UInt8]?
    }

    private static func plan(
        _ file: InputFile, _ taskBytes: Int64, _ pipeline: Pipeline.Settings, _ lengths: [Int64],
        _ expectation: Expectation?
    ) throws -> Planned {
        var probed = file.probed(at: lengths, plain: [])
        if case .unknown(let more, let plain) = expectation {
            probed = file.probed(at: lengths + more, plain: plain)
        }
        guard file.size > taskBytes else { return Planned(inputs: [probed]) }
        guard probed.probeLengths.isEmpty, probed.plainProbeLengths.isEmpty else {
            return Planned(
                inputs: [probed],
                whole: (file, "it may be another log, grown: its digest is kept where that ended"))
        }
        switch try FileParts(of: file, size: taskBytes, pipeline) {
        case .whole(let reason): return Planned(inputs: [file], whole: (file, reason))
        case .parts(let ranges): return Planned(inputs: ranges.map { file.part($0) })
        }
    }

    /// First fit, the largest first.
    private mutating func pack(_ inputs: [InputFile], _ taskBytes: Int64) {
        let ordered = inputs.sorted {
            ($1.readBytes, $0.name, $0.range?.bytes.lowerBound ?? 0)
                < ($0.readBytes, $1.name, $1.range?.bytes.lowerBound ?? 0)
        }
        for input in ordered {
            let place =
                tasks.firstIndex { $0.bytes + input.readBytes <= taskBytes } ?? tasks.count
            if place == tasks.count { tasks.append(Task()) }
            tasks[place].bytes += input.readBytes
            tasks[place].inputs.append(PlannedInput.text(input))
        }
        tasks.sort { $0.bytes > $1.bytes }
    }
}
