import Foundation

/// Writes the files named on the command line into one Swift source file, so that the binary
/// carries its dialects, energy models and regions and works alone.
///
/// Usage: `EmbedConfig OUTPUT ROOT FILE…`; names in the table are relative to ROOT.
@main
struct EmbedConfig {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 3 else {
            throw CocoaError(
                .featureUnsupported, userInfo: [NSLocalizedDescriptionKey: "OUTPUT ROOT FILE…"])
        }
        let root = arguments[2]
        var source = """
            /// The files of Config/ as they were at build time, by path below Config/.
            let embeddedFiles: [String: String] = [

            """
        for path in arguments.dropFirst(3).sorted() {
            let name = path.dropFirst(root.count).drop { $0 == "/" }
            let text = try String(contentsOfFile: path, encoding: .utf8)
            source += "    \"\(name)\": ###\"\"\"\n\(text)\n\"\"\"###,\n"
        }
        source += "]\n"
        try source.write(toFile: arguments[1], atomically: true, encoding: .utf8)
    }
}
