/// A layout of lines, compiled together with the reader of their dialect: where each value goes that the reader would
/// take from a line of this layout.
///
///     {"timestamp":"‹time›","request_id":"‹id›","region":"‹name 1›","status":200,"usage":{"prompt_tokens":‹number 6›…
///
/// Values that conditions look at are part of the fixed text, so that a layout settles what the conditions say. A
/// line that differs in anything else than its values, or in the type of a value, is one for the reader.
struct RecordPlan {
    /// What is done with a value.
    enum Action: UInt8 {
        /// Whatever stands there: mostly a text, a number, one of `true`, `false` and `null`.
        case skipText, skipNumber, literal, skipAny
        /// A text that may not be empty.
        case text
        /// A number of whatever value.
        case number
        case time, id, name
        /// Up to seven digits, added to what is there already.
        case count
        /// The same, of which the largest counts.
        case largest
        case duration
        /// The same of a field of a table, which has quotes only where it needs some. Those of texts are part of the value, as
        /// in JSON, those of counts part of the fixed text.
        case skipField, quotedText, quotedTime, textField, timeField, idField, nameField,
            countField,
            durationField
        /// No value: the line ends.
        case end
    }

    /// A value, and the fixed text before it.
    struct Hole {
        /// Length of the fixed text.
        let byteCount: UInt32
        /// How many of the plan's blocks it fills.
        let blockCount: UInt8
        let action: Action
        /// Where a name or count goes in ``Values``.
        let target: UInt8
        /// Where a count goes as well; 0 for nowhere.
        let otherTarget: UInt8
    }

    /// The names and counts of a line, at the places that ``Field`` says; 0 for what it lacks.
    typealias Values = InlineArray<16, UInt32>

    /// What stands where in ``Values``; the first is nobody's.
    enum Field {
        static let region = 1, model = 2, tenant = 3, project = 4, endpoint = 5
        static let input = 6, cachedInput = 7, cacheWrite = 8, output = 9, reasoning = 10
        static let total = 11, items = 12, duration = 13
        /// Those of ``Counter/plainParts``, as many as there is room for.
        static let parts = 14..<16
    }

    /// Among those of all plans.
    let firstHole: Int
    let firstBlock: Int
    /// What the values are where a line has none: numbers of names, and 0.
    let defaults: Values
    /// Those of ``Field/parts`` that are part of the output, a bit each.
    let outputParts: UInt8
    let hasParts: Bool
    let knowsInput, knowsOutput, hasID: Bool
    let isFailed: Bool
    /// Whether the cache counts beside the input, whatever the dialect says.
    let isException: Bool
}

/// What a plan has taken from a line.
struct PlannedLine {
    var values: RecordPlan.Values
    var time: Int64 = 0
    var id = RequestID(first: 0, second: 0)
    /// Where the id stands; `nil` for none.
    var idText: FieldSlots.Slot?
}
