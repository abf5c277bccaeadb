package import Ledger

/// Asks whether two kinds of logs hold the same calls, and says how to tell.
package enum SameCallsText {
    package static func text(_ calls: SameCalls) -> String {
        let names = calls.dialects.joined(separator: " and ")
        return
            "\(names) logs both have requests of the same hours, regions and models (\(calls.shared) of "
            + "\(calls.compared) compared): are these the same calls, logged twice? If so, they count twice: keep one "
            + "of the two in the ledger; if not, say so by counting one with --scope NAME"
    }
}
