import Foundation

/// A part of a file that is counted by itself, so that several machines can share one large file.
///
/// The lines of a part are those behind the first line end at or behind its first byte, through the first line end at or
/// behind the byte that follows it: so each line is of one part, whatever the cuts. Parts of a zstd file begin and end where
/// frames do, and the line ends are those of the text behind them.
package struct FileRange: Hashable, Sendable {
    /// As delivered.
    package let bytes: Range<Int64>
    /// Of the whole file.
    package let file: Whole
    /// SHA-256 of the bytes of the part, 32 bytes: a file that changed since the plan was made is refused.
    package let sha256: [UInt8]

    /// The file that parts are of.
    package struct Whole: Hashable, Sendable {
        package let bytes: Int64
        /// SHA-256, 32 bytes.
        package let sha256: [UInt8]
    }

    init(_ bytes: Range<Int64>, of file: Whole, sha256: [UInt8]) {
        self.bytes = bytes
        self.file = file
        self.sha256 = sha256
    }

    var isFirst: Bool { bytes.lowerBound == 0 }
}

/// What a plan says of a file behind its name: the part that is to be read, or where its digest is to be kept.
///
///     NAME#bytes=BEGIN-END/SIZE,SHA-256 of the file,SHA-256 of the part
///     NAME#digests=LENGTH,LENGTH/PLAIN LENGTH
package struct PlannedInput {
    package let name: String
    private let detail: Detail

    private enum Detail {
        case part(FileRange)
        case probes([Int64], plain: [Int64])
    }

    /// - Returns: `nil` for what is the name of a file and nothing else.
    package init?(_ text: String) {
        if let match = text.wholeMatch(
            of:
                /(.+)#bytes=([0-9]{1,18})-([0-9]{1,18})\/([0-9]{1,18}),([0-9a-f]{64}),([0-9a-f]{64})/
                .dotMatchesNewlines())
        {
            guard let start = Int64(match.2), let end = Int64(match.3), let size = Int64(match.4),
                start < end, end <= size,
                let whole = [UInt8](hexadecimal: match.5), let own = [UInt8](hexadecimal: match.6)
            else { return nil }
            name = String(match.1)
            detail = .part(
                FileRange(
                    start..<end, of: FileRange.Whole(bytes: size, sha256: whole), sha256: own))
            return
        }
        guard
            let match = text.wholeMatch(
                of: /(.+)#digests=([0-9,]*)\/([0-9,]*)/.dotMatchesNewlines())
        else { return nil }
        name = String(match.1)
        detail = .probes(
            match.2.split(separator: ",").compactMap { Int64($0) },
            plain: match.3.split(separator: ",").compactMap { Int64($0) })
    }

    func file(_ file: InputFile) -> InputFile {
        switch detail {
        case .part(let range): file.part(range)
        case .probes(let lengths, let plain): file.probed(at: lengths, plain: plain)
        }
    }

    /// As a plan names a file.
    package static func text(_ file: InputFile) -> String {
        func list(_ lengths: [Int64]) -> String {
            Set(lengths).sorted().map(String.init).joined(separator: ",")
        }
        if let range = file.range {
            return
                "\(file.name)#bytes=\(range.bytes.lowerBound)-\(range.bytes.upperBound)/\(range.file.bytes),"
                + "\(range.file.sha256.hexadecimal),\(range.sha256.hexadecimal)"
        }
        guard !file.probeLengths.isEmpty || !file.plainProbeLengths.isEmpty else {
            return file.name
        }
        return "\(file.name)#digests=\(list(file.probeLengths))/\(list(file.plainProbeLengths))"
    }
}

/// What a partial is of: an input, or a part of one.
package struct InputKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// SHA-256 of the whole input, 32 bytes.
    package let digest: [UInt8]
    /// Its bytes as delivered; `nil` for all of them.
    package let part: Range<Int64>?

    package init(_ digest: [UInt8], _ part: Range<Int64>? = nil) {
        self.digest = digest
        self.part = part
    }

    /// - Returns: `nil` for a text that is not as ``description``.
    package init?(_ text: some StringProtocol) {
        guard
            let match = text.lowercased().wholeMatch(
                of: /([0-9a-f]{64})(?:-([0-9]{1,18})-([0-9]{1,18}))?/),
            let digest = [UInt8](hexadecimal: match.1)
        else { return nil }
        guard let start = match.2.flatMap({ Int64($0) }), let end = match.3.flatMap({ Int64($0) })
        else {
            self.init(digest)
            return
        }
        guard start < end else { return nil }
        self.init(digest, start..<end)
    }

    /// The digest in hexadecimal, and behind it where a part begins and ends.
    package var description: String {
        digest.hexadecimal + (part.map { "-\($0.lowerBound)-\($0.upperBound)" } ?? "")
    }

    package static func < (left: InputKey, right: InputKey) -> Bool {
        guard left.digest == right.digest else {
            return left.digest.lexicographicallyPrecedes(right.digest)
        }
        return (left.part?.lowerBound ?? -1, left.part?.upperBound ?? -1)
            < (right.part?.lowerBound ?? -1, right.part?.upperBound ?? -1)
    }
}

extension [UInt8] {
    /// `nil` for what is not two digits a byte.
    fileprivate init?(hexadecimal text: some StringProtocol) {
        let digits = text.utf8.map { Character(Unicode.Scalar($0)).hexDigitValue ?? 16 }
        guard digits.count.isMultiple(of: 2), digits.allSatisfy({ $0 < 16 }) else { return nil }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: digits.count, by: 2) {
            bytes.append(UInt8(digits[place] * 16 + digits[place + 1]))
        }
        self = bytes
    }
}
