package import Ledger

/// The rows of a report for spreadsheets; without a breakdown, its one line of totals.
package struct ReportCSV {
    private let month: String
    private let keys: [ReportKey]

    package init(month: String, by keys: [ReportKey]) {
        self.month = month
        self.keys = keys
    }

    init(_ report: MonthReport) { self.init(month: report.month, by: report.by) }

    func text(of report: MonthReport) -> String {
        let rows =
            keys.isEmpty
            ? line([], report.totals)
            : report.rows.map { row in
                line(keys.map { row.keys[$0.rawValue] ?? "" }, row.sums)
            }.joined()
        return header + rows
    }

    package var header: String {
        (["month"] + keys.map(\.rawValue) + ReportSums.figureNames).joined(separator: ",") + "\r\n"
    }

    /// What is not known is empty; a column that a spreadsheet will add up holds whole sums only.
    package func line(_ names: [String], _ sums: ReportSums) -> String {
        let cells = [month] + names.map(PlainText.csvCell) + sums.figures.map { $0 ?? "" }
        return cells.joined(separator: ",") + "\r\n"
    }
}
