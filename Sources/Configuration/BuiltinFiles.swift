/// The files of `Config/` that the binary carries.
package enum BuiltinFiles {
    /// The text of `path` below `Config/`, such as `dialects/gateway.yaml`.
    package static func text(_ path: String) -> String? { embeddedFiles[path] }

    /// Names without folder and suffix, in order: the built-in dialects, models or sources.
    package static func names(in folder: String) -> [String] {
        embeddedFiles.keys
            .filter { $0.hasPrefix("\(folder)/") && $0.hasSuffix(".yaml") }
            .map { String($0.dropFirst(folder.count + 1).dropLast(5)) }
            .sorted()
    }
}
