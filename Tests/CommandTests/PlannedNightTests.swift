import Foundation
import Pipeline
import TestSupport
import Testing

@Suite("Nights that are planned, mapped and loaded")
struct PlannedNightTests {
    private let shell: Shell

    init() throws {
        shell = try Shell.withGrid()
        try FileManager.default.createDirectory(
            atPath: shell.folder.path("logs"), withIntermediateDirectories: true)
    }

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
        let tasks = try shell.plan(
            "logs", "--db", "many.sqlite", "--manifest", "known", "--on-rewrite", policy
        ).tasks
        let known = try String(contentsOfFile: shell.folder.path("known"), encoding: .utf8)
            .split(separator: "\n").map(String.init)
        let mapped = try tasks.isEmpty ? [] : shell.map(tasks, allows: [0, 2, 65])
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
        try shell.copyLedger()
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
        try shell.copyLedger()
        try expectEqualNight(["app.log": lines(0..<20)], "1 added")
        try expectEqualNight(["app.log": lines(0..<30), "copy.log": lines(0..<30)], "1 grown")
    }

    private func zstd(_ texts: String...) throws -> [UInt8] {
        try texts.flatMap { try compressed(Array($0.utf8), .zstd) }
    }

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test("Compressed copies among growth are what ingest finds, in any order of the manifest")
    func copies() throws {
        try shell.copyLedger()
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
        try shell.copyLedger()
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
        try shell.copyLedger()
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
        try shell.copyLedger()
        let bad = (0..<600).map { $0 % 3 == 0 ? String(lines($0..<$0 + 1)) : "{\"x\n" }.joined()
        try night(["bad.jsonl": bad, "good.jsonl": lines(0..<300)])
        let (tasks, _) = try shell.plan("logs", "--task-bytes", "9000")
        #expect(tasks.flatMap(\.inputs).count > 6)
        let loaded = try shell.load(shell.map(tasks))
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
            let tasks = try shell.plan("logs", "--task-bytes", "1700", "--dialect", "csv").tasks
            let inputs = tasks.flatMap(\.inputs).sorted { ends(of: $0)[0] < ends(of: $1)[0] }
            let cut = ends(of: inputs[0])[1]
            let place = name == "tail" ? 0 : 1
            try shell.folder.write(change(text, cut), to: "logs/log.csv")
            let first = try shell.map(
                [Shell.Task(bytes: 0, inputs: [inputs[place]])], "--dialect", "csv", to: name)
            try shell.folder.write(text, to: "logs/log.csv")
            let others = inputs.enumerated().filter { $0.offset != place }.map(\.element)
            let rest = try shell.map(
                [Shell.Task(bytes: 0, inputs: others)], "--dialect", "csv", to: name)
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
