/// A worker's own buffer for one chunk; reused for every chunk it folds.
struct ChunkBuffer {
    /// Text, then ``scanPadding`` newline bytes.
    private(set) var bytes: [UInt8]
    /// Bytes of text.
    private(set) var count = 0

    init(capacity: Int) {
        bytes = [UInt8](repeating: UInt8(ascii: "\n"), count: capacity + scanPadding)
    }

    /// Bytes of text that fit.
    var capacity: Int { bytes.count - scanPadding }

    mutating func removeAll() { count = 0 }

    /// Makes room for `capacity` bytes of text.
    mutating func reserve(_ capacity: Int) {
        guard capacity > self.capacity else { return }
        bytes += [UInt8](repeating: UInt8(ascii: "\n"), count: capacity - self.capacity)
    }

    mutating func append(_ text: ArraySlice<UInt8>) {
        reserve(count + text.count)
        bytes.replaceSubrange(count..<count + text.count, with: text)
        count += text.count
    }

    /// Appends what `stream` yields, up to `limit` bytes of text in all.
    ///
    /// - Returns: Whether the stream may hold more.
    mutating func fill(from stream: PlainByteStream, upTo limit: Int) throws(InputError) -> Bool {
        let free = count..<limit
        var text = bytes.mutableSpan
        let added = try stream.read(into: &text, at: free)
        count += added
        return added == free.count
    }

    /// Cuts the text at `end` and restores the padding behind it.
    mutating func truncate(to end: Int) {
        count = end
        for offset in end..<min(end + scanPadding, bytes.count) {
            bytes[offset] = UInt8(ascii: "\n")
        }
    }
}
