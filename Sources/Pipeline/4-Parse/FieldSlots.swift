/// Where the fields that were asked for stand in one record.
struct FieldSlots {
    enum Kind: UInt8 {
        case text
        /// Text that holds backslash escapes.
        case escapedJSON
        /// Text that holds doubled quotes.
        case escapedCSV
        case number
        case `true`, `false`
        /// An object or array.
        case container
    }

    struct Slot {
        var start: UInt32 = 0
        var count: UInt32 = 0
        var kind = Kind.text

        var range: Range<Int> { Int(start)..<Int(start) + Int(count) }

        /// Whether the value is written as text or as a number.
        var isScalar: Bool {
            switch kind {
            case .text, .escapedJSON, .escapedCSV, .number: true
            case .true, .false, .container: false
            }
        }

        /// The text with its escapes resolved.
        func decoded(_ bytes: Span<UInt8>) -> [UInt8] {
            switch kind {
            case .escapedJSON: decodedJSONText(bytes, range)
            case .escapedCSV: decodedCSVText(bytes, range)
            default: range.map { bytes[$0] }
            }
        }
    }

    /// At most this many fields can be asked for, because presence is one word.
    static let limit = 64

    private var slots: [Slot]
    /// Bit n: slot n holds a value.
    private(set) var present: UInt64 = 0

    init(count: Int) { slots = Array(repeating: Slot(), count: count) }

    mutating func removeAll() { present = 0 }

    /// Forgets the slots of `mask`: their enclosing value came a second time, and the last one counts.
    mutating func remove(_ mask: UInt64) { present &= ~mask }

    mutating func set(_ index: Int, _ range: Range<Int>, _ kind: Kind) {
        slots[index] = Slot(
            start: UInt32(truncatingIfNeeded: range.lowerBound),
            count: UInt32(truncatingIfNeeded: range.count), kind: kind)
        present |= 1 << UInt64(index)
    }

    /// `nil` when the record has no such field.
    subscript(index: Int) -> Slot? {
        present & (1 << UInt64(index)) != 0 ? slots[index] : nil
    }
}
