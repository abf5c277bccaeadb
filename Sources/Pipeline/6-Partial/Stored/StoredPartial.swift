import Accounting
import Foundation

/// A partial as it leaves the process, to be loaded by another: without the file's name, and with how it was counted.
///
/// Its bytes are the same whoever folds the file, on however many threads: they hold no time, no host, no path.
package struct StoredPartial: Sendable {
    /// All but the bytes of the file that its numbers rest on.
    package let configuration: String
    /// Where records begin in the plain text whose requests are counted elsewhere, ascending: they are left out.
    package let excluded: [Int64]
    package private(set) var partial: FilePartial

    package init(_ partial: FilePartial, excluded: Set<Int64>, configuration: String) {
        self.partial = partial
        self.excluded = excluded.sorted()
        self.configuration = configuration
    }

    /// Whether it is the same but for what it leaves out and the digests that it keeps, of which it has all that `other` has
    /// and more.
    func extends(_ other: StoredPartial) -> Bool {
        guard configuration == other.configuration, key == other.key,
            partial.dialectDigest == other.partial.dialectDigest,
            Set(excluded).isSuperset(of: other.excluded),
            other.partial.probes.allSatisfy(partial.probes.contains)
        else { return false }
        return excluded.count > other.excluded.count
            || partial.probes.count > other.partial.probes.count
                && partial.cells.bytes == other.partial.cells.bytes
    }

    package var key: InputKey { InputKey(partial.identity.sha256, partial.part?.bytes) }

    /// Greater counts than any file has: sums over thousands of files fit.
    static let countLimit = 1 << 48

    /// What is small.
    private struct Head: Codable {
        let configuration: String
        let excluded: [Int64]
        let facts: FileFacts
    }

    // MARK: Bytes

    package func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var bytes: [UInt8] = []
        bytes.append(
            counted: try encoder.encode(
                Head(configuration: configuration, excluded: excluded, facts: partial.facts)))
        let (names, places) = orderedNames
        bytes.append(number: UInt64(names.count))
        for name in names { bytes.append(counted: name.utf8) }
        append(cells: places, to: &bytes)
        append(histograms: places, to: &bytes)
        try append(idsTo: &bytes)
        return bytes
    }

    /// The names in the order of their bytes, and the place there of each name's number.
    private var orderedNames: (names: [String], places: [Int]) {
        let order = partial.names.indices.sorted {
            partial.names[$0].utf8.lexicographicallyPrecedes(partial.names[$1].utf8)
        }
        var places = [Int](repeating: 0, count: order.count)
        for (place, number) in order.enumerated() { places[number] = place }
        return (order.map { partial.names[$0] }, places)
    }

    private func append(cells places: [Int], to bytes: inout [UInt8]) {
        // In a loop: of `map` with this closure the optimiser of Swift 6.3.1 makes a program that reads other places.
        var cells: [PackedCells.Element] = []
        cells.reserveCapacity(partial.cells.count)
        for cell in partial.cells {
            cells.append((cell.key.renumbered { places[$0] }, cell.activity))
        }
        cells.sort { $0.key < $1.key }
        var packed = PackedCells()
        for cell in cells { packed.append(cell) }
        bytes.append(number: UInt64(packed.count))
        bytes.append(counted: packed.bytes)
    }

    private func append(histograms places: [Int], to bytes: inout [UInt8]) {
        let histograms = partial.histograms.map { part in
            (part.key.renumbered { places[$0] }, part)
        }.sorted { $0.0 < $1.0 }
        bytes.append(number: UInt64(histograms.count))
        for (key, part) in histograms {
            for number in key.numbers { bytes.append(number: number) }
            for charge in Charge.allCases {
                bytes.append(number: UInt64(bitPattern: part.coefficients[charge]))
            }
            bytes.append(number: UInt64(part.histogram.zeroRequests))
            bytes.append(counted: part.histogram.energy.encoded)
            bytes.append(counted: part.histogram.energyPerKilotoken.encoded)
        }
    }

    /// By hour in the order of the file: where each record begins, behind the one before it, then all ids.
    private func append(idsTo bytes: inout [UInt8]) throws {
        let requests = partial.requestIDs
        bytes.append(number: UInt64(requests.hours.count))
        for hour in requests.hours {
            bytes.append(number: UInt64(hour))
            bytes.append(number: UInt64(requests.count(in: hour)))
            var last: Int64 = 0
            var words: [UInt64] = []
            words.reserveCapacity(2 * requests.count(in: hour))
            try requests.forEachBlock(of: hour) { block in
                for request in block {
                    bytes.append(number: UInt64(bitPattern: request.offset &- last))
                    last = request.offset
                    words.append(request.id.first.littleEndian)
                    words.append(request.id.second.littleEndian)
                }
            }
            unsafe words.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        }
    }

    /// - Throws: ``PartialFault`` for bytes that are none.
    package init(encoded bytes: [UInt8]) throws(PartialFault) {
        var reader = ByteReader(bytes)
        let head: Head
        do {
            head = try JSONDecoder().decode(Head.self, from: Data(try reader.counted()))
        } catch let fault as PartialFault {
            throw fault
        } catch {
            throw PartialFault("has a head that cannot be read (\(error))")
        }
        guard head.facts.isPlausible(upTo: Self.countLimit),
            head.excluded.allSatisfy({ (0...Int64(Self.countLimit)).contains($0) })
        else {
            throw PartialFault("holds counts of lines that no file has")
        }
        configuration = head.configuration
        excluded = head.excluded
        var names: [String] = []
        for _ in 0..<(try reader.count()) { names.append(try reader.text()) }
        guard names.first == "",
            zip(names, names.dropFirst()).allSatisfy({ $0.utf8.lexicographicallyPrecedes($1.utf8) })
        else { throw PartialFault("holds names that are not in order") }
        let cells = try PackedCells(
            &reader, names: names.count, requests: head.facts.tally.requests)
        var histograms: [PartialHistogram] = []
        for _ in 0..<(try reader.count()) {
            histograms.append(try PartialHistogram(&reader, names: names.count))
        }
        partial = FilePartial(
            facts: head.facts, cells: cells, histograms: histograms,
            requestIDs: try RequestIDs(&reader), names: names)
        guard reader.isAtEnd else { throw PartialFault("goes on behind its end") }
    }
}

extension PartialCellKey {
    fileprivate init(_ reader: inout ByteReader, names: Int) throws(PartialFault) {
        // Hours of the years that logs may be of.
        var numbers = [try reader.number(upTo: Int(TimeScanner.range.upperBound / 3_600_000))]
        for _ in 0..<5 { numbers.append(try reader.number(upTo: names - 1)) }
        var next = numbers.makeIterator()
        self.init { UInt64(next.next() ?? 0) }
    }
}

extension PackedCells {
    /// - Parameter requests: Of all cells together.
    fileprivate init(
        _ reader: inout ByteReader, names: Int, requests: Int64
    ) throws(PartialFault) {
        let count = try reader.count()
        var last: PartialCellKey?
        var counted: Int64 = 0
        let bytes = Array(try reader.counted())
        var cells = ByteReader(bytes)
        for _ in 0..<count {
            let key = try PartialCellKey(&cells, names: names)
            guard last.map({ $0 < key }) ?? true else {
                throw PartialFault("holds cells that are not in order")
            }
            last = key
            var counters = try cells.number()
            guard counters >> UInt64(Counter.allCases.count) == 0 else {
                throw PartialFault("holds a counter that is not known")
            }
            while counters != 0 {
                let value = try cells.number(upTo: StoredPartial.countLimit)
                if counters.trailingZeroBitCount == Counter.requests.rawValue {
                    counted += Int64(value)
                    guard counted <= requests else {
                        throw PartialFault("holds cells of other requests than its file has")
                    }
                }
                counters &= counters - 1
            }
        }
        guard cells.isAtEnd, counted == requests else {
            throw PartialFault("holds cells of other requests than its file has")
        }
        self.init(bytes, count: count)
    }
}

extension PartialHistogram {
    fileprivate init(_ reader: inout ByteReader, names: Int) throws(PartialFault) {
        key = try PartialCellKey(&reader, names: names)
        var charges: [Int64] = []
        for _ in Charge.allCases { charges.append(Int64(bitPattern: try reader.number())) }
        var next = charges.makeIterator()
        coefficients = EnergyCoefficients().map { _ in next.next() ?? 0 }
        let zeroRequests = try reader.number(upTo: StoredPartial.countLimit)
        histogram = RequestHistogram(
            energy: try Self.histogram(reader.counted()),
            energyPerKilotoken: try Self.histogram(reader.counted()),
            zeroRequests: Int64(zeroRequests))
    }

    private static func histogram(_ bytes: ArraySlice<UInt8>) throws(PartialFault) -> LogHistogram {
        do {
            return try LogHistogram(encoded: Array(bytes), precision: RequestHistogram.precision)
        } catch {
            throw PartialFault("holds a histogram that \(error)")
        }
    }
}

extension RequestIDs {
    fileprivate init(_ reader: inout ByteReader) throws(PartialFault) {
        var hours: [UInt32: [Located]] = [:]
        for _ in 0..<(try reader.count()) {
            let hour = UInt32(try reader.number(upTo: Int(UInt32.max)))
            let count = try reader.count()
            var offsets: [Int64] = []
            var last: Int64 = 0
            for _ in 0..<count {
                last &+= Int64(bitPattern: try reader.number())
                guard (0...Int64(StoredPartial.countLimit)).contains(last) else {
                    throw PartialFault("holds a request at byte \(last), where no file has one")
                }
                offsets.append(last)
            }
            guard count < Int.max / 16 else { throw .cut }
            let bytes = Array(try reader.bytes(count * 16))
            hours[hour] = offsets.enumerated().map { place, offset in
                let words = twoWords(bytes.span, at: place * 16)
                return Located(id: RequestID(first: words.x, second: words.y), offset: offset)
            }
        }
        self.init(hours)
    }
}
