package import Ledger

/// How a month's report is written.
package enum ReportFormat: String, CaseIterable, Sendable {
    case table, json, csv

    package func text(of report: MonthReport) throws -> String {
        switch self {
        case .table: ReportTable(report).text
        case .json: try JSONOutput.text(report)
        case .csv: ReportCSV(report).text
        }
    }
}
