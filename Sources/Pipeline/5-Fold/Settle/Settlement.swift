import Accounting

/// Makes requests of records of one file that belong together: one of several states of a request, the calls below a span
/// that repeats their sum, what was said once for all that follows.
///
/// Records are taken in the order of the file, whatever worker found them, and wait in a window: so many may lie between two
/// that belong together.
struct Settlement {
    /// Spans that are no requests, of which the parents are kept.
    private static let linkLimit = 1 << 19
    /// Spans without usage between two calls, at most.
    private static let depthLimit = 4096

    fileprivate struct Held {
        var request: LoggedRequest
        var place: ChunkLinks.Place
        var id: [UInt8]
    }

    private let rules: SettlingRules
    private let options: FoldOptions
    private var fold: FileFold
    private var listed = RequestChunk()

    private var next = 0
    private var early: [Int: RequestChunk] = [:]
    private var held: [Held] = []
    /// Of requests of which another state may come.
    private var byID: [RequestID: Int] = [:]
    /// Of requests whose id was settled lately.
    private var settledIDs = RequestIDSet()
    private var parents = SpanLinks(limit: linkLimit)
    /// What calls below a span that is not there yet used.
    private var sums: [UInt64: Sum] = [:]
    private var carried: [Dialect.TextField: UInt64] = [:]
    private var rounds = 0

    /// Tokens of calls.
    private struct Sum {
        var input: Int64 = 0
        var output: Int64 = 0
        /// Of the input, read from and written to a cache.
        var cache: Int64 = 0
        /// Of the output.
        var reasoning: Int64 = 0

        init() {}

        init(_ activity: Activity) {
            input = activity.inputTokens
            output = activity.outputTokens
            cache = activity.cachedInputTokens + activity.cacheWriteTokens
            reasoning = activity.reasoningTokens
        }

        var isEmpty: Bool { input + output == 0 }

        static func + (left: Sum, right: Sum) -> Sum {
            var sum = left
            sum.input += right.input
            sum.output += right.output
            sum.cache += right.cache
            sum.reasoning += right.reasoning
            return sum
        }

        static func += (left: inout Sum, right: Sum) { left = left + right }

        /// Of each count what is more than that of `calls`.
        func beyond(_ calls: Sum) -> Sum {
            var rest = Sum()
            rest.input = max(0, input - calls.input)
            rest.output = max(0, output - calls.output)
            rest.cache = max(0, cache - calls.cache)
            rest.reasoning = max(0, reasoning - calls.reasoning)
            return rest
        }

        /// Whether this is what `calls` used, said once more: writers differ in what they count as input and output.
        func repeats(_ calls: Sum) -> Bool {
            isEmpty || input == calls.input || input > 0 && input == calls.input - calls.cache
                || output > 0
                    && (output == calls.output || output == calls.output - calls.reasoning)
        }
    }

    init(_ rules: SettlingRules, _ options: FoldOptions, _ registry: NameRegistry) {
        self.rules = rules
        self.options = options
        fold = FileFold(options, registry)
    }

    /// Takes what a worker found in a chunk; chunks before it may come later.
    mutating func add(_ chunk: RequestChunk, sequence: Int) {
        early[sequence] = chunk
        while let chunk = early.removeValue(forKey: next) {
            take(chunk)
            next += 1
        }
    }

    /// Ends the file.
    mutating func finish() -> FileFold {
        settle(held.count)
        return fold
    }

    /// Gives away the requests that are settled, when they are asked for.
    mutating func takeListed() -> RequestChunk {
        defer { listed = RequestChunk() }
        return listed
    }

    private mutating func take(_ chunk: RequestChunk) {
        listed.unfitIDs += chunk.unfitIDs
        var marks = chunk.links.marks[...]
        func isBefore(_ index: Int) -> Bool { marks.first.map { $0.requests <= index } ?? false }
        for index in 0...chunk.requests.count {
            while isBefore(index), let mark = marks.popFirst() { take(mark.mark) }
            guard index < chunk.requests.count else { break }
            let request = chunk.requests[index]
            take(
                Held(
                    request: request, place: chunk.links.places[index],
                    id: request.id.isEmpty ? [] : Array(chunk.ids[request.id])))
        }
    }

    private mutating func take(_ mark: ChunkLinks.Mark) {
        switch mark {
        case .span(let id, let parent): parents.add(id, below: parent)
        case .carry(let field, let value): carried[field] = value
        }
    }

    private mutating func take(_ record: Held) {
        var record = record
        inherit(&record.request)
        // Within a tree the span that stays decides; so ids are compared when it is known.
        if rules.span == nil, let id = record.request.identity {
            if let earlier = byID[id] {
                held[earlier].merge(record, rules.sameID)
                fold.addDuplicateState()
                return
            }
            byID[id] = held.count
        }
        held.append(record)
        if held.count >= options.settlingWindow { settle(held.count / 2) }
    }

    /// Gives a request what was said before for all.
    private func inherit(_ request: inout LoggedRequest) {
        guard !carried.isEmpty else { return }
        func name(_ field: Dialect.TextField) -> UInt32? {
            carried[field].map { UInt32(truncatingIfNeeded: $0) }
        }
        let missing = request.missing
        if missing.contains(.region), let region = name(.region) { request.region = region }
        if missing.contains(.model), let model = name(.model) { request.model = model }
        if missing.contains(.tenant), let tenant = name(.tenant) { request.tenant = tenant }
        if missing.contains(.project), let project = name(.project) { request.project = project }
        if missing.contains(.endpoint), let endpoint = name(.endpoint) {
            request.endpoint = endpoint
        }
        if let session = carried[.session], let id = request.identity {
            request.identity = RequestID(
                first: folded(id.first ^ session, 0xE703_7ED1_A0B4_28DB),
                second: folded(id.second, session | 1))
        }
    }

    // MARK: Deciding

    /// Settles the first records that wait.
    private mutating func settle(_ count: Int) {
        guard count > 0 else { return }
        rounds += 1
        let repeated =
            rules.span == nil
            ? Array(repeating: false, count: count) : repeatedInTrees(count)
        settledIDs = RequestIDSet()
        settledIDs.reserve(count)
        var ids = IdentifiedRequests()
        // By place, as a record is large to copy.
        for index in 0..<count {
            let place = held[index].place
            if place.span != 0 { parents.add(place.span, below: place.parent) }
            let isExcluded = options.excluded.contains(place.offset)
            let id = held[index].request.identity
            // What is counted elsewhere is settled as well: others of its id repeat it.
            if !repeated[index], let id { _ = settledIDs.insert(id) }
            guard !repeated[index], !isExcluded else {
                fold.addDuplicateState()
                continue
            }
            add(at: index)
            if let id { ids.append(id, at: place.offset, in: held[index].request.key.hour) }
        }
        if ids.count > 0 { fold.add(ids, of: rounds) }
        held.removeFirst(count)
        byID = byID.compactMapValues { $0 >= count ? $0 - count : nil }
        if sums.count > Self.linkLimit { sums.removeAll() }
    }

    private mutating func add(at index: Int) {
        let time = held[index].request.time
        fold.tally.counted += 1
        fold.tally.requests += 1
        fold.firstTime = min(fold.firstTime, time)
        fold.lastTime = max(fold.lastTime, time)
        if options.listsRequests {
            listed.append(held[index].request, id: held[index].id)
        } else {
            fold.cells.add(held[index].request.activity, to: held[index].request.key)
        }
    }

    /// Which of the first records are no calls of their own: they repeat the sum of those below them, or another record.
    private mutating func repeatedInTrees(_ count: Int) -> [Bool] {
        var bySpan = DigestTable(capacity: held.count)
        for index in held.indices where held[index].place.span != 0 {
            let span = held[index].place.span
            let known = bySpan[span]
            if known.map({ held[Int($0)].request.tokens < held[index].request.tokens }) ?? true {
                bySpan.set(UInt64(index), for: span)
            }
        }
        // A bare span that has come hands on what waits for it.
        for span in sums.keys where parents[span] != nil && bySpan[span] == nil {
            guard let sum = sums.removeValue(forKey: span) else { continue }
            let (above, end) = ancestor(of: parents[span] ?? 0, bySpan)
            let key = above.map { held[$0].place.span } ?? end
            if key != 0 { sums[key, default: Sum()] += sum }
        }
        let above = held.indices.map { ancestor(of: held[$0].place.parent, bySpan) }
        let depths = depths(above.map(\.record))
        // What calls below each used: all that are known, and of those the ones that go now or have gone.
        var below = held.indices.map { index in
            held[index].place.span == 0 ? nil : sums[held[index].place.span]
        }
        var gone = below
        // Several records of one span are one call.
        var repeated = held.indices.map {
            held[$0].place.span != 0 && bySpan[held[$0].place.span] != UInt64($0)
        }
        var ids = settledIDs
        ids.reserve(held.count)
        for index in deepestFirst(depths) where !repeated[index] {
            let used = Sum(held[index].request.activity)
            // What it adds to what those below it hand on themselves.
            var own = used
            if let calls = below[index], held[index].place.isSum || used.repeats(calls) {
                repeated[index] = true
                own = used.beyond(calls)
                if index < count, !own.isEmpty {
                    fold.excess.spans += 1
                    fold.excess.tokens += own.input + own.output
                }
            } else if let id = held[index].request.identity, !ids.insert(id) {
                repeated[index] = true
                own = Sum()
            }
            if let place = above[index].record {
                below[place] = (below[place] ?? Sum()) + own + (below[index] ?? Sum())
            }
            guard index < count else { continue }
            let sum = own + (gone[index] ?? Sum())
            if let place = above[index].record, place < count {
                gone[place] = (gone[place] ?? Sum()) + sum
            } else if !sum.isEmpty, count < held.count {
                // What is above it may still come.
                let key = above[index].record.map { held[$0].place.span } ?? above[index].end
                if key != 0 { sums[key, default: Sum()] += sum }
            }
        }
        for index in 0..<count {
            sums[held[index].place.span] = nil
            guard !repeated[index] else { continue }
            if above[index].record == nil, above[index].end != 0 { fold.unseenParents += 1 }
        }
        return repeated
    }

    /// The places of records, those of one depth in their order.
    private func deepestFirst(_ depths: [Int]) -> [Int] {
        var ends = [Int](repeating: 0, count: (depths.max() ?? 0) + 2)
        for depth in depths { ends[depth] += 1 }
        // How many are deeper than each depth.
        for depth in ends.indices.dropLast().reversed() { ends[depth] += ends[depth + 1] }
        var places = [Int](repeating: 0, count: depths.count)
        for (index, depth) in depths.enumerated() {
            places[ends[depth + 1]] = index
            ends[depth + 1] += 1
        }
        return places
    }

    /// How many records are above each.
    private func depths(_ above: [Int?]) -> [Int] {
        var depths = [Int?](repeating: nil, count: held.count)
        for index in held.indices {
            var path: [Int] = []
            var current: Int? = index
            while let place = current, depths[place] == nil {
                path.append(place)
                // Met again before its depth is known, it closes a circle and is its root.
                depths[place] = 0
                current = above[place]
            }
            var depth = current.map { (depths[$0] ?? 0) + 1 } ?? 0
            for place in path.reversed() {
                depths[place] = depth
                depth += 1
            }
        }
        return depths.map { $0 ?? 0 }
    }

    /// The nearest record at or above a span, or else the last span on the way, which was not seen; 0 at a root.
    private func ancestor(
        of span: UInt64, _ bySpan: DigestTable
    ) -> (record: Int?, end: UInt64) {
        var span = span
        // Moves up at each power of two; whoever meets it goes round in a circle.
        var mark: UInt64 = 0
        for step in 1...Self.depthLimit {
            guard span != 0, span != mark else { break }
            if step & (step - 1) == 0 { mark = span }
            if let record = bySpan[span] { return (Int(record), 0) }
            guard let parent = parents[span] else { return (nil, span) }
            span = parent
        }
        return (nil, 0)
    }
}

extension Settlement.Held {
    /// Becomes what two states of one request say together. It began when the earlier one did.
    fileprivate mutating func merge(_ other: Self, _ rule: SettlingRules.SameID) {
        var time = request.time
        switch rule {
        case .first: break
        case .last where other.request.knowsUsage || !request.knowsUsage: take(other)
        case .last: break
        case .largest:
            // Of two alike, the later one knows how it ended.
            let isBetter =
                other.request.knowsUsage == request.knowsUsage
                ? other.request.tokens >= request.tokens : other.request.knowsUsage
            if isBetter { take(other) }
        case .sum: request.add(other.request)
        }
        time = min(time, other.request.time)
        request.time = time
    }

    /// Takes what another state says, in its own place.
    private mutating func take(_ other: Self) {
        request = other.request
        id = other.id
    }
}

/// Which span stands below which, of the latest ones.
private struct SpanLinks {
    private let limit: Int
    private var latest = DigestTable()
    private var earlier = DigestTable()

    init(limit: Int) { self.limit = limit }

    subscript(span: UInt64) -> UInt64? { latest[span] ?? earlier[span] }

    mutating func add(_ span: UInt64, below parent: UInt64) {
        if latest.count >= limit / 2 {
            earlier = latest
            latest = DigestTable()
        }
        latest.set(parent, for: span)
    }
}
