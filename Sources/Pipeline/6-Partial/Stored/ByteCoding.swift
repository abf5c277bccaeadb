import Accounting

/// What is wrong with bytes that should be a partial.
package struct PartialFault: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }

    static let cut = PartialFault("ends too early")
}

extension [UInt8] {
    /// In LEB128: seven bits a byte, the lowest first.
    mutating func append(number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    /// Their number, then they.
    mutating func append(counted bytes: some Collection<UInt8>) {
        append(number: UInt64(bytes.count))
        append(contentsOf: bytes)
    }
}

/// Reads what the above have written, from bytes that may be anything.
struct ByteReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }
    var restCount: Int { rest.count }

    mutating func number() throws(PartialFault) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            guard let byte = rest.popFirst() else { throw .cut }
            guard shift < 63 || byte < 2 else { throw PartialFault("holds a number over 2^64") }
            value |= UInt64(byte & 0x7F) << shift
            guard byte & 0x80 != 0 else { return value }
            shift += 7
        }
    }

    /// - Parameter limit: The greatest that it may be.
    mutating func number(upTo limit: Int) throws(PartialFault) -> Int {
        let value = try number()
        guard value <= UInt64(limit) else {
            throw PartialFault("holds \(value) where \(limit) is the most")
        }
        return Int(value)
    }

    /// How many things follow that take a byte or more each.
    mutating func count() throws(PartialFault) -> Int { try number(upTo: rest.count) }

    mutating func bytes(_ count: Int) throws(PartialFault) -> ArraySlice<UInt8> {
        guard count <= rest.count else { throw .cut }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func counted() throws(PartialFault) -> ArraySlice<UInt8> { try bytes(count()) }

    mutating func text() throws(PartialFault) -> String {
        guard let text = String(validating: try counted(), as: UTF8.self) else {
            throw PartialFault("holds a name that is no UTF-8")
        }
        return text
    }
}
