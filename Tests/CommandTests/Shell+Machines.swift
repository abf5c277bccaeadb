import Foundation
import TestSupport
import Testing

/// Logs that are planned, mapped and loaded, in the folder of a shell.
extension Shell {
    /// One with a grid, in which no model need be known.
    static func withGrid() throws -> Shell {
        let shell = try Shell()
        try shell.importGrid()
        try shell.folder.write("limits: { max_unmatched_percent: 100 }\n", to: "flue.yaml")
        return shell
    }

    struct Task: Decodable {
        let bytes: Int64
        let inputs: [String]
    }

    func plan(_ arguments: String...) throws -> (tasks: [Task], errors: String) {
        let run = try ProgramRun(["plan"] + arguments, in: self.folder.url)
        #expect(run.status == 0, "\(run.errors)")
        let tasks = try run.output.split(separator: "\n").map {
            try JSONDecoder().decode(Task.self, from: Data($0.utf8))
        }
        #expect(tasks.map(\.bytes) == tasks.map(\.bytes).sorted(by: >))
        return (tasks, run.errors)
    }

    /// Maps tasks, each by itself; returns the lines of their manifests.
    func map(
        _ tasks: [Task], _ options: String..., to folder: String = "out",
        allows codes: [Int32] = [0]
    ) throws -> [String] {
        try tasks.flatMap { task in
            try self.folder.write(task.inputs.joined(separator: "\n") + "\n", to: "list")
            let run = try ProgramRun(
                ["map", "--list", "list", "--output", folder, "--manifest", "mapped"] + options,
                in: self.folder.url)
            #expect(codes.contains(run.status), "\(run.errors)")
            return try String(contentsOfFile: self.folder.path("mapped"), encoding: .utf8)
                .split(separator: "\n").map(String.init)
        }
    }

    func load(_ lines: [String], from folder: String = "out") throws -> ProgramRun {
        try self.folder.write(lines.joined(separator: "\n") + "\n", to: "manifest")
        let files = lines.map { "\(folder)/\($0.prefix { $0 != " " }).flue-partial" }
        return try ProgramRun(
            ["load", "--db", "many.sqlite", "--manifest", "manifest", "--exclusions", "left"]
                + Set(files).sorted(), in: self.folder.url)
    }

    /// The canonical dump of a ledger, but for which command ran.
    func dump(_ database: String) throws -> String {
        let run = try flue(
            "verify", "--quiet", "--db", database, "--dump", "\(database).dump")
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        return try String(
            contentsOfFile: self.folder.path("\(database).dump"), encoding: .utf8
        ).replacing("load", with: "ingest")
    }

    /// For one machine, and for many.
    func copyLedger() throws {
        for database in ["one.sqlite", "many.sqlite"] {
            try FileManager.default.copyItem(
                atPath: self.folder.path("flue.sqlite"), toPath: self.folder.path(database))
        }
    }
}
