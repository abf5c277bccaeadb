import Foundation
import Pipeline
import TestSupport
import Testing

/// Runs `flue` in a folder of its own.
struct Shell {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @discardableResult
    func flue(_ arguments: String..., input: [UInt8]? = nil) throws -> ProgramRun {
        try ProgramRun(arguments, in: folder.url, input: input)
    }

    /// Rows of a query on the ledger, each as one line of text.
    func rows(_ sql: String) throws -> [String] {
        try databaseRows(of: folder.path("flue.sqlite"), sql)
    }

    /// A grid of IE for two hours, imported.
    func importGrid() throws {
        try folder.write(
            "time,zone,direct_g_per_kwh\n2026-03-01T10:00:00Z,IE,100\n2026-03-01T11:00:00Z,IE,300\n",
            to: "grid.csv")
        let run = try flue("grid", "import", "grid.csv")
        #expect(run.status == 0, "\(run.errors)")
    }

    /// Lines of a gateway log in hour 10. Those of another series, region or model are other requests.
    func log(
        _ count: Int, region: String = "eu-west-1", model: String = "gpt-4o", series: String = "r"
    ) -> String {
        (0..<count).map {
            "{\"timestamp\":\"2026-03-01T10:00:\($0 % 50 + 10)Z\",\"request_id\":\"\(region)-\(model)-\(series)\($0)\",\"region\":"
                + "\"\(region)\",\"model\":\"\(model)\",\"status\":200,\"usage\":"
                + "{\"prompt_tokens\":10,\"completion_tokens\":5}}\n"
        }.joined()
    }
}
