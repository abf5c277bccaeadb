import Crypto
import Foundation

/// A file of partials, one for each input or part of one, in the order of their keys.
///
/// A merge of such files is the union of their partials, so that it does not matter in which order or in what groups they are
/// merged, or how often one comes.
///
///     magic          15 bytes, with the version
///     for each input:
///       input        SHA-256 of its bytes, 32 bytes
///       part         where it begins and ends, eight bytes each, the lowest first; zeros for all of the input
///       content      SHA-256 of the partial's bytes before they were compressed, 32 bytes
///       size         of those, eight bytes, the lowest first
///       stored       how many bytes follow, eight bytes
///       partial      one zstd frame: StoredPartial
///     end            32 zeros; the number of partials, eight bytes; SHA-256 of all inputs, parts and contents, 32 bytes
package final class PartialFile: Sendable {
    /// What a name of such a file ends in.
    package static let suffix = ".flue-partial"
    private static let magic = Array("flue partial 2\n".utf8)
    /// Of a partial, before it is compressed.
    private static let sizeLimit: UInt64 = 1 << 31

    /// Where a partial stands.
    package struct Entry: Sendable {
        package let key: InputKey
        package let content: [UInt8]
        fileprivate let size: Int
        fileprivate let offset: Int64
        fileprivate let stored: Int
    }

    package let path: String
    package let entries: [Entry]

    /// Checks that a file is whole, but for the partials themselves. It is not kept open: there may be thousands.
    package init(_ path: String) throws(PartialFileError) {
        self.path = path
        var reader = try Reader(path)
        entries = try Self.entries(&reader)
    }

    /// Reads one piece behind the other.
    private struct Reader: ~Copyable {
        let path: String
        let descriptor: Int32
        var offset: Int64 = 0

        init(_ path: String) throws(PartialFileError) {
            self.path = path
            descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                throw PartialFileError(
                    path: path,
                    problem: "cannot be opened (\(unsafe String(cString: strerror(errno))))",
                    isMissing: true)
            }
        }

        deinit { close(descriptor) }

        mutating func bytes(_ count: Int) throws(PartialFileError) -> [UInt8] {
            let bytes = try PartialFile.read(descriptor, count, at: offset, path)
            offset += Int64(count)
            return bytes
        }

        mutating func number() throws(PartialFileError) -> UInt64 {
            packedWord(try bytes(8)[...])
        }
    }

    private static func entries(_ reader: inout Reader) throws(PartialFileError) -> [Entry] {
        func fault(_ problem: String) -> PartialFileError {
            PartialFileError(path: reader.path, problem: problem)
        }
        let begin = (try? reader.bytes(magic.count)) ?? []
        guard begin == magic else {
            throw fault(
                begin.starts(with: magic.prefix(13))
                    ? "is a partial of another version of flue; map its input again with this one"
                    : "is no partial; flue map makes them")
        }
        var entries: [Entry] = []
        var digest = SHA256()
        while true {
            let input = try reader.bytes(32)
            if input.allSatisfy({ $0 == 0 }) { break }
            let (start, end) = (try reader.number(), try reader.number())
            let content = try reader.bytes(32)
            guard start < end || (start, end) == (0, 0), end <= UInt64(Int64.max) else {
                throw fault("is damaged: map its input again")
            }
            let key = InputKey(input, end > 0 ? Int64(start)..<Int64(end) : nil)
            digest.update(data: key.bytes + content)
            let size = try reader.number()
            let stored = try reader.number()
            guard size <= sizeLimit, stored <= sizeLimit, size / 2_000 <= stored else {
                throw fault("is damaged: map its input again")
            }
            if let last = entries.last, last.key >= key {
                throw fault("is damaged: its inputs are not in order; map them again")
            }
            entries.append(
                Entry(
                    key: key, content: content, size: Int(size), offset: reader.offset,
                    stored: Int(stored)))
            reader.offset += Int64(stored)
        }
        let count = try reader.number()
        let sum = try reader.bytes(32)
        if (try? reader.bytes(1)) != nil {
            throw fault("goes on behind its end; join files of partials with flue merge")
        }
        guard count == UInt64(entries.count), sum == Array(digest.finalize()) else {
            throw fault(
                "is damaged: its end does not fit what stands before it; map its inputs again")
        }
        return entries
    }

    private static func read(
        _ descriptor: Int32, _ count: Int, at offset: Int64, _ path: String
    ) throws(PartialFileError) -> [UInt8] {
        var done = 0
        var failure: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while done < count {
                // Safe: `done ..< count` lies within the buffer.
                let more = unsafe pread(
                    descriptor, buffer.baseAddress.map { unsafe $0 + done }, count - done,
                    off_t(offset) + done)
                if more < 0, errno == EINTR { continue }
                if more < 0 { failure = errno }
                guard more > 0 else { break }
                done += more
            }
            initialized = done
        }
        guard done == count else {
            throw PartialFileError(
                path: path,
                problem: failure == 0
                    ? "ends too early, after \(offset + Int64(done)) bytes; map its input again"
                    : "cannot be read (\(unsafe String(cString: strerror(failure))))")
        }
        return bytes
    }

    /// The bytes of a partial, as they are stored and as they were.
    private func bytes(
        of entry: Entry
    ) throws(PartialFileError) -> (stored: [UInt8], plain: [UInt8]) {
        var reader = try Reader(path)
        reader.offset = entry.offset
        let stored = try reader.bytes(entry.stored)
        guard let plain = ZstdBlock.decompress(stored, size: entry.size),
            Array(SHA256.hash(data: plain)) == entry.content
        else { throw fault(entry, "is not as its digest says") }
        return (stored, plain)
    }

    private func fault(_ entry: Entry, _ problem: String) -> PartialFileError {
        PartialFileError(
            path: path,
            problem:
                "is damaged: the partial of input \(entry.key) \(problem); map that input again"
        )
    }

    /// Reads a partial of the file.
    package func partial(_ entry: Entry) throws(PartialFileError) -> StoredPartial {
        let bytes = try bytes(of: entry).plain
        let partial: StoredPartial
        do throws(PartialFault) {
            partial = try StoredPartial(encoded: bytes)
        } catch {
            throw fault(entry, error.description)
        }
        guard partial.key == entry.key else {
            throw fault(entry, "is of another one")
        }
        return partial
    }

    // MARK: Writing

    /// A partial that is ready to be written.
    package struct Packed: Sendable {
        package let key: InputKey
        package let content: [UInt8]
        private let size: Int
        private let stored: [UInt8]

        package init(_ partial: StoredPartial) throws {
            let bytes = try partial.encoded()
            key = partial.key
            content = Array(SHA256.hash(data: bytes))
            size = bytes.count
            stored = ZstdBlock.compress(bytes)
        }

        fileprivate init(_ entry: Entry, stored: [UInt8]) {
            key = entry.key
            content = entry.content
            size = entry.size
            self.stored = stored
        }

        package var storedBytes: Int { stored.count }

        fileprivate var bytes: [UInt8] {
            key.bytes + content + number(UInt64(size)) + number(UInt64(stored.count)) + stored
        }
    }

    private static func end(_ keys: [(key: InputKey, content: [UInt8])]) -> [UInt8] {
        var digest = SHA256()
        for (key, content) in keys { digest.update(data: key.bytes + content) }
        return Array(repeating: 0, count: 32) + number(UInt64(keys.count))
            + Array(digest.finalize())
    }

    /// Writes partials of different inputs.
    package static func write(_ partials: [Packed], _ write: ([UInt8]) throws -> Void) throws {
        // Two names of the same bytes have the same partial.
        var ordered: [Packed] = []
        for partial in partials.sorted(by: { $0.key < $1.key })
        where ordered.last?.key != partial.key { ordered.append(partial) }
        try write(magic)
        for partial in ordered { try write(partial.bytes) }
        try write(end(ordered.map { ($0.key, $0.content) }))
    }

    /// Where a partial stands.
    package typealias Place = (file: PartialFile, entry: Entry)

    /// Of two partials of one input, the one that leaves out what the other does and more, as it was mapped when a load had
    /// found what else is counted elsewhere; or that keeps more digests of its beginnings. Either, when they are equal.
    ///
    /// - Throws: ``PartialFileError`` when they differ in any other way, or cannot be read.
    package static func latest(_ first: Place, _ second: Place) throws(PartialFileError) -> Place {
        guard first.entry.content != second.entry.content else { return first }
        let (left, right) = (
            try first.file.partial(first.entry), try second.file.partial(second.entry)
        )
        if left.extends(right) { return first }
        if right.extends(left) { return second }
        throw PartialFileError(
            path: second.file.path,
            problem:
                "holds another partial of input \(second.entry.key) than \(first.file.path): one was mapped with another "
                + "configuration, or leaves out other requests; give one of them")
    }

    /// Writes the union of files. One partial is in memory at a time, or two that differ.
    ///
    /// - Returns: How many partials it holds.
    /// - Throws: ``PartialFileError`` where two files hold different partials of one input, and neither is the ``latest(_:_:)``.
    package static func merge(
        _ files: [PartialFile], _ write: ([UInt8]) throws -> Void
    ) throws -> Int {
        var all: [Place] = []
        for file in files { for entry in file.entries { all.append((file, entry)) } }
        // Of equal ones the smaller first, so that the order of the files does not matter.
        all.sort { ($0.entry.key, $0.entry.stored) < ($1.entry.key, $1.entry.stored) }
        try write(magic)
        var keys: [(key: InputKey, content: [UInt8])] = []
        var next = 0
        while next < all.count {
            var place = all[next]
            next += 1
            while next < all.count, all[next].entry.key == place.entry.key {
                place = try latest(place, all[next])
                next += 1
            }
            let stored = try place.file.bytes(of: place.entry).stored
            try write(Packed(place.entry, stored: stored).bytes)
            keys.append((place.entry.key, place.entry.content))
        }
        try write(end(keys))
        return keys.count
    }
}

extension InputKey {
    /// As it stands in a file.
    fileprivate var bytes: [UInt8] {
        digest + number(UInt64(part?.lowerBound ?? 0)) + number(UInt64(part?.upperBound ?? 0))
    }
}

/// Eight bytes, the lowest first.
private func number(_ value: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

/// What is wrong with a file of partials, and what to do.
package struct PartialFileError: Error, Equatable, CustomStringConvertible {
    package let path: String
    package let problem: String
    /// Whether it could not be opened at all.
    package var isMissing = false

    package init(path: String, problem: String, isMissing: Bool = false) {
        self.path = path
        self.problem = problem
        self.isMissing = isMissing
    }

    package var description: String { "\(path): \(problem)" }
}
