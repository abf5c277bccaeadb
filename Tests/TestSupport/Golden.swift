import Foundation

/// What a golden file should say.
package enum Golden {
    /// Whether `text` equals the golden file of that name.
    ///
    /// With `RECORD_GOLDEN` set the file is rewritten, and the answer is still no: nobody commits a
    /// new golden file without a run that compares.
    package static func matches(_ text: String, _ name: String) throws -> Bool {
        let path = Fixtures.path("golden/\(name)")
        if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            return false
        }
        return try Data(contentsOf: URL(fileURLWithPath: path)) == Data(text.utf8)
    }
}
