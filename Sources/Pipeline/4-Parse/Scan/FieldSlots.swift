/// Where the fields that were asked for stand in one record.
///
/// Owns one block of memory and is never copied: it is written for every field of every line.
@safe struct FieldSlots: ~Copyable {
    enum Kind: UInt8 {
        case text
        /// Text that holds backslash escapes.
        case escapedJSON
        /// Text that holds doubled quotes.
        case escapedCSV
        /// A number whose decimals stand behind a comma.
        case commaNumber
        case number
        case `true`, `false`
        /// An object or array.
        case container
    }

    /// A range of the chunk and what stands there, packed: start 30 bits, count 30 bits, kind 4 bits.
    struct Slot {
        fileprivate let packed: UInt64

        @inline(__always)
        fileprivate init(packed: UInt64) { self.packed = packed }

        @inline(__always)
        init(from start: Int, to end: Int, _ kind: Kind) {
            packed =
                UInt64(truncatingIfNeeded: start) | UInt64(truncatingIfNeeded: end &- start) << 30
                | UInt64(kind.rawValue) << 60
        }

        @inline(__always)
        var start: Int { Int(truncatingIfNeeded: packed & 0x3FFF_FFFF) }
        @inline(__always)
        var count: Int { Int(truncatingIfNeeded: packed >> 30 & 0x3FFF_FFFF) }
        var range: Range<Int> { start..<start + count }
        var kind: Kind { Kind(rawValue: UInt8(truncatingIfNeeded: packed >> 60)) ?? .text }

        /// Whether the value is written as text or as a number.
        @inline(__always)
        var isScalar: Bool { packed >> 60 <= UInt64(Kind.number.rawValue) }

        /// Where the value begins in JSON: a text with its quote.
        var valueStart: Int { kind == .text || kind == .escapedJSON ? start - 1 : start }

        /// The part of the value in `range`.
        func part(_ range: Range<Int>) -> Slot {
            Slot(from: range.lowerBound, to: range.upperBound, kind)
        }

        /// Itself, if it is text or a number.
        var scalar: Slot? { isScalar ? self : nil }

        /// Whether the bytes of the range are the value itself, without escapes.
        @inline(__always)
        var isVerbatim: Bool {
            packed >> 60 == UInt64(Kind.text.rawValue)
                || packed >> 60 == UInt64(Kind.number.rawValue)
        }

        /// Whether the bytes of the range are `text`.
        func holds(_ text: [UInt8], in bytes: Span<UInt8>) -> Bool {
            guard text.count == count else { return false }
            for index in text.indices where text[index] != bytes[start + index] { return false }
            return true
        }

        /// Shows the value, its escapes resolved.
        func withValue<Result>(
            _ bytes: Span<UInt8>, _ body: (Span<UInt8>) -> Result
        ) -> Result {
            if isVerbatim { return body(bytes.extracting(range)) }
            return body(decoded(bytes).span)
        }

        /// The text with its escapes resolved.
        func decoded(_ bytes: Span<UInt8>) -> [UInt8] {
            switch kind {
            case .escapedJSON: decodedJSONText(bytes, range)
            case .escapedCSV: decodedCSVText(bytes, range)
            case .commaNumber:
                range.map { bytes[$0] == UInt8(ascii: ",") ? UInt8(ascii: ".") : bytes[$0] }
            default: range.map { bytes[$0] }
            }
        }
    }

    /// At most this many fields can be asked for, because presence is one word.
    static let limit = 64
    /// Longest chunk, in bytes, whose places can be packed.
    static let byteLimit = 1 << 30

    /// A place for values that nobody asked for: writing them is cheaper than asking each time.
    static let unwanted = limit
    private static let capacity = 128

    // An inline array would be copied whole for each read.
    private let slots: UnsafeMutablePointer<UInt64>
    /// Bit n: slot n holds a value.
    private(set) var present: UInt64 = 0

    init() {
        unsafe slots = .allocate(capacity: Self.capacity)
        unsafe slots.initialize(repeating: 0, count: Self.capacity)
    }

    deinit { unsafe slots.deallocate() }

    /// Texts, with their quotes, in which fields were asked for: they may hold JSON. Of a table, cells without quotes.
    private(set) var texts: [(range: Range<Int>, isElement: Bool, column: Int)] = []

    @inline(__always)
    mutating func removeAll() {
        present = 0
        if !texts.isEmpty { texts.removeAll(keepingCapacity: true) }
        if !elements.isEmpty { removeElements() }
    }

    /// Notes a text to be looked into.
    ///
    /// - Parameter isElement: Whether it stands in the place of a record, or of a list of them.
    mutating func addText(_ range: Range<Int>, isElement: Bool = false, column: Int = 0) {
        texts.append((range, isElement, column))
    }

    mutating func removeTexts(from count: Int = 0) { texts.removeSubrange(count...) }

    /// What stands in lists of a document, in order: each before what it holds.
    struct Element {
        let level: Int
        /// Where it begins in the text.
        let start: Int
        fileprivate(set) var kind: ElementKind
        /// The slots of its own fields; their values stand from `firstValue` on.
        fileprivate var mask: UInt64
        fileprivate var firstValue: Int
    }

    enum ElementKind {
        /// It holds lists.
        case list
        case record
        /// A record in which texts must be looked into.
        case intricateRecord
        /// A text in the place of a record.
        case text
    }

    /// Layouts of elements that were met before, by level.
    private var layouts: [LayoutPredictor] = []

    /// Calls `body` with the layouts of a level.
    mutating func withLayouts<Result>(
        of level: Int, _ body: (inout LayoutPredictor, inout FieldSlots) -> Result
    ) -> Result {
        // Out of here, so that both can be changed.
        var taken: [LayoutPredictor] = []
        swap(&taken, &layouts)
        while taken.count <= level { taken.append(LayoutPredictor()) }
        let result = body(&taken[level], &self)
        swap(&taken, &layouts)
        return result
    }

    private(set) var elements: [Element] = []
    private var elementValues: [UInt64] = []

    private mutating func removeElements() {
        elements.removeAll(keepingCapacity: true)
        elementValues.removeAll(keepingCapacity: true)
    }

    /// Begins an element of a list.
    ///
    /// - Returns: Its number, for ``endElement(_:_:mask:)``.
    mutating func beginElement(level: Int, at start: Int, _ kind: ElementKind = .list) -> Int {
        elements.append(
            Element(level: level, start: start, kind: kind, mask: 0, firstValue: 0))
        return elements.count - 1
    }

    /// Keeps the fields of an element that has ended.
    mutating func endElement(_ number: Int, _ kind: ElementKind, mask: UInt64) {
        elements[number].kind = kind
        elements[number].mask = present & mask
        elements[number].firstValue = elementValues.count
        var rest = present & mask
        while rest != 0 {
            // Safe: the index of a bit is below `capacity`.
            elementValues.append(unsafe slots[rest.trailingZeroBitCount])
            rest &= rest - 1
        }
    }

    /// Puts the fields of an element in the place of those of the one before it on its level.
    mutating func load(_ number: Int, mask: UInt64) {
        let element = elements[number]
        present = present & ~mask | element.mask
        var rest = element.mask
        var value = element.firstValue
        while rest != 0 {
            // Safe: as above.
            unsafe slots[rest.trailingZeroBitCount] = elementValues[value]
            value += 1
            rest &= rest - 1
        }
    }

    /// The values of the slots of `mask`, to be put back.
    func values(of mask: UInt64) -> [(slot: Int, packed: UInt64)] {
        (0..<Self.limit).filter { present & mask & 1 << UInt64($0) != 0 }.map {
            unsafe ($0, slots[$0])
        }
    }

    mutating func putBack(_ values: [(slot: Int, packed: UInt64)], mask: UInt64) {
        present &= ~mask
        for (slot, packed) in values {
            unsafe slots[slot] = packed
            present |= 1 << UInt64(slot)
        }
    }

    /// Forgets the slots of `mask`: their enclosing value came a second time, and the last one counts.
    mutating func remove(_ mask: UInt64) { present &= ~mask }

    @inline(__always)
    mutating func set(_ index: Int, from start: Int, to end: Int, _ kind: Kind) {
        write(index, from: start, to: end, kind)
        present |= 1 &<< UInt64(truncatingIfNeeded: index)
    }

    /// Writes a value that becomes present with ``add(_:)``.
    @inline(__always)
    mutating func write(_ index: Int, from start: Int, to end: Int, _ kind: Kind) {
        // Safe: the mask keeps the index below `capacity`.
        unsafe slots[index & (Self.capacity - 1)] = Slot(from: start, to: end, kind).packed
    }

    /// Makes the slots of `mask` present.
    @inline(__always)
    mutating func add(_ mask: UInt64) { present |= mask }

    /// `nil` when the record has no such field.
    @inline(__always)
    subscript(index: Int) -> Slot? {
        guard present &>> UInt64(truncatingIfNeeded: index) & 1 != 0 else { return nil }
        // Safe: the mask keeps the index below `capacity`.
        return unsafe Slot(packed: slots[index & (Self.capacity - 1)])
    }
}

/// Slots in order of preference, at most eight.
struct SlotList {
    static let limit = 8

    /// A byte for each slot, the first in the lowest bits; all ones behind the last.
    private var packed = UInt64.max

    init(_ slots: [Int]) {
        for slot in slots.prefix(Self.limit).reversed() { packed = packed << 8 | UInt64(slot) }
    }

    /// The slots as a mask.
    var mask: UInt64 {
        var mask: UInt64 = 0
        var rest = packed
        while rest & 0xFF != 0xFF {
            mask |= 1 << (rest & 0xFF)
            rest = rest >> 8 | 0xFF << 56
        }
        return mask
    }

    /// Whether no slot is listed.
    var isEmpty: Bool { packed == .max }

    /// The first that holds a text which is not empty, or a value of another type.
    @inline(__always)
    func firstFilled(in slots: borrowing FieldSlots) -> FieldSlots.Slot? {
        var rest = packed
        while rest & 0xFF != 0xFF {
            if let slot = slots[Int(truncatingIfNeeded: rest & 0xFF)],
                slot.count > 0 || !slot.isScalar
            {
                return slot
            }
            rest = rest >> 8 | 0xFF << 56
        }
        return nil
    }

    /// The first that holds a value.
    @inline(__always)
    func first(in slots: borrowing FieldSlots) -> FieldSlots.Slot? {
        var rest = packed
        while rest & 0xFF != 0xFF {
            if let slot = slots[Int(truncatingIfNeeded: rest & 0xFF)] { return slot }
            rest = rest >> 8 | 0xFF << 56
        }
        return nil
    }
}
