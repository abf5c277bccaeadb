/// What a chunk says of records that belong together with others.
struct ChunkLinks: Sendable {
    /// Of each request of the chunk.
    struct Place: Sendable {
        /// Where its record begins in the plain text.
        let offset: Int64
        /// Digests; 0 for none.
        let span: UInt64
        let parent: UInt64
        /// Whether it repeats the sum of those below it, if there are any.
        let isSum: Bool
    }

    /// What stands before a request, or behind the last.
    enum Mark: Sendable {
        /// A span that is no request.
        case span(id: UInt64, parent: UInt64)
        /// What holds from here on: the number of a name, or a digest of a session.
        case carry(Dialect.TextField, UInt64)
    }

    var places: [Place] = []
    /// With the number of requests before each.
    var marks: [(requests: Int, mark: Mark)] = []
}
