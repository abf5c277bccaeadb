import Foundation

extension ConfigNode {
    /// Reads a YAML file, or the built-in one of that name.
    ///
    /// - Parameters:
    ///   - name: A path that ends in `.yaml` or `.yml` or holds a slash, or the name of a built-in file.
    ///   - folder: Where built-in files of this kind live below `Config/`, such as `dialects`.
    /// - Returns: The document and its text, whose digest identifies it.
    package static func named(
        _ name: String, in folder: String
    ) throws(ConfigError) -> (node: ConfigNode, text: String) {
        if name.contains("/") || name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
            let text = try readText(name)
            return (try ConfigNode(yaml: text, file: name), text)
        }
        guard let text = BuiltinFiles.text("\(folder)/\(name).yaml") else {
            let known = BuiltinFiles.names(in: folder)
            let hint = nearest(to: name, in: known).map { "; did you mean \"\($0)\"?" } ?? ""
            throw ConfigError(
                file: name, line: nil,
                message: "no built-in file of that name in \(folder)\(hint) "
                    + "(known: \(known.joined(separator: ", ")); or give the path of a .yaml file)")
        }
        return (try ConfigNode(yaml: text, file: "built-in \(folder)/\(name).yaml"), text)
    }

    /// The text of a configuration file.
    package static func readText(_ path: String) throws(ConfigError) -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ConfigError(file: path, line: nil, message: "cannot be read; does it exist?")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw ConfigError(file: path, line: nil, message: "is not UTF-8 text")
        }
        return text
    }
}
