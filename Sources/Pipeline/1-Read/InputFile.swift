import Foundation

/// One file to ingest, or standard input.
package struct InputFile: Hashable, Sendable {
    /// What the ledger remembers: the absolute path, or `-`.
    package let name: String
    /// Bytes on disk; 0 for standard input.
    package let size: Int64

    package var isStandardInput: Bool { name == "-" }
    /// The last part of the path, for messages.
    package var shortName: String {
        isStandardInput ? "standard input" : (name as NSString).lastPathComponent
    }

    package init(name: String, size: Int64) {
        self.name = name
        self.size = size
    }
}

/// The files that a command line means.
package enum InputPaths {
    /// A path, pattern or folder that leads to no file.
    package struct NotFound: Error, Equatable, CustomStringConvertible {
        package let path: String

        package var description: String { "\(path): no file there; nothing was changed" }
    }

    /// Expands files, folders (with all below) and glob patterns; `-` is standard input.
    ///
    /// Folders yield regular files only, in order of name, without dotfiles and unfinished uploads
    /// (`.tmp`, `.part`, `.partial`, `.inprogress`). A file that is meant twice is listed once.
    ///
    /// - Throws: ``NotFound`` for a path that leads nowhere, or when no file is left at all.
    package static func expand(_ paths: [String]) throws(NotFound) -> [InputFile] {
        var files: [InputFile] = []
        var seen: Set<String> = []
        for path in paths {
            let found = path == "-" ? [InputFile(name: "-", size: 0)] : try expand(path)
            for file in found where seen.insert(file.name).inserted { files.append(file) }
        }
        guard !files.isEmpty else { throw NotFound(path: paths.joined(separator: " ")) }
        return files
    }

    private static func expand(_ path: String) throws(NotFound) -> [InputFile] {
        var isFolder: ObjCBool = false
        let manager = FileManager.default
        if unsafe manager.fileExists(atPath: path, isDirectory: &isFolder) {
            return isFolder.boolValue ? folder(path) : [file(path)]
        }
        let matches = glob(path)
        guard !matches.isEmpty else { throw NotFound(path: path) }
        var files: [InputFile] = []
        for match in matches { files += try expand(match) }
        return files
    }

    private static func file(_ path: String) -> InputFile {
        let url = URL(fileURLWithPath: path).standardizedFileURL
        let size = (try? FileManager.default.attributesOfItem(atPath: url.path))?[.size]
        return InputFile(name: url.path, size: (size as? NSNumber)?.int64Value ?? 0)
    }

    private static func folder(_ path: String) -> [InputFile] {
        let root = URL(fileURLWithPath: path).standardizedFileURL
        let keys: Set<URLResourceKey> = [.isRegularFileKey, .fileSizeKey]
        let walk = FileManager.default.enumerator(
            at: root, includingPropertiesForKeys: Array(keys), options: [.skipsHiddenFiles])
        var files: [InputFile] = []
        while let url = walk?.nextObject() as? URL {
            let unfinished = ["tmp", "part", "partial", "inprogress"]
            guard !unfinished.contains(url.pathExtension),
                let values = try? url.resourceValues(forKeys: keys), values.isRegularFile == true
            else { continue }
            files.append(
                InputFile(name: url.standardizedFileURL.path, size: Int64(values.fileSize ?? 0)))
        }
        return files.sorted { $0.name < $1.name }
    }

    private static func glob(_ pattern: String) -> [String] {
        var result = unsafe glob_t()
        defer { unsafe globfree(&result) }
        guard unsafe Glibc.glob(pattern, 0, nil, &result) == 0 else { return [] }
        var paths: [String] = []
        for index in 0..<Int(unsafe result.gl_pathc) {
            // Safe: glob fills gl_pathc entries with C strings.
            if let path = unsafe result.gl_pathv[index] {
                paths.append(unsafe String(cString: path))
            }
        }
        return paths
    }
}
