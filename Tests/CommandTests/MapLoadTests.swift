import Foundation
import Pipeline
import TestSupport
import Testing

@Suite("map, merge and load")
struct MapLoadTests {
    private let shell: Shell

    init() throws {
        shell = try Shell.withGrid()
    }

    private func digest(_ log: String) throws -> String {
        let file = try #require(InputPaths.expand([shell.folder.path(log)]).first)
        return try FileReader.identity(of: file).sha256.hexadecimal
    }

    /// Of logs in the working folder, as `sha256sum` writes it.
    private func manifest(_ names: [String], to path: String = "manifest") throws {
        let lines = try names.map { name in
            "\(try digest(name))  \(name)\n"
        }
        try shell.folder.write(lines.joined(), to: path)
    }

    private func partial(of log: String, in folder: String = "out") throws -> String {
        "\(folder)/\(try digest(log)).flue-partial"
    }

    @Test("Mapped and loaded, logs make the ledger that ingest makes, to the last byte of its dump")
    func equalsIngest() throws {
        try shell.folder.write(shell.log(40) + "{\"broken\n", to: "a.jsonl")
        try shell.folder.write(shell.log(30, model: "gpt-4o-mini") + shell.log(9), to: "b.jsonl")
        try shell.folder.write(shell.log(20, region: "us-east-1", series: "s"), to: "c.jsonl")
        // b holds nine requests of a; c holds one of its own twice.
        let third = try String(contentsOfFile: shell.folder.path("c.jsonl"), encoding: .utf8)
        try shell.folder.write(third + third.prefix { $0 != "\n" } + "\n", to: "c.jsonl")
        let names = ["a.jsonl", "b.jsonl", "c.jsonl"]
        for database in ["one.sqlite", "many.sqlite"] {
            try FileManager.default.copyItem(
                atPath: shell.folder.path("flue.sqlite"), toPath: shell.folder.path(database))
        }
        #expect(
            try shell.flue("ingest", "--db", "one.sqlite", "a.jsonl", "b.jsonl", "c.jsonl").status
                == 0)
        try manifest(names)
        for name in names {
            let run = try shell.flue("map", name, "--output", "out")
            #expect(run.status == 0, "\(run.errors)")
        }
        let before = try shell.dump("many.sqlite")
        let files = try names.map { try partial(of: $0) }
        let refused = try shell.flue(
            "load", "--db", "many.sqlite", "--manifest", "manifest", "--exclusions", "left",
            files[2], files[0],
            files[1])
        #expect(refused.status == 65)
        #expect(
            refused.errors.contains("a.jsonl: holds requests that are counted in another input"))
        #expect(!refused.errors.contains("b.jsonl:") && !refused.errors.contains("c.jsonl:"))
        #expect(try shell.dump("many.sqlite") == before)

        #expect(
            try shell.flue("map", "a.jsonl", "--excluding", "left", "--output", "out").status == 0)
        let merged = try shell.flue(
            "merge", files[1], files[0], files[2], files[0], "--output", "all.flue-partial")
        #expect(merged.output == "Merged 4 files to all.flue-partial: the partials of 3 inputs\n")
        let loaded = try shell.flue(
            "load", "--db", "many.sqlite", "--manifest", "manifest", "all.flue-partial")
        #expect(loaded.status == 0, "\(loaded.errors)")
        #expect(loaded.output.contains("Files: 3 added\n"), "\(loaded.output)")
        #expect(
            loaded.output.contains("= 90 counted + 1 rejected + 10 duplicate"), "\(loaded.output)")
        #expect(try shell.dump("many.sqlite") == shell.dump("one.sqlite"))

        let again = try shell.flue(
            "load", "--db", "many.sqlite", "--manifest", "manifest", "all.flue-partial")
        #expect(again.status == 0 && again.output.contains("3 unchanged"), "\(again.output)")
    }

    @Test("Two attempts are identical, on any number of threads, to a folder or to standard output")
    func attempts() throws {
        try shell.folder.write(shell.log(50), to: "a.jsonl")
        try shell.folder.write(shell.log(50, series: "s"), to: "b.jsonl")
        try shell.folder.write("b.jsonl\na.jsonl\n", to: "list")
        #expect(
            try shell.flue("map", "a.jsonl", "b.jsonl", "--output", "one", "--jobs", "1").status
                == 0)
        let second = try shell.flue(
            "map", "--list", "list", "--output", "two", "--jobs", "2", "--manifest", "mapped")
        #expect(second.status == 0)
        let mapped = try String(contentsOfFile: shell.folder.path("mapped"), encoding: .utf8)
        let lines = try ["b.jsonl", "a.jsonl"].map { name in
            let file = try #require(InputPaths.expand([shell.folder.path(name)]).first)
            return "\(try digest(name))  \(file.name)\n"
        }
        #expect(mapped == lines.joined())
        for name in ["a.jsonl", "b.jsonl"] {
            let first = try readBytes(shell.folder.path(partial(of: name, in: "one")))
            #expect(try readBytes(shell.folder.path(partial(of: name, in: "two"))) == first)
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c",
            "'\(ProgramRun.binary.path)' map --list list --output - > stream && "
                + "'\(ProgramRun.binary.path)' merge -q one/* --output merged && cmp stream merged",
        ]
        process.currentDirectoryURL = shell.folder.url
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    @Test("A log that could not be mapped is told of by the load, which then ends with 2")
    func unmapped() throws {
        try shell.folder.write(shell.log(5), to: "a.jsonl")
        try shell.folder.write("no log at all\n", to: "b.jsonl")
        let mapped = try shell.flue(
            "map", "a.jsonl", "b.jsonl", "--output", "out", "--manifest", "manifest")
        #expect(mapped.status == 2, "\(mapped.errors)")
        // As an editor of another system saves it.
        let text = try String(contentsOfFile: shell.folder.path("manifest"), encoding: .utf8)
        try shell.folder.write(text.replacing("\n", with: "\r\n"), to: "manifest")
        let loaded = try shell.flue("load", "--manifest", "manifest", try partial(of: "a.jsonl"))
        #expect(
            loaded.status == 2 && loaded.output.contains("1 added, 1 refused"), "\(loaded.output)")
        #expect(loaded.errors.contains("b.jsonl: ") && loaded.errors.contains("it was not mapped"))
        #expect(
            try shell.rows("SELECT name LIKE '%/a.jsonl' FROM source_file") == ["1"])
    }

    @Test("A log without ids that begins like another is refused, as it may be that one, grown")
    func grown() throws {
        let lines = (0..<40).map {
            "{\"timestamp\":\"2026-03-01T10:00:\($0 + 10)Z\",\"region\":\"eu-west-1\",\"model\":\"gpt-4o\",\"usage\":{\"prompt_tokens\":1}}\n"
        }
        try shell.folder.write(lines[..<20].joined(), to: "app.log")
        try shell.folder.write(lines.joined(), to: "app.log.1")
        try shell.folder.write(lines[..<20].joined(), to: "copy.log")
        #expect(
            try shell.flue("map", "app.log", "app.log.1", "copy.log", "--output", "out").status == 0
        )
        let (short, long) = (try partial(of: "app.log"), try partial(of: "app.log.1"))
        try manifest(["app.log", "copy.log"])
        let first = try shell.flue("load", "--manifest", "manifest", short)
        #expect(first.status == 0, "\(first.errors)")
        for names in [["app.log.1"], ["app.log", "app.log.1"]] {
            try manifest(names)
            let files = names.count == 1 ? [long] : [short, long]
            let run = try ProgramRun(
                ["load", "--manifest", "manifest"] + files, in: shell.folder.url)
            #expect(run.status == 65 && run.errors.contains("begins like"), "\(run.errors)")
        }
        #expect(try shell.rows("SELECT sum(requests) FROM monthly_totals") == ["20"])
        try manifest(["app.log.1"])
        let added = try shell.flue(
            "load", "--manifest", "manifest", "--on-rewrite", "add", long)
        #expect(added.status == 0, "\(added.errors)")
    }

    @Test("A plan packs small logs together, and leaves a large one by itself")
    func plan() throws {
        try FileManager.default.createDirectory(
            atPath: shell.folder.path("logs"), withIntermediateDirectories: true)
        for (name, bytes) in [("a", 30), ("b", 500), ("c", 60), ("d", 45), ("e", 20)] {
            try shell.folder.write(
                String(repeating: name, count: bytes), to: "logs/\(name).jsonl")
        }
        let run = try shell.flue("plan", "logs", "--task-bytes", "100")
        let tasks = run.output.split(separator: "\n").map { line in
            line.replacing(shell.folder.path("logs") + "/", with: "").replacing(".jsonl", with: "")
        }
        // The largest first, each where it fits first: b; c and a; d and e.
        #expect(
            tasks == [
                "{\"bytes\":500,\"inputs\":[\"b\"]}",
                "{\"bytes\":90,\"inputs\":[\"c\",\"a\"]}",
                "{\"bytes\":65,\"inputs\":[\"d\",\"e\"]}",
            ])
        #expect(try shell.flue("plan", "logs", "--task-bytes", "0").status == 64)
    }

    @Test(
        "A partial that is missing, foreign, surplus or damaged is refused by name, and nothing changes"
    )
    func refusals() throws {
        try shell.folder.write(shell.log(5), to: "a.jsonl")
        try shell.folder.write(shell.log(5, series: "s"), to: "b.jsonl")
        #expect(try shell.flue("map", "a.jsonl", "b.jsonl", "--output", "out").status == 0)
        try manifest(["a.jsonl", "b.jsonl"])
        try manifest(["a.jsonl"], to: "short")
        let (a, b) = (try partial(of: "a.jsonl"), try partial(of: "b.jsonl"))
        let before = try shell.dump("flue.sqlite")
        func expect(_ arguments: [String], _ status: Int32, _ words: String) throws {
            let run = try ProgramRun(["load"] + arguments, in: shell.folder.url)
            #expect(
                run.status == status && run.errors.contains(words), "\(run.status) \(run.errors)")
            #expect(try shell.dump("flue.sqlite") == before)
        }
        try expect(["--manifest", "manifest", a], 65, "b.jsonl: has no partial")
        try expect(["--manifest", "short", a, b], 65, "which the manifest does not name")
        try expect(
            ["--manifest", "short", "--region", "eastus", a], 65,
            "was mapped with another configuration")
        try expect(["--manifest", "short", "gone"], 66, "gone: cannot be opened")
        try expect(["--manifest", "gone", a], 66, "gone: cannot be read")
        try expect(["--manifest", "a.jsonl", a], 66, "a.jsonl:1: holds no SHA-256")
        try expect(["--manifest", "short", "a.jsonl"], 65, "a.jsonl: is no partial")
        var bytes = try readBytes(shell.folder.path(a))
        bytes[bytes.count / 2] ^= 1
        try shell.folder.write(bytes, to: "damaged")
        try expect(["--manifest", "short", "damaged"], 65, "damaged: is damaged")
        try shell.folder.write(Array(bytes.dropLast(9)), to: "cut")
        try expect(["--manifest", "short", "cut"], 65, "cut: ends too early")
    }
}
