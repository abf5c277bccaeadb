import Ledger

/// The rows of a report for spreadsheets; without a breakdown, its one line of totals.
struct ReportCSV {
    private let report: MonthReport

    init(_ report: MonthReport) { self.report = report }

    var text: String {
        let keys = report.by.map(\.rawValue)
        let rows =
            keys.isEmpty
            ? [[report.month] + numbers(report.totals)]
            : report.rows.map { row in
                [report.month] + keys.map { PlainText.csvCell(row.keys[$0] ?? "") }
                    + numbers(row.sums)
            }
        let header = ["month"] + keys + report.totals.figures.map(\.name)
        return ([header] + rows).map { $0.joined(separator: ",") + "\r\n" }.joined()
    }

    /// What is not known is empty; a column that a spreadsheet will add up holds whole sums only.
    private func numbers(_ sums: ReportSums) -> [String] { sums.figures.map { $0.value ?? "" } }
}
