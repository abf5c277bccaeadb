import Accounting

/// What moved the rows of a month, by cause.
struct CauseSums: Sendable {
    private var sums: [Subject: CentralAmounts] = [:]

    private struct Subject: Hashable {
        let key: RollupKey
        let cause: RestatementCause
    }

    /// What one cause did to one row.
    struct Movement {
        let key: RollupKey
        let cause: RestatementCause
        let amounts: CentralAmounts
    }

    mutating func add(_ amounts: CentralAmounts, _ cause: RestatementCause, to key: RollupKey) {
        guard amounts != CentralAmounts() else { return }
        sums[Subject(key: key, cause: cause), default: CentralAmounts()] += amounts
    }

    mutating func add(_ others: CauseSums) {
        for (subject, amounts) in others.sums { add(amounts, subject.cause, to: subject.key) }
    }

    /// Of all causes.
    func sum(of key: RollupKey) -> CentralAmounts {
        var sum = CentralAmounts()
        for cause in RestatementCause.allCases {
            if let amounts = sums[Subject(key: key, cause: cause)] { sum += amounts }
        }
        return sum
    }

    /// All rows in one.
    var total: CauseSums {
        var total = CauseSums()
        for (subject, amounts) in sums { total.add(amounts, subject.cause, to: .total) }
        return total
    }

    /// In order, without those that moved nothing.
    var movements: [Movement] {
        sums.filter { $0.value != CentralAmounts() }
            .map { Movement(key: $0.key.key, cause: $0.key.cause, amounts: $0.value) }
            .sorted { ($0.key, $0.cause) < ($1.key, $1.cause) }
    }
}
