import Accounting
package import Foundation
package import Pipeline

/// Writes made-up `gateway` logs: no prompt, no person, the same bytes for the same seed.
package struct GatewayLogWriter {
    private let plan: SynthesisPlan
    private var random: SeededGenerator
    private var lines: [UInt8] = []

    package init(_ plan: SynthesisPlan) {
        self.plan = plan
        random = SeededGenerator(seed: plan.seed)
    }

    /// Writes all files into `folder`, which must exist.
    ///
    /// - Returns: Their paths, in order of time.
    package mutating func write(
        to folder: URL
    ) throws(CompressedFileWriter.Failure) -> [String] {
        var paths: [String] = []
        let hoursPerFile = 24 / plan.filesPerDay
        for file in 0..<plan.days * plan.filesPerDay {
            let first = plan.start.value + file * hoursPerFile
            let path = folder.appendingPathComponent(fileName(UTCHour(first))).path
            let writer = try CompressedFileWriter(path: path, compression: plan.compression)
            for hour in first..<first + hoursPerFile {
                try writeHour(UTCHour(hour), to: writer)
            }
            try writer.finish()
            paths.append(path)
        }
        return paths
    }

    private func fileName(_ hour: UTCHour) -> String {
        let suffix =
            switch plan.compression {
            case .plain: ""
            case .gzip: ".gz"
            case .zstd: ".zst"
            }
        let time = plan.filesPerDay == 1 ? "" : "T\(hour.text.dropFirst(11).prefix(2))"
        return "gateway-\(hour.text.prefix(10))\(time).jsonl\(suffix)"
    }

    private mutating func writeHour(
        _ hour: UTCHour, to writer: CompressedFileWriter
    ) throws(CompressedFileWriter.Failure) {
        let count = plan.requests(in: hour)
        let prefix = Array(
            "{\"timestamp\":\"\(hour.text.prefix(10))T\(hour.text.dropFirst(11).prefix(3))".utf8)
        for index in 0..<count {
            let slot = 3_600_000 / count
            appendLine(prefix, millisecond: index * 3_600_000 / count + random.below(max(1, slot)))
            if lines.count > 1 << 20 {
                try writer.write(lines.span)
                lines.removeAll(keepingCapacity: true)
            }
        }
        try writer.write(lines.span)
        lines.removeAll(keepingCapacity: true)
    }

    private mutating func appendLine(_ prefix: [UInt8], millisecond: Int) {
        let start = lines.count
        let model = random.below(plan.models)
        lines += prefix
        appendPadded(millisecond / 60_000, 2)
        append(":")
        appendPadded(millisecond / 1_000 % 60, 2)
        append(".")
        appendPadded(millisecond % 1_000, 3)
        append("Z\",\"request_id\":\"req_")
        appendHexadecimal(random.next(), 16)
        appendHexadecimal(random.next(), 8)
        append("\",\"tenant\":\"team-")
        appendNumber(1 + random.below(plan.teams))
        append("\",\"region\":\"")
        append(SynthesisPlan.regionNames[random.below(plan.regions)])
        append("\",\"model\":\"")
        append(SynthesisPlan.modelNames[model])
        append("\",\"endpoint\":\"/v1/chat/completions\",\"status\":")
        if random.below(plan.failedEvery) == 0 { appendFailure() } else { appendUsage() }
        append(",\"user_agent\":\"python-httpx/0.27.2\"}\n")
        if plan.malformedEvery > 0, random.below(plan.malformedEvery) == 0 {
            // As if the writer was cut off in the middle of the line.
            lines.removeSubrange(start + 60..<lines.count - 1)
        }
    }

    private mutating func appendUsage() {
        let input = random.heavyTailed(around: 700)
        let output = random.heavyTailed(around: 160)
        let cached = random.below(4) == 0 ? input / 2 : 0
        append(random.below(3) == 0 ? "200,\"stream\":true" : "200,\"stream\":false")
        append(",\"usage\":{\"prompt_tokens\":")
        appendNumber(input)
        append(",\"completion_tokens\":")
        appendNumber(output)
        append(",\"total_tokens\":")
        appendNumber(input + output)
        append(",\"prompt_tokens_details\":{\"cached_tokens\":")
        appendNumber(cached)
        append("}},\"latency_ms\":")
        appendNumber(200 + output * 12 + random.below(400))
    }

    private mutating func appendFailure() {
        append(random.below(2) == 0 ? "429" : "500")
        append(",\"stream\":false,\"error\":{\"type\":\"upstream\"},\"latency_ms\":")
        appendNumber(20 + random.below(900))
    }

    private mutating func append(_ text: String) { lines.append(contentsOf: text.utf8) }
    private mutating func append(_ text: StaticString) {
        unsafe lines.append(
            // Safe: a static string knows its own length.
            contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func appendNumber(_ value: Int) {
        if value >= 10 { appendNumber(value / 10) }
        lines.append(UInt8(ascii: "0") + UInt8(value % 10))
    }

    private mutating func appendPadded(_ value: Int, _ digits: Int) {
        if digits > 1 { appendPadded(value / 10, digits - 1) }
        lines.append(UInt8(ascii: "0") + UInt8(value % 10))
    }

    private mutating func appendHexadecimal(_ value: UInt64, _ digits: Int) {
        for digit in 0..<digits {
            let nibble = UInt8(truncatingIfNeeded: value >> UInt64(digit * 4)) & 15
            lines.append(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10)
        }
    }
}
