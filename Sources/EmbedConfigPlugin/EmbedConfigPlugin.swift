import Foundation
import PackagePlugin

/// Compiles every YAML and CSV file below `Config/` into the target that uses this plugin.
@main
struct EmbedConfigPlugin: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let root = context.package.directoryURL.appending(path: "Config")
        let names = FileManager.default.enumerator(atPath: root.path())
        let files = (names?.allObjects as? [String] ?? [])
            .filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".csv") }
            .sorted()
            .map { root.appending(path: $0) }
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedFiles.swift")
        return [
            .buildCommand(
                displayName: "Embedding Config/",
                executable: try context.tool(named: "EmbedConfig").url,
                arguments: [output.path(), root.path()] + files.map { $0.path() },
                inputFiles: files,
                outputFiles: [output])
        ]
    }
}
