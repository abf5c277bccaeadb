import Benchmark
import Foundation
import Pipeline
import Synthesis

// Scan, parse and fold on one thread, over the same made-up records in three shapes. Each benchmark runs
// all stages up to its own, so what a stage costs is the difference to the one before.

let benchmarks: @Sendable () -> Void = {
    let inputs: [Input]
    do {
        inputs = try Input.all()
    } catch {
        print("the inputs could not be made: \(error)")
        return
    }
    for input in inputs {
        for stage in [Pipeline.Stage.inflate, .split, .scan, .parse, .fold] {
            Benchmark(
                "\(input.name): \(stage)",
                configuration: .init(
                    metrics: [.wallClock, .throughput, .instructions], maxDuration: .seconds(3))
            ) { benchmark in
                let pipeline = Pipeline(input.settings)
                for _ in benchmark.scaledIterations {
                    let result = try pipeline.run([input.file], upTo: stage)
                    // The result before the time.
                    guard result.bytes == input.file.size,
                        result.records == (stage >= .scan ? input.records : 0)
                    else { throw WrongResult() }
                }
            }
        }
    }
}

/// A stage did not see every byte and record.
struct WrongResult: Error {}

/// A plain log in the folder for temporary files.
struct Input {
    let name: String
    let file: InputFile
    let records: Int
    private(set) var settings: Pipeline.Settings

    /// 24,000 records as a gateway writes them; each with a key of its own, so that no layout repeats; and
    /// 200 of them with 200 kB of text.
    static func all() throws -> [Input] {
        var plan = SynthesisPlan()
        plan.days = 1
        plan.requestsPerDay = 24_000
        plan.compression = .plain
        plan.malformedEvery = 0
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("flue-benchmarks")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var writer = GatewayLogWriter(plan)
        let gateway = try writer.write(to: folder)[0]
        let lines = try String(contentsOfFile: gateway, encoding: .utf8)
            .split(separator: "\n").map(String.init)
        let mixed = lines.enumerated().map { "{\"key-\($0.offset)\":0,\($0.element.dropFirst())" }
        let text = String(repeating: "some words, \\\"quoted\\\", and a line\\n", count: 6_000)
        let prompts = lines.prefix(200).map { "{\"prompt\":\"\(text)\",\($0.dropFirst())" }
        return [
            try Input("gateway", lines, folder), try Input("no layout", mixed, folder),
            try Input("200 kB of text", prompts, folder),
        ]
    }

    private init(_ name: String, _ lines: [String], _ folder: URL) throws {
        self.name = name
        records = lines.count
        let path = folder.appendingPathComponent("\(name).jsonl").path
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
        file = try InputPaths.expand([path])[0]
        settings = Pipeline.Settings(dialects: [try Dialect(named: "gateway")])
        settings.jobs = 1
    }
}
