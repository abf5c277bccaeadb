package import Accounting

/// The cells of a file, each once, in no order: some 30 bytes each, where whole ones take 230.
///
/// A cell is the numbers of its key, a mask of the counters that are not 0, and those, all in LEB128.
package struct PackedCells: Sequence, Sendable {
    package typealias Element = (key: PartialCellKey, activity: Activity)

    /// By raw value.
    private static let counters = Counter.allCases

    private(set) var bytes: [UInt8] = []
    package private(set) var count = 0

    package init() {}

    /// - Parameter bytes: Of so many cells.
    init(_ bytes: [UInt8], count: Int) {
        self.bytes = bytes
        self.count = count
    }

    package var isEmpty: Bool { count == 0 }
    package var first: Element? { first { _ in true } }

    mutating func append(_ cell: Element) {
        count += 1
        for number in cell.key.numbers { bytes.append(number: number) }
        var mask: UInt64 = 0
        for counter in Self.counters where cell.activity[counter] != 0 {
            mask |= 1 << UInt64(counter.rawValue)
        }
        bytes.append(number: mask)
        var rest = mask
        while rest != 0 {
            let counter = Self.counters[rest.trailingZeroBitCount]
            bytes.append(number: UInt64(bitPattern: cell.activity[counter]))
            rest &= rest - 1
        }
    }

    /// The cell that the iterator gives when it stands at that ``Iterator/position``.
    package func cell(at position: Int) -> Element? {
        var iterator = makeIterator()
        iterator.position = position
        return iterator.next()
    }

    package func makeIterator() -> Iterator { Iterator(bytes: bytes) }

    package struct Iterator: IteratorProtocol {
        fileprivate let bytes: [UInt8]
        private let counters = Counter.allCases

        fileprivate init(bytes: [UInt8]) { self.bytes = bytes }

        /// Of the next cell.
        package fileprivate(set) var position = 0

        package mutating func next() -> Element? {
            guard position < bytes.count else { return nil }
            let key = PartialCellKey { number() }
            var activity = Activity()
            let mask = number()
            var rest = mask
            while rest != 0 {
                activity[counters[rest.trailingZeroBitCount]] = Int64(bitPattern: number())
                rest &= rest - 1
            }
            return (key, activity)
        }

        private mutating func number() -> UInt64 {
            var value: UInt64 = 0
            var shift: UInt64 = 0
            while true {
                let byte = bytes[position]
                position += 1
                value |= UInt64(byte & 0x7F) << shift
                guard byte & 0x80 != 0 else { return value }
                shift += 7
            }
        }
    }
}
