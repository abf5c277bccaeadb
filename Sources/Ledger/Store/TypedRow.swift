import Foundation
import GRDB

/// Values of a row in the types that the program asks for.
///
/// A database that was changed by hand may hold any value in any column. These subscripts throw where the ones of GRDB, which
/// they hide in this module, end the program.
extension Row {
    subscript<Value: DatabaseValueConvertible>(index: Int) -> Value {
        get throws { try decode(Value.self, atIndex: index) }
    }

    subscript<Value: DatabaseValueConvertible & StatementColumnConvertible>(
        index: Int
    ) -> Value {
        get throws { try decode(Value.self, atIndex: index) }
    }

    subscript<Value: DatabaseValueConvertible>(column: String) -> Value {
        get throws { try decode(Value.self, forColumn: column) }
    }

    subscript<Value: DatabaseValueConvertible & StatementColumnConvertible>(
        column: String
    ) -> Value {
        get throws { try decode(Value.self, forColumn: column) }
    }
}

extension RowDecodingError {
    /// The value and its column, without the row and the query around them.
    var summary: String {
        description.range(of: ", column index:").map { String(description[..<$0.lowerBound]) }
            ?? description
    }
}
