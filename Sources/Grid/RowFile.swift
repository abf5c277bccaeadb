import Pipeline

/// Reads a table whose rows must all be good: grid series, meter readings.
enum RowFile {
    /// What is wrong with a row.
    struct Fault: Error {
        let problem: String
    }

    /// - Throws: ``GridFileError`` that names file and line; the whole file is then refused.
    static func read(
        _ file: InputFile, format: RecordFormat, paths: [FieldPath], needed: [[FieldPath]],
        name: String, add: (RecordFile.Record) throws(Fault) -> Void
    ) throws(GridFileError) -> FileIdentity {
        let shortName = file.shortName
        do {
            return try RecordFile.read(
                file, format: format, paths: paths, needed: needed, name: name
            ) { record in
                do throws(Fault) {
                    try add(record)
                } catch {
                    throw GridFileError.row(
                        file: shortName, line: record.line, problem: error.problem)
                }
            }
        } catch let error as InputError {
            guard case .header(let problem) = error else {
                throw .unusable(file: shortName, error)
            }
            throw .wrongHeader(file: shortName, problem: problem)
        } catch let fault as RecordFile.Fault {
            throw .row(file: shortName, line: fault.line, problem: fault.reason.explanation)
        } catch let error as GridFileError {
            throw error
        } catch {
            throw .unusable(file: shortName, .unreadable(reason: "\(error)"))
        }
    }
}
