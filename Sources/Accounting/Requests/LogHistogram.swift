/// Counts by size, in bins whose width is a fixed share of their size.
///
/// Each doubling is cut into 2^precision bins of equal width, as HdrHistogram and DDSketch do for the same reason: a
/// bin is found with a count of leading zeros, and stands for all of its values within ``relativeError``. Values below
/// 2^(precision + 1) have a bin each. Counts are integers and bins are fixed, so adding two histograms gives that of
/// all their values, whatever the cut and the order.
package struct LogHistogram: Sendable {
    /// Rises when bins or their encoding change their meaning.
    package static let version: UInt8 = 2
    package static let precisions = 1...10
    /// Bins that are kept as pairs; beyond, a count for each bin of a range.
    private static let sparseLimit = 48
    /// The largest count that is kept in a pair.
    private static let sparseCountLimit: Int64 = (1 << 47) - 1

    package let precision: Int
    /// The true extremes: no percentile lies beyond them. Of no meaning while nothing was added.
    package private(set) var least = UInt64.max
    package private(set) var largest: UInt64 = 0
    /// The bin in the upper 16 bits, its count in the lower 48; ascending. Empty when `dense` is not.
    private var sparse: [UInt64] = []
    /// Counts of a range of bins, modulo 2³²: half the size keeps them in nearer caches.
    private var dense: [UInt32] = []
    /// By bin of `dense`: how often its count passed 2³².
    private var carries: [Int: Int64] = [:]
    /// The bin of the first of `dense`.
    private var start = 0

    /// - Parameter precision: Bits of a value that its bin keeps, behind the first; one of ``precisions``.
    package init(precision: Int) {
        precondition(Self.precisions.contains(precision), "1 to 10 bits")
        self.precision = precision
    }

    /// - Parameters:
    ///   - counts: Of bins one behind the other, from `firstBin` on.
    ///   - least: The true least value, in the first bin that is not empty; `largest` likewise.
    package init(
        precision: Int, firstBin: Int, counts: ArraySlice<UInt32>, least: UInt64, largest: UInt64
    ) {
        self.init(precision: precision)
        guard let first = counts.firstIndex(where: { $0 != 0 }),
            let last = counts.lastIndex(where: { $0 != 0 })
        else { return }
        self.least = least
        self.largest = largest
        start = firstBin + first - counts.startIndex
        dense = Array(counts[first...last])
    }

    /// - Parameter bins: Of one value each.
    package init(precision: Int, bins: ArraySlice<UInt16>, least: UInt64, largest: UInt64) {
        self.init(precision: precision)
        self.least = least
        self.largest = largest
        for bin in bins { add(1, toBin: Int(bin)) }
    }

    /// By how much the value that stands for a bin differs from those in it at most, relative to them.
    package var relativeError: Double { Self.relativeError(precision: precision) }

    package static func relativeError(precision: Int) -> Double { 1 / Double(2 << precision) }

    /// How many values were added.
    ///
    /// - Complexity: O(bins).
    package var count: Int64 {
        var sum: Int64 = 0
        forEachBin { sum &+= $1 }
        return sum
    }

    package var isEmpty: Bool { sparse.isEmpty && dense.isEmpty }

    // MARK: Bins

    /// The bin of a value.
    package static func bin(of value: UInt64, precision: Int) -> Int {
        let shift = max(0, 63 &- precision &- value.leadingZeroBitCount)
        return (shift &<< precision) &+ Int(truncatingIfNeeded: value &>> UInt64(shift))
    }

    /// The least and the largest value of a bin.
    package static func values(of bin: Int, precision: Int) -> ClosedRange<UInt64> {
        let shift = max(0, (bin >> precision) - 1)
        let least = UInt64(bin - (shift << precision)) << UInt64(shift)
        return least...least + ((1 << UInt64(shift)) - 1)
    }

    /// The value that stands for a bin: its middle, within the extremes.
    @inline(__always)
    private func value(of bin: Int) -> UInt64 {
        let shift = UInt64(max(0, (bin &>> precision) &- 1))
        let first = UInt64(bin &- (Int(shift) &<< precision)) &<< shift
        return min(max(first &+ (((1 &<< shift) &- 1) &>> 1), least), largest)
    }

    // MARK: Adding

    /// Adds a value so many times.
    package mutating func add(_ value: UInt64, count: Int64 = 1) {
        least = min(least, value)
        largest = max(largest, value)
        add(count, toBin: Self.bin(of: value, precision: precision))
    }

    @inline(__always)
    private mutating func add(_ more: Int64, toBin bin: Int) {
        let place = bin &- start
        if place >= 0, place < dense.count {
            addDense(more, place)
        } else {
            addOutside(more, bin)
        }
    }

    @inline(__always)
    private mutating func addDense(_ more: Int64, _ place: Int) {
        let (sum, hasPassed) = dense[place].addingReportingOverflow(
            UInt32(truncatingIfNeeded: more))
        dense[place] = sum
        let carry = (more >> 32) &+ (hasPassed ? 1 : 0)
        if carry > 0 { carries[start + place, default: 0] &+= carry }
    }

    /// As above for a bin outside of `dense`.
    private mutating func addOutside(_ more: Int64, _ bin: Int) {
        guard dense.isEmpty else {
            widen(to: bin)
            addDense(more, bin - start)
            return
        }
        let place = sparse.partitioningIndex { $0 >> 48 >= UInt64(bin) }
        let isKnown = place < sparse.count && sparse[place] >> 48 == UInt64(bin)
        let known = isKnown ? Self.count(sparse[place]) : 0
        guard isKnown || sparse.count < Self.sparseLimit, known <= Self.sparseCountLimit,
            more <= Self.sparseCountLimit
        else {
            makeDense(around: bin)
            addDense(more, bin - start)
            return
        }
        let pair = UInt64(bin) << 48 | UInt64(known + more)
        guard !isKnown else {
            sparse[place] = pair
            return
        }
        if sparse.isEmpty { sparse.reserveCapacity(8) }
        sparse.append(pair)
        var index = sparse.count - 1
        while index > place {
            sparse[index] = sparse[index - 1]
            index -= 1
        }
        sparse[place] = pair
    }

    private static func count(_ pair: UInt64) -> Int64 { Int64(pair & ((1 << 48) - 1)) }

    private mutating func makeDense(around bin: Int) {
        let pairs = pairs
        sparse = []
        start = min(bin, pairs.first?.bin ?? bin)
        dense = Array(repeating: 0, count: max(bin, pairs.last?.bin ?? bin) - start + 1)
        for (bin, count) in pairs { addDense(count, bin - start) }
    }

    /// Makes room for a bin outside of the range, and for some beyond it.
    private mutating func widen(to bin: Int) {
        let spare = dense.count / 4
        if bin < start {
            let first = max(0, bin - spare)
            dense.insert(contentsOf: repeatElement(0, count: start - first), at: 0)
            start = first
        } else {
            let end = bin + 1 + spare
            dense.append(contentsOf: repeatElement(0, count: end - start - dense.count))
        }
    }

    /// Adds all of `other`, which has the same bins; stored ones are checked when they are read.
    package mutating func merge(_ other: LogHistogram) {
        precondition(other.precision == precision, "histograms of one precision")
        guard !isEmpty else {
            self = other
            return
        }
        least = min(least, other.least)
        largest = max(largest, other.largest)
        other.forEachBin { add($1, toBin: $0) }
    }

    // MARK: Reading

    /// Gives each bin that holds values, ascending, and its count.
    @inline(__always)
    private func forEachBin(_ body: (_ bin: Int, _ count: Int64) -> Void) {
        for pair in sparse { body(Int(pair >> 48), Self.count(pair)) }
        guard carries.isEmpty else {
            for (place, count) in dense.enumerated() {
                let whole = Int64(count) &+ ((carries[start + place] ?? 0) << 32)
                if whole != 0 { body(start + place, whole) }
            }
            return
        }
        for (place, count) in dense.enumerated() where count != 0 {
            body(start + place, Int64(count))
        }
    }

    private var pairs: [(bin: Int, count: Int64)] {
        var pairs: [(bin: Int, count: Int64)] = []
        forEachBin { pairs.append(($0, $1)) }
        return pairs
    }

    /// The values that stand for the bins, ascending, and how many values each holds.
    package var bins: [(value: UInt64, count: Int64)] {
        pairs.map { (value(of: $0.bin), $0.count) }
    }

    /// Nearest-rank percentiles: for each, the least value that at least so many per cent of all do not exceed, within
    /// ``relativeError``; 100 for the largest, exactly.
    ///
    /// - Parameter percents: Ascending.
    /// - Returns: One for each; `nil` when nothing was added.
    package func percentiles(_ percents: [Int]) -> [UInt64?] {
        let all = Int128(count)
        var found: [UInt64?] = []
        var seen: Int128 = 0
        forEachBin { bin, count in
            seen += Int128(count)
            while found.count < percents.count,
                seen * 100 >= max(100, all * Int128(percents[found.count]))
            {
                found.append(percents[found.count] == 100 ? largest : value(of: bin))
            }
        }
        return found + Array(repeating: nil, count: percents.count - found.count)
    }

    /// Adds all values, times `factor`, to bins of another precision: each of both adds its error.
    ///
    /// Products beyond 2^63 count as 2^63, and each is rounded to a whole number. The extremes stay true.
    ///
    /// - Parameter factor: Not negative.
    package func add(to other: inout LogHistogram, times factor: Double) {
        func add(_ value: UInt64, _ count: Int64) {
            let product = Double(value) * factor + 0.5
            other.add(product < 0x1p63 ? UInt64(product) : 1 << 63, count: count)
        }
        guard !isEmpty else { return }
        let ends = (
            Self.bin(of: least, precision: precision), Self.bin(of: largest, precision: precision)
        )
        // One value of the first bin is the least, one of the last the largest; they can be the same value.
        let isOne = ends.0 == ends.1 && count == 1
        add(least, 1)
        if !isOne { add(largest, 1) }
        forEachBin { bin, count in
            let rest = count - (bin == ends.0 ? 1 : 0) - (bin == ends.1 && !isOne ? 1 : 0)
            if rest > 0 { add(value(of: bin), rest) }
        }
    }
}

/// The same values are the same histogram, however its bins are kept.
extension LogHistogram: Equatable {
    package static func == (left: LogHistogram, right: LogHistogram) -> Bool {
        left.encoded == right.encoded
    }
}

// MARK: Bytes

extension LogHistogram {
    /// Version and precision, a byte each; then, unless it is empty, how far the least lies above the lower end of its bin and
    /// the largest above that of its own; then for each bin that holds values, ascending, how many empty bins stand before it
    /// and its count. All are little-endian base-128 numbers. Equal histograms have equal bytes.
    package var encoded: [UInt8] {
        var bytes = [Self.version, UInt8(precision)]
        guard !isEmpty else { return bytes }
        for end in [least, largest] {
            let bin = Self.bin(of: end, precision: precision)
            bytes.appendBase128(end - Self.values(of: bin, precision: precision).lowerBound)
        }
        var next = 0
        forEachBin { bin, count in
            bytes.appendBase128(UInt64(bin - next))
            bytes.appendBase128(UInt64(count))
            next = bin + 1
        }
        return bytes
    }

    /// Why bytes are no histogram that can be added.
    package enum Fault: Error, Equatable {
        /// Its bins mean something else: another version, or another precision.
        case mismatch(version: UInt8, precision: Int, expected: Int)
        /// Cut off, or not one at all.
        case damaged
    }

    /// Values of one histogram; so many of them can be added up in an integer.
    private static let countLimit: UInt64 = 1 << 50

    /// Reads ``encoded``; version 1 lacks the extremes, and the ends of the bins stand for them.
    package init(encoded bytes: [UInt8], precision: Int) throws(Fault) {
        guard bytes.count >= 2 else { throw .damaged }
        guard (1...Self.version).contains(bytes[0]), Int(bytes[1]) == precision else {
            throw .mismatch(
                version: bytes[0], precision: Int(bytes[1]), expected: precision)
        }
        self.init(precision: precision)
        let binLimit = UInt64(Self.bin(of: .max, precision: precision))
        var offset = 2
        var ends: (UInt64, UInt64)?
        if bytes[0] > 1, bytes.count > 2 {
            guard let least = bytes.base128(at: &offset), let largest = bytes.base128(at: &offset),
                offset < bytes.count
            else { throw .damaged }
            ends = (least, largest)
        }
        var next: UInt64 = 0
        var sum: UInt64 = 0
        while offset < bytes.count {
            guard let gap = bytes.base128(at: &offset), gap <= binLimit,
                let count = bytes.base128(at: &offset), count > 0, count <= Self.countLimit,
                next + gap <= binLimit
            else { throw .damaged }
            sum += count
            guard sum <= Self.countLimit else { throw .damaged }
            let values = Self.values(of: Int(next + gap), precision: precision)
            if isEmpty { least = values.lowerBound }
            largest = values.upperBound
            add(Int64(count), toBin: Int(next + gap))
            next += gap + 1
        }
        guard let ends, !isEmpty else { return }
        let first = Self.values(of: Self.bin(of: least, precision: precision), precision: precision)
        let last = Self.values(
            of: Self.bin(of: largest, precision: precision), precision: precision)
        guard ends.0 <= first.upperBound - first.lowerBound,
            ends.1 <= last.upperBound - last.lowerBound
        else { throw .damaged }
        least = first.lowerBound + ends.0
        largest = last.lowerBound + ends.1
        // Of one bin, or of one value, they cannot pass each other.
        guard least <= largest, sum > 1 || least == largest else { throw .damaged }
    }
}

extension [UInt8] {
    fileprivate mutating func appendBase128(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    /// `nil` when it is cut off or beyond 63 bits.
    fileprivate func base128(at offset: inout Int) -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while offset < count, shift < 63 {
            let byte = self[offset]
            offset += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        return nil
    }
}

extension [UInt64] {
    /// The first place whose element fulfils a condition that, once met, stays met.
    fileprivate func partitioningIndex(_ isBehind: (UInt64) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
