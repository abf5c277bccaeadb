import Accounting
import Foundation
import Synchronization
import TestSupport

@testable import Pipeline

/// Runs the pipeline on one file of `bytes`.
func fold(
    _ bytes: [UInt8], dialect: String = "gateway",
    change: (inout Pipeline.Settings) -> Void = { _ in }
) throws -> Pipeline.Outcome {
    let folder = try TemporaryFolder()
    let path = try folder.write(bytes, to: "log")
    var settings = Pipeline.Settings(dialects: [try Dialect(named: dialect)])
    settings.jobs = 2
    settings.rejectedLineLimit = .max
    change(&settings)
    return try foldFiles([path], settings)[0]
}

/// Runs the pipeline on files; outcomes are in the order of `paths`.
func foldFiles(_ paths: [String], _ settings: Pipeline.Settings) throws -> [Pipeline.Outcome] {
    try foldInputs(InputPaths.expand(paths), settings)
}

func foldInputs(
    _ files: [InputFile], _ settings: Pipeline.Settings
) throws -> [Pipeline.Outcome] {
    let outcomes = Mutex([Int: Pipeline.Outcome]())
    try Pipeline(settings).run(files) { index, outcome in
        outcomes.withLock { $0[index] = outcome }
    }
    return files.indices.map { index in outcomes.withLock { $0[index] ?? .skipped } }
}

extension Pipeline.Outcome {
    /// All that the partial says, in one order, without what depends on names of files; or the error.
    var canonicalText: String {
        switch self {
        case .skipped: return "skipped"
        case .failed(let error): return "failed: \(error)"
        case .partial(let partial): return partial.canonicalText
        }
    }

    var partial: FilePartial? {
        if case .partial(let partial) = self { partial } else { nil }
    }

    var failure: InputError? {
        if case .failed(let error) = self { error } else { nil }
    }
}

extension FilePartial {
    var canonicalText: String {
        let cells = cells.map { key, activity in
            "\(key.hour.text) \(names[key.region]) \(names[key.model]) \(names[key.tenant]) "
                + "\(names[key.project]) \(names[key.endpoint]) \(activity)"
        }
        let rejects = facts.rejects.map { "\($0.line) \($0.offset) \($0.description)" }
        let counts = facts.rejectCounts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let head =
            "\(facts.tally) \(facts.plainBytes) \(facts.contentDigest) "
            + String(describing: facts.timeRange)
        return ([head] + cells.sorted() + rejects + counts).joined(separator: "\n")
    }

    /// All cells added up.
    var total: Activity { cells.reduce(into: Activity()) { $0 += $1.activity } }
}
