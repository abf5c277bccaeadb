/// Why the ledger could not do what was asked. The transaction that failed changed nothing.
package enum LedgerError: Error, Equatable, CustomStringConvertible {
    case missing(path: String)
    case busy(path: String)
    case foreign(path: String)
    case newer(path: String)
    case older(path: String)
    case predates(path: String)
    case damaged(path: String, reason: String)
    /// A table or view is another one than the program makes.
    case changed(path: String, table: String)
    case cannotCreate(path: String, reason: String)
    case notPublished(path: String)
    case io(path: String, reason: String)
    case full(path: String)
    case invariant(String)
    /// A value is stored that no run writes.
    case impossible(String)
    /// What was asked for is no table, or has no such rows.
    case notExportable(String)
    /// A month cannot be stated as was asked.
    case notStated(String)
    /// A histogram whose bins cannot be added to others.
    case histogram(file: String, reason: String)

    package var description: String {
        switch self {
        case .missing(let path):
            "\(path): no such database; run flue ingest first, or name one with --db"
        case .busy(let path):
            "\(path): another run or reader holds the database; nothing was changed; try later"
        case .foreign(let path):
            "\(path): is a database, but not one of flue's; name another with --db"
        case .newer(let path):
            "\(path): was written by a newer flue; nothing was changed; use that version"
        case .older(let path):
            "\(path): was written by an older flue; the next flue ingest or flue grid import brings it "
                + "up to date"
        case .predates(let path):
            "\(path): was written by a flue that kept its facts otherwise, which this one cannot read; nothing was "
                + "changed; ingest its logs and grid files into a new one (--db)"
        case .damaged(let path, let reason):
            "\(path): is not a readable database (\(reason)); restore a copy"
        case .changed(let path, let table):
            "\(path): the table or view \(table) is missing or was changed by hand; nothing was changed; restore "
                + "a copy of the database"
        case .cannotCreate(let path, let reason):
            "\(path): cannot be created (\(reason)); does the folder exist and may you write there?"
        case .notPublished(let path):
            "\(path): a file that flue publish did not write is there; it was left alone; name another place with -o, "
                + "or move it away"
        case .io(let path, let reason):
            "\(path): \(reason); what was not committed yet was not kept"
        case .full(let path):
            "\(path): the disk is full; what was not committed yet was not kept; free some space and run again"
        case .notExportable(let reason), .notStated(let reason): reason
        case .invariant(let law):
            "invariant broken: \(law); nothing was committed; where flue verify finds the database changed, restore a copy of it; "
                + "else this is a fault of flue: report it"
        case .impossible(let value):
            "the ledger holds a value that no run writes: \(value); nothing was changed; flue verify tells more; restore "
                + "a copy of the database"
        case .histogram(let file, let reason):
            "\(file): its histogram of energy per request \(reason); nothing was changed; count the file "
                + "anew with flue ingest --on-rewrite replace"
        }
    }
}
