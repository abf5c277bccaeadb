import Accounting
import TestSupport

/// Requests in Ireland on 1 March 2026, with a grid value at two and at twelve.
enum OneDay {
    static let grid =
        "time,zone,direct_g_per_kwh\n2026-03-01T02:00:00Z,IE,100\n2026-03-01T12:00:00Z,IE,300\n"

    static func line(
        _ hour: Int, model: String = "gpt-4o", input: Int = 0, output: Int = 1_000,
        milliseconds: Int = 0
    ) -> String {
        let clock = (hour < 10 ? "0" : "") + "\(hour)"
        return "{\"timestamp\":\"2026-03-01T\(clock):00:00Z\",\"region\":\"eu-west-1\","
            + "\"model\":\"\(model)\",\"latency_ms\":\(milliseconds),\"usage\":"
            + "{\"prompt_tokens\":\(input),\"completion_tokens\":\(output)}}\n"
    }

    static func ledger(
        _ energyModel: String, _ choose: @escaping @Sendable (inout Method) -> Void = { _ in }
    ) throws -> LedgerFolder {
        var ledger = try LedgerFolder()
        ledger.energyModel = energyModel
        ledger.choose = choose
        try ledger.importGrid(ledger.folder.write(grid, to: "grid.csv"))
        return ledger
    }
}
