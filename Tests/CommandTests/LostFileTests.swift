import Foundation
import TestSupport
import Testing

@Suite("Nothing is lost in silence")
struct LostFileTests {
    @Test("A file of which nothing was counted is named with the reason, and the run ends with 2")
    func nothingCounted() throws {
        let shell = try Shell()
        try shell.importGrid()
        try shell.folder.write(shell.log(3), to: "good.jsonl")
        let agent =
            "{\"sessionId\":\"s\",\"type\":\"user\",\"uuid\":\"u\",\"timestamp\":\"2026-03-01T10:00:00Z\","
            + "\"message\":{\"role\":\"user\",\"content\":\"SECRET\"}}\n"
        try shell.folder.write(agent + agent, to: "agent.jsonl")
        let run = try shell.flue("ingest", "good.jsonl", "agent.jsonl")
        #expect(run.status == 2, "\(run.output)\(run.errors)")
        #expect(run.errors.contains("flue: agent.jsonl: nothing was counted"), "\(run.errors)")
        #expect(run.output.contains("1 with nothing counted of them"), "\(run.output)")
        #expect(!(run.output + run.errors).contains("SECRET"))
        // It says so again where the number stands, and inspect says it first.
        let report = try shell.flue("report")
        #expect(report.output.contains("nothing was counted of 1 file"), "\(report.output)")
        let inspection = try shell.flue("inspect", "agent.jsonl")
        let lines = inspection.output.split(separator: "\n")
        #expect(
            lines.count > 1 && lines[1].hasPrefix("! nothing was counted"), "\(inspection.output)")
    }

    @Test("Refused files stand in source_files with the path as it was given and their reason")
    func refused() throws {
        let shell = try Shell()
        try shell.importGrid()
        try FileManager.default.createDirectory(
            at: shell.folder.url.appendingPathComponent("night"), withIntermediateDirectories: true)
        try shell.folder.write(shell.log(2), to: "night/good.jsonl")
        try shell.folder.write("BZh91AY&SY and more", to: "night/log.bz2")
        let run = try shell.flue("ingest", "night")
        #expect(run.status == 2)
        #expect(run.errors.contains("flue: night/log.bz2: is a bzip2 file"), "\(run.errors)")
        let query = "SELECT state, problem FROM source_files WHERE name LIKE '%.bz2'"
        let rows = try shell.rows(query)
        #expect(rows.count == 1 && rows[0].hasPrefix("refused|is a bzip2 file"), "\(rows)")
        // When it is mended under its name, the refusal is over.
        try shell.folder.write(shell.log(4, series: "b"), to: "night/log.bz2")
        #expect(try shell.flue("ingest", "night").status == 0)
        #expect(try shell.rows(query).map { $0.hasPrefix("live") } == [true])
    }

    @Test("What a rewritten file takes away or adds is said, with its path, before it is done")
    func announced() throws {
        let shell = try Shell()
        try shell.importGrid()
        try shell.folder.write(shell.log(20), to: "a.jsonl")
        try shell.flue("ingest", "a.jsonl")
        try shell.folder.write(shell.log(7, series: "n"), to: "a.jsonl")
        let refused = try shell.flue("ingest", "a.jsonl")
        #expect(
            refused.status == 65 && refused.errors.contains("flue: a.jsonl: is known by this name"))
        let replaced = try shell.flue("ingest", "--on-rewrite", "replace", "a.jsonl")
        #expect(
            replaced.errors.contains("flue: a.jsonl: takes away 20 requests")
                && replaced.errors.contains("puts 7 in their place"), "\(replaced.errors)")
        try shell.folder.write(shell.log(2, series: "m"), to: "a.jsonl")
        let added = try shell.flue("ingest", "--on-rewrite", "add", "a.jsonl")
        #expect(added.errors.contains("adds 2 requests to the 7"), "\(added.errors)")
        let sum = try shell.rows("SELECT sum(requests) FROM hourly_emissions")
        #expect(sum == ["9"])
    }

    @Test("An empty log beside others is none that was lost")
    func empty() throws {
        let shell = try Shell()
        try shell.importGrid()
        try shell.folder.write(shell.log(2), to: "access.log.1")
        try shell.folder.write("", to: "access.log")
        let run = try shell.flue("ingest", "access.log", "access.log.1")
        #expect(run.status == 0 && run.output.contains("1 added, 1 empty"), "\(run.output)")
        #expect(run.errors.contains("flue: access.log: is empty"))
        #expect(try shell.flue("ingest", "access.log").status == 2)
    }
}
