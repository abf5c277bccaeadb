package import Foundation

/// The project's own test data, found from this file's place.
package enum Fixtures {
    package static let projectFolder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The path of a file below `Fixtures/`.
    package static func path(_ name: String) -> String {
        projectFolder.appendingPathComponent("Fixtures/\(name)").path
    }

    /// The public data beside the project; `nil` when `FLUE_DATA` does not name it.
    package static var publicData: String? {
        ProcessInfo.processInfo.environment["FLUE_DATA"].flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// A folder that is there for one test.
package final class TemporaryFolder: Sendable {
    package let url: URL

    package init() throws {
        url = FileManager.default.temporaryDirectory
            .appendingPathComponent("flue-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    package func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    /// Writes a file into the folder.
    @discardableResult
    package func write(_ bytes: [UInt8], to name: String) throws -> String {
        try Data(bytes).write(to: url.appendingPathComponent(name))
        return path(name)
    }

    @discardableResult
    package func write(_ text: String, to name: String) throws -> String {
        try write(Array(text.utf8), to: name)
    }
}

/// The bytes of a file.
package func readBytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
}
