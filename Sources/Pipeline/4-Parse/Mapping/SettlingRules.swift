import Configuration

/// How records of one file belong together, as a mapping file says: several may be of one request, one may repeat the sum
/// of others, and one may say what holds for those behind it.
package struct SettlingRules: Equatable, Sendable {
    /// Which of several records of one request counts.
    package enum SameID: String, CaseIterable, Sendable {
        case first, last, largest, sum
    }

    /// Where a record stands in a tree.
    package struct Span: Equatable, Sendable {
        package let id: [FieldPath]
        package let parent: [FieldPath]
        /// Within which span ids are unique; empty where they are in the file.
        package let trace: [FieldPath]
        /// Records that stand below the span that they name, as events do.
        package let belowIf: [Condition]

        init(_ node: ConfigNode) throws(ConfigError) {
            let section = try node.section(keys: ["id", "parent", "trace", "below_if"])
            belowIf = try Condition.list(section["below_if"])
            id = try TimeMapping.paths(section.required("id"))
            parent = try TimeMapping.paths(section.required("parent"))
            trace = if let node = section["trace"] { try TimeMapping.paths(node) } else { [] }
        }
    }

    package let sameID: SameID
    package let span: Span?
    /// Records that repeat the sum of those below them, if there are any, whatever the two say.
    package let sumIf: [Condition]
    /// Fields that hold for later records which have none of their own.
    package let carried: [Dialect.TextField]

    static let keys = ["same_id", "span", "sum_if", "carry"]

    /// - Returns: `nil` when each record stands for itself.
    init?(
        _ section: ConfigSection, texts: [Dialect.TextField: TextMapping]
    ) throws(ConfigError) {
        sameID = try section["same_id"]?.choice(SameID.self) ?? .first
        span = if let node = section["span"] { try Span(node) } else { nil }
        sumIf = try Condition.list(section["sum_if"])
        if let node = section["sum_if"], span == nil {
            throw node.error("a sum of others needs span, which says whose")
        }
        if let node = section["same_id"], texts[.id] == nil {
            throw node.error("same_id needs an id")
        }
        var carried: [Dialect.TextField] = []
        for item in section["carry"]?.list() ?? [] {
            let field = try item.choice(Dialect.TextField.self)
            guard field != .id, texts[field] != nil else {
                throw item.error("\"\(field.rawValue)\" is carried but not mapped")
            }
            carried.append(field)
        }
        self.carried = carried
        if sameID == .first, span == nil, carried.isEmpty { return nil }
    }
}
