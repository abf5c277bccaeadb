import Crypto

/// A file that is shared out in parts.
package enum FileParts {
    /// It is to be read whole, as `reason` says.
    case whole(reason: String)
    case parts([FileRange])

    /// Of one file, at most: so sums over them fit.
    static let limit = 512

    /// Cuts a file into parts of about one size, and reads it once for their digests.
    ///
    /// - Parameter size: Bytes of a part, as delivered, about: parts of a zstd file end where frames do.
    /// - Throws: ``InputError`` for a file that cannot be read.
    package init(of file: InputFile, size: Int64, _ settings: Pipeline.Settings) throws {
        let (reason, headerBytes) = try FileTask.inspectForParts(file, settings)
        if let reason {
            self = .whole(reason: reason)
            return
        }
        guard let ends = try Self.ends(file, size: size, behind: headerBytes) else {
            self = .whole(reason: "it has no zstd frames to begin at, or they are not whole")
            return
        }
        guard ends.count > 1 else {
            self = .whole(reason: "it is one zstd frame, or nearly so")
            return
        }
        self = .parts(try Self.ranges(of: file, endingAt: ends))
    }

    /// Where parts end.
    private static func ends(
        _ file: InputFile, size: Int64, behind headerBytes: Int64
    ) throws(InputError) -> [Int64]? {
        let count = min(Int64(limit), max(1, (file.size - 1) / size + 1))
        var ends = (1..<max(2, count)).map { file.size / count * $0 }
        if count == 1 { ends = [] }
        if try Compression.sniff(file) == .zstd {
            guard let starts = ZstdFrames(of: file)?.starts else { return nil }
            var frames = starts[...]
            ends = ends.compactMap { end in
                frames = frames.drop { $0 < end }
                return frames.first
            }
        }
        // Compressed, a header is all the shorter.
        ends = ends.filter { $0 >= headerBytes }
        // Of a large frame several ends may have become one.
        return Set(ends + [file.size]).subtracting([0]).sorted()
    }

    /// Reads a file for the digests of the parts between some places, the last of which is its end.
    static func ranges(
        of file: InputFile, endingAt ends: [Int64]
    ) throws(InputError) -> [FileRange] {
        let reader = try FileReader(file)
        var digests: [[UInt8]] = []
        var hasher = SHA256()
        var position: Int64 = 0
        while try reader.fill() {
            let count = reader.available.count
            reader.withAvailable { block in
                var from = 0
                while digests.count < ends.count, ends[digests.count] <= position + Int64(count) {
                    let to = Int(ends[digests.count] - position)
                    hasher.update(block.extracting(from..<to))
                    digests.append(Array(hasher.finalize()))
                    hasher = SHA256()
                    from = to
                }
                hasher.update(block.extracting(from..<count))
            }
            position += Int64(count)
            reader.consume(count)
        }
        let identity = try reader.finish()
        guard digests.count == ends.count else { throw .changedWhileReading }
        let whole = FileRange.Whole(bytes: identity.bytes, sha256: identity.sha256)
        return ends.indices.map { place in
            FileRange(
                (place == 0 ? 0 : ends[place - 1])..<ends[place], of: whole, sha256: digests[place])
        }
    }
}

extension Compression {
    fileprivate static func sniff(_ file: InputFile) throws(InputError) -> Compression {
        let beginning = try FileBeginning(file)
        return sniff(beginning.bytes.span).compression
    }
}
