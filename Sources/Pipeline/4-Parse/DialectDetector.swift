/// Finds out which dialect a file is written in, by reading its first records with each.
package enum DialectDetector {
    /// What a dialect made of the first chunk of a file.
    package struct Trial: Sendable {
        package let dialect: Dialect
        package let partial: FilePartial?
        /// Why the dialect cannot read the file at all.
        package let failure: InputError?

        package var counted: Int { partial?.tally.counted ?? 0 }

        /// Not one record, not even a wrong one: an idle hour's file.
        var holdsNothing: Bool {
            partial.map { $0.tally.skipped == $0.tally.lines && $0.leftOut == 0 } ?? false
        }
    }

    /// The one dialect of `candidates` that reads the file.
    ///
    /// - Throws: ``InputError/dialect`` when none does, or several do equally well.
    static func choose(
        _ candidates: [Dialect], for file: InputFile, _ settings: Pipeline.Settings
    ) throws(InputError) -> Dialect {
        if candidates.count == 1, let only = candidates.first { return only }
        let trials = try trials(of: candidates, on: file, settings).sorted {
            $0.counted > $1.counted
        }
        if let empty = trials.first(where: \.holdsNothing) { return empty.dialect }
        let names = candidates.map(\.name).joined(separator: ", ")
        guard let best = trials.first, best.counted > 0 else {
            throw .dialect(
                problem: "no dialect reads its first records (tried: \(names)); "
                    + "see: flue inspect; or give --dialect")
        }
        let equals = trials.filter { $0.counted == best.counted }
        guard equals.count == 1 else {
            throw .dialect(
                problem: "could be \(equals.map(\.dialect.name).joined(separator: " or ")); "
                    + "say which with --dialect")
        }
        return best.dialect
    }

    /// Folds the first chunk of a file with each dialect.
    ///
    /// - Throws: When the file cannot be read or inflated.
    package static func trials(
        of candidates: [Dialect], on file: InputFile, _ settings: Pipeline.Settings
    ) throws(InputError) -> [Trial] {
        guard !file.isStandardInput || candidates.count == 1 else {
            throw .dialect(problem: "standard input can be read only once; say which --dialect")
        }
        var trials: [Trial] = []
        for dialect in candidates {
            var settings = settings
            settings.dialects = [dialect]
            let task = FileTask(index: 0, file: file, settings: settings)
            switch task.foldFirstChunk() {
            case .partial(let partial):
                trials.append(Trial(dialect: dialect, partial: partial, failure: nil))
            case .failed(let failure):
                if case .header = failure {
                    trials.append(Trial(dialect: dialect, partial: nil, failure: failure))
                } else {
                    throw failure
                }
            case .skipped: break
            }
        }
        return trials
    }
}
