/// Why a file as a whole was not counted. Nothing of such a file is kept.
package enum InputError: Error, Equatable, Sendable {
    case unreadable(reason: String)
    case empty
    case changedWhileReading
    /// It is a part of a file, and that is not as the plan says.
    case changedSincePlan
    case truncated(format: Compression, offset: Int64)
    case corrupt(format: Compression, offset: Int64, reason: String)
    case windowTooLarge(offset: Int64)
    case header(problem: String)
    case dialect(problem: String)
    case tooManyRejects(rejected: Int, lines: Int, first: String)
    case tooManyCells(limit: Int)
    case tooLong(limit: Int64)
    /// It is in a format that is recognised and not read.
    case foreign(ForeignFormat)

    /// The upload may still be under way: the file is tried again by the next run.
    package var isDeferred: Bool {
        switch self {
        case .empty, .changedWhileReading, .truncated: true
        default: false
        }
    }

    /// Problem and remedy; the place is the file, which the caller names.
    package var message: String {
        switch self {
        case .unreadable(let reason):
            "cannot be read: \(reason)"
        case .empty:
            "is empty; tried again next run"
        case .changedWhileReading:
            "changed while it was read; tried again next run"
        case .changedSincePlan:
            "is not the file that was planned; nothing was counted; make the plan anew"
        case .truncated(let format, let offset):
            "ends inside a \(format.unitName) at byte \(offset); nothing was counted, "
                + "tried again next run"
        case .corrupt(let format, let offset, let reason):
            "is not valid \(format.rawValue) near byte \(offset) (\(reason)); nothing was counted; "
                + "deliver the file again"
        case .windowTooLarge(let offset):
            "the zstd frame at byte \(offset) wants a window over 2^\(ZstdWindow.limit) bytes; nothing was counted; give "
                + "--max-window-log \(ZstdWindow.range.upperBound) and the memory for it, or compress it without --long or "
                + "--ultra"
        case .header(let problem), .dialect(let problem):
            "\(problem); nothing was counted"
        case .tooManyRejects(let rejected, let lines, let first):
            "\(rejected) of \(lines) lines were rejected, the first at \(first); "
                + "nothing was counted; is this the right --dialect? try: flue inspect"
        case .tooManyCells(let limit):
            "has over \(limit) combinations of hour, region, model and dimensions; nothing was "
                + "counted; list fewer dimensions in flue.yaml"
        case .tooLong(let limit):
            "inflates to over \(limit) bytes; nothing was counted"
        case .foreign(let format):
            "is \(format.summary), which is not read; nothing was counted; \(format.remedy)"
        }
    }
}

/// A file that was asked for by name and cannot be read.
package struct UnreadableFile: Error, CustomStringConvertible {
    package let name: String
    package let error: InputError

    package init(name: String, error: InputError) {
        self.name = name
        self.error = error
    }

    package var description: String { "\(name): \(error.message)" }
}
