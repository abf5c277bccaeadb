package import Logging

/// Whom a run tells what happens while it goes on.
package struct RunObserver: Sendable {
    /// So many bytes of a file were read.
    let advance: @Sendable (_ file: Int, _ bytes: Int64) -> Void
    /// What went wrong with one file, and what to do.
    let complain: @Sendable (String) -> Void
    /// All files were read.
    let finish: @Sendable () -> Void
    let logger: Logger

    package init(
        logger: Logger, advance: @escaping @Sendable (Int, Int64) -> Void = { _, _ in },
        finish: @escaping @Sendable () -> Void = {},
        complain: @escaping @Sendable (String) -> Void
    ) {
        self.logger = logger
        self.advance = advance
        self.finish = finish
        self.complain = complain
    }
}
