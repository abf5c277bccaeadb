import Accounting
import GRDB

/// What a stored number can be.
///
/// No run writes others; a hand or a failing disk may. Numbers are held against these bounds where they are read, so that no
/// arithmetic behind that meets one that it was not made for: such a number ends a command with an error that names it.
enum StoredNumber {
    /// Of any number: two of them add up within 64 bits.
    static let limit: Int64 = 1 << 62
    /// Of all counters of an hour's cells together: those of any month add up within 64 bits.
    static let hourLimit: Int64 = 1 << 53
    /// From 1970 to 9999.
    static let hours: ClosedRange<Int64> =
        0...Int64(UTCHour(year: 10_000, month: 1, day: 1, hour: 0).value - 1)
    /// Of the grid, in mg per kWh, as facts are checked.
    static let intensities: ClosedRange<Int64> = 0...10_000_000
    static let energies: ClosedRange<Int64> = 0...(1 << 56)
    static let requests: ClosedRange<Int64> = 0...(1 << 50)
}

extension Row {
    /// A number within bounds.
    func number(_ column: Int, in bounds: ClosedRange<Int64>) throws -> Int64 {
        guard let value = Int64.fromDatabaseValue(try self[column]), bounds.contains(value) else {
            let name = Array(columnNames)[column]
            throw LedgerError.impossible("\(name) \(try self[column] as DatabaseValue)")
        }
        return value
    }
}
