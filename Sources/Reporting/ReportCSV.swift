package import Ledger

/// The rows of a report for spreadsheets; without a breakdown, its one line of totals.
package struct ReportCSV {
    private let month: String
    private let keys: [ReportKey]
    /// Of the month: open, closed or pending.
    private let status: String

    package init(month: String, by keys: [ReportKey], status: String) {
        self.month = month
        self.keys = keys
        self.status = status
    }

    init(_ report: MonthReport) {
        self.init(month: report.month, by: report.by, status: report.status)
    }

    func text(of report: MonthReport) -> String {
        let rows =
            keys.isEmpty
            ? [BreakdownRow(names: [], sums: report.totals)]
            : report.rows.map { row in
                BreakdownRow(names: keys.map { row.keys[$0.rawValue] ?? "" }, sums: row.sums)
            }
        return header + String(decoding: text(of: rows), as: UTF8.self)
    }

    package var header: String {
        (["month"] + keys.map(\.rawValue) + ReportSums.figureNames + ["status"]).joined(
            separator: ",") + "\r\n"
    }

    /// What is not known is empty; a column that a spreadsheet will add up holds whole sums only.
    package func text(of rows: [BreakdownRow]) -> [UInt8] {
        var cells = CellWriter(.csv, capacity: 512 * rows.count)
        for row in rows {
            cells.beginRow()
            cells.text("month", month)
            for name in row.names { cells.text("", name) }
            for figure in row.sums.figures { cells.figure(figure) }
            cells.text("status", status)
            cells.endRow(isCRLF: true)
        }
        return cells.bytes
    }
}

extension CellWriter {
    fileprivate mutating func figure(_ figure: ReportSums.Figure) {
        switch figure {
        case .unknown: integer("", nil)
        case .count(let count): integer("", count)
        case .billionths(let amount): billionths("", amount)
        case .quotient(let quotient): real("", quotient)
        }
    }
}
