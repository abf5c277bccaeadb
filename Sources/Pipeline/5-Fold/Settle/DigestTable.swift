/// Numbers by digests, of which none is 0; open addressing, as a digest is its own hash.
struct DigestTable {
    /// A power of two long, at most half of it in use; 0 where none is.
    private var keys: [UInt64]
    private var values: [UInt64]
    private(set) var count = 0

    /// - Parameter capacity: For so many it does not grow.
    init(capacity: Int = 0) {
        var size = 64
        while size < capacity * 2 { size *= 2 }
        keys = Array(repeating: 0, count: size)
        values = Array(repeating: 0, count: size)
    }

    /// `nil` for a digest that is not there, and for 0.
    subscript(digest: UInt64) -> UInt64? {
        let place = place(of: digest)
        return digest != 0 && keys[place] == digest ? values[place] : nil
    }

    /// Puts a number in the place of that which is there.
    mutating func set(_ value: UInt64, for digest: UInt64) {
        guard digest != 0 else { return }
        let place = place(of: digest)
        if keys[place] == 0 { count += 1 }
        keys[place] = digest
        values[place] = value
        if count * 2 > keys.count { grow() }
    }

    /// Where a digest is, or belongs.
    @inline(__always)
    private func place(of digest: UInt64) -> Int {
        var place = Int(truncatingIfNeeded: digest) & (keys.count &- 1)
        while keys[place] != 0, keys[place] != digest { place = (place &+ 1) & (keys.count &- 1) }
        return place
    }

    private mutating func grow() {
        let known = zip(keys, values)
        self = DigestTable(capacity: keys.count)
        for (digest, value) in known where digest != 0 { set(value, for: digest) }
    }
}
