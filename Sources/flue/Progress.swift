import Flows
import Foundation
import Pipeline
import Synchronization

/// A line on the terminal that says how far a run is: bytes, rate, time left.
final class Progress: Sendable {
    enum Mode: String, CaseIterable, Sendable { case auto, never }

    private struct State {
        var done: [Int64]
        var last: ContinuousClock.Instant
        var isShown = false
    }

    private let total: Int64
    private let begin = ContinuousClock.now
    private let isEnabled: Bool
    private let state: Mutex<State>

    /// - Parameter isEnabled: Whether to show anything; only ever on a terminal.
    init(_ files: [InputFile], isEnabled: Bool) {
        total = files.reduce(0) { $0 + $1.readBytes }
        self.isEnabled = isEnabled && isatty(2) == 1
        state = Mutex(State(done: Array(repeating: 0, count: files.count), last: begin))
    }

    /// So many bytes of a file were read.
    func update(_ file: Int, _ bytes: Int64) {
        guard isEnabled else { return }
        state.withLock { state in
            state.done[file] = max(state.done[file], bytes)
            let now = ContinuousClock.now
            guard now - state.last > .milliseconds(200) else { return }
            state.last = now
            state.isShown = true
            StandardError.show("\r\(line(state.done.reduce(0, +), now - begin))\u{1B}[K")
        }
    }

    /// Removes the line.
    func clear() {
        state.withLock { state in
            if state.isShown { StandardError.show("\r\u{1B}[K") }
            state.isShown = false
        }
    }

    private func line(_ done: Int64, _ elapsed: Duration) -> String {
        let seconds = elapsed.seconds
        let rate = Double(done) / max(seconds, 0.001)
        var text = "\(Self.size(Double(done)))"
        if total > 0 { text += " of \(Self.size(Double(total)))" }
        text += ", \(Self.size(rate))/s"
        if total > done, rate > 0 {
            text += ", \(Int((Double(total - done) / rate).rounded(.up))) s left"
        }
        return text
    }

    private static func size(_ bytes: Double) -> String {
        switch bytes {
        case 1e9...: String(format: "%.2f GB", bytes / 1e9)
        case 1e6...: String(format: "%.1f MB", bytes / 1e6)
        default: String(format: "%.0f kB", bytes / 1e3)
        }
    }
}

extension StandardError {
    /// Writes without a newline.
    static func show(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
