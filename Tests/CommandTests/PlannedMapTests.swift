import Foundation
import Pipeline
import TestSupport
import Testing

@Suite("plan, and map in parts")
struct PlannedMapTests {
    private let shell: Shell

    init() throws {
        shell = try Shell()
        try shell.importGrid()
        try shell.folder.write("limits: { max_unmatched_percent: 100 }\n", to: "flue.yaml")
        try FileManager.default.createDirectory(
            atPath: shell.folder.path("logs"), withIntermediateDirectories: true)
    }

    private struct Task: Decodable {
        let bytes: Int64
        let inputs: [String]
    }

    private func plan(_ arguments: String...) throws -> (tasks: [Task], errors: String) {
        let run = try ProgramRun(["plan"] + arguments, in: shell.folder.url)
        #expect(run.status == 0, "\(run.errors)")
        let tasks = try run.output.split(separator: "\n").map {
            try JSONDecoder().decode(Task.self, from: Data($0.utf8))
        }
        #expect(tasks.map(\.bytes) == tasks.map(\.bytes).sorted(by: >))
        return (tasks, run.errors)
    }

    /// Maps tasks, each by itself; returns the lines of their manifests.
    private func map(
        _ tasks: [Task], _ options: String..., to folder: String = "out",
        allows codes: [Int32] = [0]
    ) throws -> [String] {
        try tasks.flatMap { task in
            try shell.folder.write(task.inputs.joined(separator: "\n") + "\n", to: "list")
            let run = try ProgramRun(
                ["map", "--list", "list", "--output", folder, "--manifest", "mapped"] + options,
                in: shell.folder.url)
            #expect(codes.contains(run.status), "\(run.errors)")
            return try String(contentsOfFile: shell.folder.path("mapped"), encoding: .utf8)
                .split(separator: "\n").map(String.init)
        }
    }

    private func load(_ lines: [String], from folder: String = "out") throws -> ProgramRun {
        try shell.folder.write(lines.joined(separator: "\n") + "\n", to: "manifest")
        let files = lines.map { "\(folder)/\($0.prefix { $0 != " " }).flue-partial" }
        return try ProgramRun(
            ["load", "--db", "many.sqlite", "--manifest", "manifest", "--exclusions", "left"]
                + Set(files).sorted(), in: shell.folder.url)
    }

    private func dump(_ database: String) throws -> String {
        let run = try shell.flue(
            "verify", "--quiet", "--db", database, "--dump", "\(database).dump")
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        return try String(
            contentsOfFile: shell.folder.path("\(database).dump"), encoding: .utf8
        ).replacing("load", with: "ingest")
    }

    private func copyLedger() throws {
        for database in ["one.sqlite", "many.sqlite"] {
            try FileManager.default.copyItem(
                atPath: shell.folder.path("flue.sqlite"), toPath: shell.folder.path(database))
        }
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
        try copyLedger()
        let one = try shell.flue("ingest", "--db", "one.sqlite", "logs")
        #expect(one.status == 0, "\(one.errors)")

        let (tasks, errors) = try plan("logs", "--task-bytes", "1500")
        #expect(errors.contains("c.jsonl.gz: "))
        #expect(errors.contains("are one task, as gzip has no places to begin at"), "\(errors)")
        let inputs = tasks.flatMap(\.inputs)
        #expect(inputs.count { $0.contains("a.jsonl#bytes=") } > 9)
        #expect((2...6).contains(inputs.count { $0.contains("b.jsonl.zst#bytes=") }))
        let lines = try map(tasks).sorted { $0.drop { $0 != " " } < $1.drop { $0 != " " } }
        #expect(lines.count == inputs.count)
        let refused = try load(lines)
        #expect(refused.status == 65 && refused.errors.contains("a.jsonl: holds requests"))
        let left = try String(contentsOfFile: shell.folder.path("left"), encoding: .utf8)
        // The twelve are in a few parts, and no other is to be mapped again.
        let again = left.split(separator: "\n").count { $0.hasPrefix("input ") }
        #expect((1...6).contains(again), "\(left)")
        #expect(left.split(separator: "\n").allSatisfy { !$0.contains("b.jsonl") })
        let second = try shell.flue("map", "--excluding", "left", "--output", "out")
        #expect(second.status == 0 && second.output.hasPrefix("Mapped \(again) file"), "\(second)")
        let loaded = try load(lines)
        #expect(loaded.status == 0, "\(loaded.errors)")
        #expect(loaded.output.contains("Files: 3 added\n"), "\(loaded.output)")
        #expect(try dump("many.sqlite") == dump("one.sqlite"))
        #expect(try load(lines).output.contains("3 unchanged"))

        let missing = try load(lines.filter { !$0.contains("-0-") })
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
        let tasks = try plan("logs", "--task-bytes", "5000").tasks
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
        let (tasks, errors) = try plan("logs", "--task-bytes", "300")
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
        try copyLedger()
        for database in ["one.sqlite", "many.sqlite"] {
            #expect(try shell.flue("ingest", "--db", database, "logs").status == 0)
        }
        // By its bytes, as its time is too near to tell.
        try shell.folder.write(lines(70, "b"), to: "logs/b.jsonl")
        #expect(try shell.flue("ingest", "--db", "one.sqlite", "logs").status == 0)
        let (tasks, errors) = try plan("logs", "--db", "many.sqlite")
        #expect(errors.contains("Known to the ledger as they are: 1 log\n"), "\(errors)")
        #expect(tasks.flatMap(\.inputs).count == 1)
        #expect(tasks[0].inputs[0].contains("b.jsonl#digests="), "\(tasks)")
        let loaded = try load(map(tasks))
        #expect(loaded.status == 0, "\(loaded.errors)")
        #expect(loaded.output.contains("1 grown"), "\(loaded.output)")
        #expect(
            try databaseRows(
                of: shell.folder.path("many.sqlite"), "SELECT sum(requests) FROM monthly_totals")
                == ["110"])
        let again = try plan("logs", "--db", "many.sqlite")
        #expect(again.tasks.isEmpty && again.errors.contains("as they are: 2 logs\n"))
    }

    // MARK: Growth and rotation

    /// Lines without ids.
    private func lines(_ range: Range<Int>, _ tenant: String = "a") -> String {
        range.map {
            "{\"timestamp\":\"2026-03-01T10:00:\($0 % 50 + 10)Z\",\"tenant\":\"\(tenant)\",\"region\":\"eu-west-1\","
                + "\"model\":\"gpt-4o\",\"usage\":{\"prompt_tokens\":\($0)}}\n"
        }.joined()
    }

    private func night(_ logs: [String: String]) throws {
        try night(logs.mapValues { Array($0.utf8) })
    }

    private func night(_ logs: [String: [UInt8]]) throws {
        try? FileManager.default.removeItem(atPath: shell.folder.path("logs"))
        try FileManager.default.createDirectory(
            atPath: shell.folder.path("logs"), withIntermediateDirectories: true)
        for (name, text) in logs { try shell.folder.write(text, to: "logs/\(name)") }
    }

    /// Takes the logs of a night in, by one machine and by a plan, in any order of the manifest; the ledgers must be equal.
    private func expectEqualNight(_ logs: [String: String], _ outcome: String) throws {
        try expectEqualNight(logs.mapValues { Array($0.utf8) }, outcome)
    }

    private func expectEqualNight(
        _ logs: [String: [UInt8]], _ outcome: String, onRewrite policy: String = "refuse"
    ) throws {
        try night(logs)
        let one = try shell.flue("ingest", "--db", "one.sqlite", "logs", "--on-rewrite", policy)
        #expect(one.output.contains(outcome), "\(one.output)\(one.errors)")
        try FileManager.default.copyItem(
            atPath: shell.folder.path("many.sqlite"), toPath: shell.folder.path("before.sqlite"))
        let tasks = try plan(
            "logs", "--db", "many.sqlite", "--manifest", "known", "--on-rewrite", policy
        ).tasks
        let known = try String(contentsOfFile: shell.folder.path("known"), encoding: .utf8)
            .split(separator: "\n").map(String.init)
        let mapped = try tasks.isEmpty ? [] : map(tasks, allows: [0, 2, 65])
        let sorted = (known + mapped).sorted { $0.dropFirst(66) < $1.dropFirst(66) }
        for order in [known + mapped, sorted, sorted.reversed()] {
            for suffix in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(
                    atPath: shell.folder.path("many.sqlite\(suffix)"))
            }
            try FileManager.default.copyItem(
                atPath: shell.folder.path("before.sqlite"),
                toPath: shell.folder.path("many.sqlite"))
            try shell.folder.write(order.joined(separator: "\n") + "\n", to: "manifest")
            let files = mapped.filter { !$0.hasPrefix("#") }
                .map { "out/\($0.prefix { $0 != " " }).flue-partial" }
            let loaded = try ProgramRun(
                ["load", "--db", "many.sqlite", "--manifest", "manifest", "--on-rewrite", policy]
                    + Set(files).sorted(), in: shell.folder.url)
            #expect(loaded.status == one.status, "\(loaded.errors)")
            #expect(loaded.output.contains(outcome), "\(loaded.output)\(loaded.errors)")
            #expect(
                try databaseRows(of: shell.folder.path("many.sqlite"), Self.sums)
                    == databaseRows(of: shell.folder.path("one.sqlite"), Self.sums))
            let refusals = "SELECT name FROM refused_file ORDER BY name"
            #expect(
                try databaseRows(of: shell.folder.path("many.sqlite"), refusals)
                    == databaseRows(of: shell.folder.path("one.sqlite"), refusals))
        }
        try FileManager.default.removeItem(atPath: shell.folder.path("before.sqlite"))
    }

    private static let sums = """
        SELECT tenant, sum(requests), sum(input_tokens) FROM monthly_emissions GROUP BY tenant ORDER BY tenant
        """

    @Test("Logs that grew or were rotated are what ingest finds, in any order of the manifest")
    func rotation() throws {
        try copyLedger()
        // Two stages of one log in one night.
        try expectEqualNight(
            [
                "c.jsonl": lines(0..<40), "b.jsonl": lines(0..<70), "s": lines(0..<2, "x"),
                "t": lines(0..<3, "x"),
            ],
            "2 added, 2 grown")
        try expectEqualNight(["app.log": lines(0..<40, "r")], "1 added")
        // Copied, and not cut yet; then written anew.
        try expectEqualNight(
            ["app.log": lines(0..<40, "r"), "app.log.1": lines(0..<40, "r")], "1 unchanged")
        try expectEqualNight(
            ["app.log": lines(50..<83, "r"), "app.log.1": lines(0..<40, "r")],
            "1 added, 1 unchanged")
        // Grown and rotated.
        try expectEqualNight(
            ["app.log": lines(90..<99, "r"), "app.log.1": lines(50..<97, "r")], "1 added, 1 grown")
    }

    @Test(
        "Of two names of the same bytes, of which one may have grown, each order gives one ledger")
    func twins() throws {
        try copyLedger()
        try expectEqualNight(["app.log": lines(0..<20)], "1 added")
        try expectEqualNight(["app.log": lines(0..<30), "copy.log": lines(0..<30)], "1 grown")
    }

    private func zstd(_ texts: String...) throws -> [UInt8] {
        try texts.flatMap { try compressed(Array($0.utf8), .zstd) }
    }

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test("Compressed copies among growth are what ingest finds, in any order of the manifest")
    func copies() throws {
        try copyLedger()
        try expectEqualNight(["app.log": lines(0..<5)], "1 added")
        // An earlier stage, compressed at noon.
        try expectEqualNight(
            ["app-noon.log.zst": zstd(lines(0..<14)), "app.log": bytes(lines(0..<19))],
            "1 grown, 1 refused")
        try expectEqualNight(
            [
                "a.zst": zstd(lines(0..<40, "q")), "c.log": bytes(lines(0..<40, "q")),
                "d.log": bytes(lines(0..<60, "q")),
            ], "added")
        // The copy of what it was before moves nothing: written anew, it is refused.
        try expectEqualNight(
            ["m.log": bytes(lines(0..<15, "m")), "m.zst": zstd(lines(0..<15, "m"))], "1 added")
        try expectEqualNight(
            [
                "m.log": bytes(lines(0..<30, "m")), "m.zst": zstd(lines(0..<15, "m")),
                "t.zst": zstd(lines(0..<15, "m")),
            ], "1 grown")
        try expectEqualNight(["m.log": lines(70..<85, "m")], "1 refused")
    }

    @Test("Names that are replaced give way to all that comes, as in ingest")
    func replaced() throws {
        try copyLedger()
        try expectEqualNight(["a": lines(0..<20)], "1 added")
        try expectEqualNight(
            ["a": bytes(lines(30..<50)), "c.zst": zstd(lines(30..<50))], "1 replaced",
            onRewrite: "replace")
        try expectEqualNight(
            ["a": bytes(lines(60..<90)), "c": bytes(lines(60..<99))], "replaced",
            onRewrite: "replace")
    }

    @Test("What map cannot take is told as ingest tells it, and its name is seen")
    func unmapped() throws {
        try copyLedger()
        try expectEqualNight(["app.log": lines(0..<40)], "1 added")
        // As rotation leaves it; the next night its name is free.
        try expectEqualNight(["app.log": "", "app.log.1": lines(0..<40)], "1 empty")
        try expectEqualNight(["app.log": lines(50..<70)], "1 added")
        try expectEqualNight(["b.log": "no log\n", "c.log": lines(80..<90)], "1 added, 1 refused")
        try expectEqualNight(["b.log": "no log\n"], "1 refused")
        try expectEqualNight(["b.log": ""], "1 empty")
    }

    @Test("Two commits of a run do not take a name from a log whose copy they meet")
    func moves() throws {
        try night(["app.log": lines(0..<20), "app.log.bak": lines(0..<20)])
        #expect(try shell.flue("ingest", "logs").status == 0)
        try night(["app.log": lines(0..<40), "app.log.bak": lines(0..<20), "x": "no log\n"])
        #expect(try shell.flue("ingest", "logs").status == 2)
        try night(["app.log": lines(50..<70)])
        let run = try shell.flue("ingest", "logs")
        #expect(run.status == 65 && run.errors.contains("is known by this name"), "\(run.output)")
    }

    @Test("A log that is refused as a whole keeps no other from being counted")
    func refusedWhole() throws {
        try copyLedger()
        let bad = (0..<600).map { $0 % 3 == 0 ? String(lines($0..<$0 + 1)) : "{\"x\n" }.joined()
        try night(["bad.jsonl": bad, "good.jsonl": lines(0..<300)])
        let (tasks, _) = try plan("logs", "--task-bytes", "9000")
        #expect(tasks.flatMap(\.inputs).count > 6)
        let loaded = try load(map(tasks))
        #expect(loaded.status == 2, "\(loaded.errors)")
        #expect(loaded.output.contains("Files: 1 added, 1 refused"), "\(loaded.output)")
        #expect(loaded.errors.contains("bad.jsonl: 400 of 600 lines were rejected"))
        #expect(
            try databaseRows(of: shell.folder.path("many.sqlite"), "SELECT name FROM refused_file")
                .count == 1)
    }

    @Test("A part whose last line, or whose file's beginning, changed since the plan is refused")
    func changedBetween() throws {
        let text =
            "timestamp,region,model,input_tokens,output_tokens,a,b\n"
            + (0..<90).map {
                "2026-03-01T10:00:\($0 % 50 + 10)Z,eu-west-1,gpt-4o,\($0 + 100),7,1,2\n"
            }
            .joined()
        for (name, change) in [
            // The line that crosses the first cut, behind it; and two columns of the header.
            (
                "tail",
                { (text: String, cut: Int) in
                    let bytes = Array(text.utf8)
                    let end = bytes[cut...].firstIndex(of: 10)!
                    var changed = bytes
                    changed[end - 5] = UInt8(ascii: "9")
                    return changed
                }
            ),
            (
                "header",
                { text, _ in
                    Array(
                        text.replacing(
                            "input_tokens,output_tokens", with: "output_tokens,input_tokens"
                        ).utf8)
                }
            ),
        ] as [(String, (String, Int) -> [UInt8])] {
            try night(["log.csv": text])
            let tasks = try plan("logs", "--task-bytes", "1700", "--dialect", "csv").tasks
            let inputs = tasks.flatMap(\.inputs).sorted { ends(of: $0)[0] < ends(of: $1)[0] }
            let cut = ends(of: inputs[0])[1]
            let place = name == "tail" ? 0 : 1
            try shell.folder.write(change(text, cut), to: "logs/log.csv")
            let first = try map(
                [Task(bytes: 0, inputs: [inputs[place]])], "--dialect", "csv", to: name)
            try shell.folder.write(text, to: "logs/log.csv")
            let others = inputs.enumerated().filter { $0.offset != place }.map(\.element)
            let rest = try map([Task(bytes: 0, inputs: others)], "--dialect", "csv", to: name)
            try shell.folder.write((first + rest).joined(separator: "\n") + "\n", to: "manifest")
            let files = (first + rest).map { "\(name)/\($0.prefix { $0 != " " }).flue-partial" }
            let loaded = try ProgramRun(
                ["load", "--manifest", "manifest", "--dialect", "csv"] + files, in: shell.folder.url
            )
            #expect(loaded.status == 65, "\(name) \(loaded.output)")
            #expect(
                loaded.errors.contains("the file changed meanwhile"), "\(name) \(loaded.errors)")
        }
    }

    /// Where a part begins and ends.
    private func ends(of input: String) -> [Int] {
        let detail = input[(input.lastIndex(of: "=") ?? input.startIndex)...].dropFirst()
        return detail.prefix { $0 != "/" }.split(separator: "-").compactMap { Int($0) }
    }

    @Test("A file that is called as a plan would call another is itself")
    func namesake() throws {
        try night(["x": lines(0..<2)])
        try FileManager.default.createDirectory(
            atPath: shell.folder.path("logs/x#digests="), withIntermediateDirectories: true)
        try shell.folder.write(lines(0..<30, "b"), to: "logs/x#digests=/20260301")
        let run = try shell.flue("map", "logs/x#digests=/20260301", "--output", "out")
        #expect(run.output.contains("30 requests"), "\(run.output)\(run.errors)")
    }

    @Test("A task of a plan is a list, as it is")
    func task() throws {
        try night(["a b.jsonl": lines(0..<4), "c.jsonl": lines(5..<7)])
        let plan = try shell.flue("plan", "logs")
        let run = try shell.flue(
            "map", "--list", "-", "--output", "out", input: Array(plan.output.utf8))
        #expect(run.output.contains("Mapped 2 files, 6 requests"), "\(run.output)\(run.errors)")
    }
}
