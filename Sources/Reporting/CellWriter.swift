import Foundation

/// Bytes that grow at their end. Owns one block of memory and is never copied: appending is a store.
@safe struct ByteBuffer: ~Copyable {
    private var start: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int) {
        self.capacity = capacity
        unsafe start = .allocate(capacity: capacity)
    }

    deinit { unsafe start.deallocate() }

    /// - Parameter body: Given all bytes.
    func withBytes<Result>(_ body: (Span<UInt8>) throws -> Result) rethrows -> Result {
        // Safe: the first `count` bytes are initialised, and stay while `body` runs.
        try unsafe body(UnsafeBufferPointer(start: start, count: count).span)
    }

    mutating func removeAll() { count = 0 }

    /// Makes room for so many bytes.
    @inline(__always)
    private mutating func reserve(_ more: Int) {
        if count &+ more > capacity { grow(more) }
    }

    private mutating func grow(_ more: Int) {
        let larger = max(2 * capacity, count + more)
        unsafe start = realloc(start, larger).assumingMemoryBound(to: UInt8.self)
        capacity = larger
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        reserve(1)
        // Safe: there is room for one.
        unsafe start[count] = byte
        count &+= 1
    }

    @inline(__always)
    mutating func append(_ text: Span<UInt8>) {
        reserve(text.count)
        // Safe: there is room for all.
        unsafe text.withUnsafeBufferPointer { source in
            guard let first = source.baseAddress else { return }
            unsafe (start + count).update(from: first, count: source.count)
        }
        count &+= text.count
    }

    mutating func append(_ text: StaticString) {
        // Safe: the text lives as long as the program.
        text.withUTF8Buffer { unsafe append($0.span) }
    }

    /// Exactly `width` digits, zeros in front.
    @inline(__always)
    mutating func appendDigits(_ value: UInt64, width: Int) {
        reserve(width)
        var rest = value
        var place = count &+ width
        while place > count {
            place &-= 1
            // Safe: within the room made above.
            unsafe start[place] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count &+= width
    }

    @inline(__always)
    mutating func append(_ value: UInt64) {
        var width = 1
        var limit: UInt64 = 10
        while width < 19, value >= limit {
            width &+= 1
            limit &*= 10
        }
        if width == 19, value >= limit { width = 20 }
        appendDigits(value, width: width)
    }

    @inline(__always)
    mutating func appendHexadecimal(_ byte: UInt8) {
        appendHexadecimalDigit(byte >> 4)
        appendHexadecimalDigit(byte & 0xF)
    }

    @inline(__always)
    private mutating func appendHexadecimalDigit(_ digit: UInt8) {
        append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") - 10 + digit)
    }
}

/// Writes rows as bytes: the cells of CSV, or the members of a JSON object a line.
struct CellWriter: ~Copyable {
    let isCSV: Bool
    private(set) var buffer: ByteBuffer
    private var isFirst = false

    /// A writer of rows, or of cells that stand behind others.
    init(_ format: RequestRows.Format, capacity: Int = 256) {
        isCSV = format == .csv
        buffer = ByteBuffer(capacity: capacity)
    }

    /// What was written so far.
    var bytes: [UInt8] {
        // Safe: the array copies the bytes.
        buffer.withBytes { bytes in unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) } }
    }

    mutating func removeAll() { buffer.removeAll() }

    mutating func beginRow() {
        isFirst = true
        if !isCSV { buffer.append(UInt8(ascii: "{")) }
    }

    /// - Parameter isCRLF: Whether the line ends as RFC 4180 has it.
    mutating func endRow(isCRLF: Bool = false) {
        if !isCSV { buffer.append(UInt8(ascii: "}")) }
        if isCRLF { buffer.append(UInt8(ascii: "\r")) }
        buffer.append(UInt8(ascii: "\n"))
    }

    /// Begins a cell; its value follows.
    @inline(__always)
    mutating func key(_ name: StaticString) {
        if !isFirst { buffer.append(UInt8(ascii: ",")) }
        isFirst = false
        if isCSV { return }
        buffer.append(UInt8(ascii: "\""))
        buffer.append(name)
        buffer.append("\":")
    }

    /// Cells, or a value, that another writer wrote.
    @inline(__always)
    mutating func written(_ bytes: [UInt8], _ range: Range<Int>) {
        buffer.append(bytes.span.extracting(range))
    }

    /// A word that needs no escapes.
    mutating func word(_ name: StaticString, _ word: StaticString) {
        key(name)
        quote()
        buffer.append(word)
        quote()
    }

    /// The quote around what needs no escapes.
    private mutating func quote() {
        if !isCSV { buffer.append(UInt8(ascii: "\"")) }
    }

    mutating func text(_ name: StaticString, _ text: String?) {
        key(name)
        var text = text ?? ""
        // Safe: the text stays while it is written.
        text.withUTF8 { unsafe value($0.span) }
    }

    /// A text that steers nothing, see ``PlainText``. Empty is `null` in JSON.
    mutating func value(_ text: Span<UInt8>) {
        guard !text.isEmpty else { return null() }
        guard !isPlain(text) else {
            quote()
            buffer.append(text)
            return quote()
        }
        let whole = String(decoding: text.indices.map { text[$0] }, as: UTF8.self)
        let escaped = isCSV ? PlainText.csvCell(whole) : PlainText.jsonString(whole)
        buffer.append(Array(escaped.utf8).span)
    }

    /// Whether a text is itself in either format, as nearly all are.
    private func isPlain(_ text: Span<UInt8>) -> Bool {
        switch text[0] {
        case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"):
            return false
        default: break
        }
        for index in text.indices {
            switch text[index] {
            case UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "\\"): return false
            case 0x20..<0x7F: break
            default: return false
            }
        }
        return true
    }

    mutating func hexadecimal(_ name: StaticString, _ bytes: Span<UInt8>, _ count: Int) {
        key(name)
        quote()
        for index in 0..<count { buffer.appendHexadecimal(bytes[index]) }
        quote()
    }

    /// `2026-10-01T00:00:00.018Z`.
    mutating func time(_ name: StaticString, day: [UInt8], millisecondsOfDay rest: UInt64) {
        key(name)
        quote()
        buffer.append(day.span)
        buffer.append(UInt8(ascii: "T"))
        buffer.appendDigits(rest / 3_600_000, width: 2)
        buffer.append(UInt8(ascii: ":"))
        buffer.appendDigits(rest / 60_000 % 60, width: 2)
        buffer.append(UInt8(ascii: ":"))
        buffer.appendDigits(rest / 1_000 % 60, width: 2)
        buffer.append(UInt8(ascii: "."))
        buffer.appendDigits(rest % 1_000, width: 3)
        buffer.append(UInt8(ascii: "Z"))
        quote()
    }

    @inline(__always)
    mutating func integer(_ name: StaticString, _ value: Int64?) {
        key(name)
        guard let value else { return null() }
        buffer.append(UInt64(max(0, value)))
    }

    /// Thousandths, without zeros at their end.
    mutating func milli(_ name: StaticString, _ value: Int64?) {
        key(name)
        guard let value else { return null() }
        buffer.append(UInt64(value) / 1_000)
        fraction(UInt64(value) % 1_000, 3)
    }

    /// 10⁻¹², without zeros at their end.
    mutating func pico(_ name: StaticString, _ value: Int128?) {
        key(name)
        guard let value else { return null() }
        let scale: UInt64 = 1_000_000_000_000
        if let small = UInt64(exactly: value) {
            buffer.append(small / scale)
            fraction(small % scale, 12)
        } else {
            buffer.append(Array("\(value / Int128(scale))".utf8).span)
            fraction(UInt64(value % Int128(scale)), 12)
        }
    }

    /// The shortest digits that name the number, as `description` has them.
    mutating func real(_ name: StaticString, _ value: Double) {
        key(name)
        describe(value)
    }

    private mutating func describe(_ value: Double) {
        var text = value.description
        // Safe: the text stays while it is written.
        text.withUTF8 { unsafe buffer.append($0.span) }
    }

    /// 10⁻⁹, with the digits of ``real(_:_:)``. Up to 15 digits are the shortest of their number themselves.
    mutating func billionths(_ name: StaticString, _ value: Int64) {
        key(name)
        let scale: UInt64 = 1_000_000_000
        guard let amount = UInt64(exactly: value), amount < 1_000_000_000_000_000,
            amount == 0 || amount >= 100_000
        else { return describe(Double(value) / Double(scale)) }
        buffer.append(amount / scale)
        if amount % scale == 0 { buffer.append(".0") } else { fraction(amount % scale, 9) }
    }

    private mutating func null() {
        if !isCSV { buffer.append("null") }
    }

    private mutating func fraction(_ value: UInt64, _ decimals: Int) {
        guard value > 0 else { return }
        var rest = value
        var width = decimals
        while rest % 1_000 == 0 {
            rest /= 1_000
            width -= 3
        }
        while rest % 10 == 0 {
            rest /= 10
            width -= 1
        }
        buffer.append(UInt8(ascii: "."))
        buffer.appendDigits(rest, width: width)
    }
}
