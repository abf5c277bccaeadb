package import GRDB

/// Rows of a query on a database file, each as one line of text.
package func databaseRows(of path: String, _ sql: String) throws -> [String] {
    let database = try DatabaseQueue(path: path)
    return try database.read { db in
        try Row.fetchAll(db, sql: sql).map { row in
            row.map { $0.1.isNull ? "-" : "\($0.1.storage.value ?? "-")" }.joined(separator: "|")
        }
    }
}

/// A database whose references are not checked, as a dump gives its tables in any order.
package func unchecked(_ path: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    return try DatabaseQueue(path: path, configuration: configuration)
}
