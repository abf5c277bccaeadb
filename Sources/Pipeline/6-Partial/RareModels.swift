/// Which models of a file are told apart: those with the most requests, and of equal ones the first by the bytes of their
/// names. All others count as one model, whose requests are in no histogram.
struct RareModels<Number: Hashable> {
    /// How many are not told apart.
    let count: Int
    /// Empty when all are.
    private let kept: Set<Number>

    /// - Parameters:
    ///   - requests: Of each model.
    ///   - other: The number of ``FilePartial/rareModel``: a model that is called so is one of them.
    init(_ requests: [Number: Int64], limit: Int, other: Number, name: (Number) -> String) {
        guard requests.count > limit else {
            count = 0
            kept = []
            return
        }
        let ordered = requests.map { (number: $0, requests: $1, name: name($0)) }.sorted {
            guard $0.requests == $1.requests else { return $0.requests > $1.requests }
            return $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
        }
        count = ordered.count - limit
        kept = Set(ordered.prefix(limit).map(\.number)).subtracting([other])
    }

    func keeps(_ model: Number) -> Bool { count == 0 || kept.contains(model) }
}

extension FilePartial {
    /// The model of requests whose own is beyond the limit.
    package static let rareModel = "(other models)"
}
