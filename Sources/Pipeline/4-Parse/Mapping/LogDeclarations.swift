import Foundation

/// What a run declares of its logs, where they do not say.
package struct LogDeclarations: Equatable, Sendable {
    /// Of times that name no zone.
    package var zone: TimeZoneRule?
    /// What relative times count from, and when requests ran whose log holds no time; milliseconds since 1970.
    package var start: Int64?

    package init() {}

    /// What is declared, as the ledger keeps it with a file: ` zone=+02:00 start=1790812800000`.
    package var text: String {
        let zone = zone.map { " zone=\($0.text)" } ?? ""
        return zone + (start.map { " start=\($0)" } ?? "")
    }

    /// The time of records without one of their own, milliseconds since 1970; `nil` when each needs its own.
    ///
    /// - Throws: ``InputError/dialect`` when the log needs something declared that is not.
    func time(of fileName: String, _ dialect: Dialect) throws(InputError) -> Int64? {
        let mapping = dialect.time
        func missing(_ what: String) -> InputError {
            .dialect(problem: "\(dialect.name): \(what)")
        }
        var fileTime: Int64?
        if let pattern = mapping.fileNamePattern {
            let name = (fileName as NSString).lastPathComponent
            let text = FileNameTime(pattern)?.text(in: name)
            guard text != nil || !mapping.paths.isEmpty else {
                throw missing("the name of the file holds no time like \(pattern)")
            }
            var reader = TimeReader(.rfc3339, zone: zone ?? mapping.zone)
            do {
                fileTime = try text.map { text throws(RejectReason) in try reader.milliseconds(text)
                }
            } catch {
                throw missing("the name of the file holds \(error.explanation)")
            }
        } else if mapping.isDeclared {
            fileTime = start
            guard fileTime != nil || !mapping.paths.isEmpty else {
                throw missing("its records hold no time; say when they ran with --start")
            }
        }
        guard start != nil || !mapping.formats.contains(where: \.isRelative) else {
            throw missing(
                "its times count from the start of the log; say when that was with --start")
        }
        return fileTime
    }
}
