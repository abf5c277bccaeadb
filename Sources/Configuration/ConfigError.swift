/// A mistake in a file that a person wrote: where it is, what it is, what to do.
package struct ConfigError: Error, Equatable, CustomStringConvertible {
    /// The file as the person named it, or `built-in NAME`.
    package let file: String
    /// 1-based; `nil` when the whole file is meant.
    package let line: Int?
    package let message: String

    package init(file: String, line: Int?, message: String) {
        self.file = file
        self.line = line
        self.message = message
    }

    package var description: String {
        line.map { "\(file):\($0): \(message)" } ?? "\(file): \(message)"
    }
}
