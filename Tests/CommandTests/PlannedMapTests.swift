import Foundation
import Pipeline
import TestSupport
import Testing

@Suite("plan, and map in parts")
struct PlannedMapTests {
    private let shell: Shell

    init() throws {
        shell = try Shell.withGrid()
        try FileManager.default.createDirectory(
            atPath: shell.folder.path("logs"), withIntermediateDirectories: true)
    }

    @Test(
        "Mapped in parts, and once more without what stands in two of them, logs make ingest's ledger"
    )
    func parts() throws {
        let broken = "{\"broken\n"
        // Requests of the first part come again in the last.
        let plain = shell.log(90) + broken + shell.log(40, series: "s") + shell.log(12) + broken
        try shell.folder.write(plain, to: "logs/a.jsonl")
        let frames = try (0..<6).map { number in
            try compressed(Array((shell.log(150, series: "z\(number)") + "{\"cut").utf8), .zstd)
        }
        try shell.folder.write(Array(frames.joined()), to: "logs/b.jsonl.zst")
        try shell.folder.write(
            compressed(Array(shell.log(900, series: "g").utf8), .gzip), to: "logs/c.jsonl.gz")
        try shell.copyLedger()
        let one = try shell.flue("ingest", "--db", "one.sqlite", "logs")
        #expect(one.status == 0, "\(one.errors)")

        let (tasks, errors) = try shell.plan("logs", "--task-bytes", "1500")
        #expect(errors.contains("c.jsonl.gz: "))
        #expect(errors.contains("are one task, as gzip has no places to begin at"), "\(errors)")
        let inputs = tasks.flatMap(\.inputs)
        #expect(inputs.count { $0.contains("a.jsonl#bytes=") } > 9)
        #expect((2...6).contains(inputs.count { $0.contains("b.jsonl.zst#bytes=") }))
        let lines = try shell.map(tasks).sorted { $0.drop { $0 != " " } < $1.drop { $0 != " " } }
        #expect(lines.count == inputs.count)
        let refused = try shell.load(lines)
        #expect(refused.status == 65 && refused.errors.contains("a.jsonl: holds requests"))
        let left = try String(contentsOfFile: shell.folder.path("left"), encoding: .utf8)
        // The twelve are in a few parts, and no other is to be mapped again.
        let again = left.split(separator: "\n").count { $0.hasPrefix("input ") }
        #expect((1...6).contains(again), "\(left)")
        #expect(left.split(separator: "\n").allSatisfy { !$0.contains("b.jsonl") })
        let second = try shell.flue("map", "--excluding", "left", "--output", "out")
        #expect(second.status == 0 && second.output.hasPrefix("Mapped \(again) file"), "\(second)")
        let loaded = try shell.load(lines)
        #expect(loaded.status == 0, "\(loaded.errors)")
        #expect(loaded.output.contains("Files: 3 added\n"), "\(loaded.output)")
        #expect(try shell.dump("many.sqlite") == shell.dump("one.sqlite"))
        #expect(try shell.load(lines).output.contains("3 unchanged"))

        let missing = try shell.load(lines.filter { !$0.contains("-0-") })
        #expect(missing.status == 65, "\(missing.output)")
        #expect(
            missing.errors.contains("has no line in the manifest for what stands between bytes 0"),
            "\(missing.errors)")
        let part = try #require(lines.first { $0.contains("-0-") }).prefix { $0 != " " }
        try FileManager.default.removeItem(
            atPath: shell.folder.path("out/\(part).flue-partial"))
        try shell.folder.write(lines.joined(separator: "\n") + "\n", to: "manifest")
        let gone = try ProgramRun(
            ["load", "--db", "many.sqlite", "--manifest", "manifest"]
                + FileManager.default.contentsOfDirectory(atPath: shell.folder.path("out")).map {
                    "out/\($0)"
                }, in: shell.folder.url)
        #expect(gone.status == 65 && gone.errors.contains("have no partial"), "\(gone.errors)")
    }

    @Test("A part of a file that is another than was planned is refused, also one of the same size")
    func changed() throws {
        try shell.folder.write(shell.log(90), to: "logs/a.jsonl")
        let tasks = try shell.plan("logs", "--task-bytes", "5000").tasks
        #expect(tasks.count > 2)
        for log in [shell.log(90, series: "q"), shell.log(91)] {
            try shell.folder.write(log, to: "logs/a.jsonl")
            try shell.folder.write(tasks[1].inputs[0] + "\n", to: "list")
            let run = try shell.flue("map", "--list", "list", "--output", "out")
            #expect(run.status == 65, "\(run.output)")
            #expect(
                run.errors.contains("a.jsonl: is not the file that was planned"), "\(run.errors)")
        }
    }

    @Test("A log whose records are no lines, or belong together, is one task")
    func whole() throws {
        let line = shell.log(1).dropLast()
        try shell.folder.write(
            "[" + Array(repeating: line, count: 60).joined(separator: ",\n") + "]",
            to: "logs/list.json")
        try shell.folder.write(
            Array(try compressed(Array(shell.log(400).utf8), .zstd)), to: "logs/one.jsonl.zst")
        let (tasks, errors) = try shell.plan("logs", "--task-bytes", "300")
        #expect(tasks.count == 2 && tasks.allSatisfy { !$0.inputs[0].contains("#") })
        #expect(errors.contains("list.json: ") && errors.contains("its records are not lines"))
        #expect(errors.contains("it is one zstd frame"), "\(errors)")
    }

    @Test(
        "A plan with the ledger leaves out what is known, and has grown logs without ids told apart"
    )
    func known() throws {
        func lines(_ count: Int, _ tenant: String) -> String {
            (0..<count).map {
                "{\"timestamp\":\"2026-03-01T10:00:\($0 % 50 + 10)Z\",\"tenant\":\"\(tenant)\",\"region\":\"eu-west-1\","
                    + "\"model\":\"gpt-4o\",\"usage\":{\"prompt_tokens\":\($0)}}\n"
            }.joined()
        }
        try shell.folder.write(lines(40, "a"), to: "logs/a.jsonl")
        try shell.folder.write(lines(30, "b"), to: "logs/b.jsonl")
        try shell.copyLedger()
        for database in ["one.sqlite", "many.sqlite"] {
            #expect(try shell.flue("ingest", "--db", database, "logs").status == 0)
        }
        // By its bytes, as its time is too near to tell.
        try shell.folder.write(lines(70, "b"), to: "logs/b.jsonl")
        #expect(try shell.flue("ingest", "--db", "one.sqlite", "logs").status == 0)
        let (tasks, errors) = try shell.plan("logs", "--db", "many.sqlite")
        #expect(errors.contains("Known to the ledger as they are: 1 log\n"), "\(errors)")
        #expect(tasks.flatMap(\.inputs).count == 1)
        #expect(tasks[0].inputs[0].contains("b.jsonl#digests="), "\(tasks)")
        let loaded = try shell.load(shell.map(tasks))
        #expect(loaded.status == 0, "\(loaded.errors)")
        #expect(loaded.output.contains("1 grown"), "\(loaded.output)")
        #expect(
            try databaseRows(
                of: shell.folder.path("many.sqlite"), "SELECT sum(requests) FROM monthly_totals")
                == ["110"])
        let again = try shell.plan("logs", "--db", "many.sqlite")
        #expect(again.tasks.isEmpty && again.errors.contains("as they are: 2 logs\n"))
    }
}
