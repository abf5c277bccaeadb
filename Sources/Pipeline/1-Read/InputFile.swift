import Foundation

/// One file to ingest, or standard input.
package struct InputFile: Hashable, Sendable {
    /// What the ledger remembers: the absolute path, or `-`.
    package let name: String
    /// Bytes on disk; 0 for standard input.
    package let size: Int64
    /// The path as it was given, for messages.
    package let givenName: String
    /// What the system said of it when it was listed; `nil` for standard input.
    package let status: Status?
    /// The part of it that is read; `nil` for all.
    package private(set) var range: FileRange?

    /// What changes when the bytes of a file do.
    package struct Status: Hashable, Sendable {
        /// When its bytes, name or rights last changed, nanoseconds since 1970: unlike the time of modification, no program
        /// can set it.
        package let changed: Int64
        package let inode: Int64
        package let device: Int64
        /// Whether a second had passed since then when the file was listed: else it might change again within the clock's step.
        package var isSettled = false

        package init(changed: Int64, inode: Int64, device: Int64) {
            self.changed = changed
            self.inode = inode
            self.device = device
        }

        /// Whether nothing has changed.
        package func isSame(as other: Status) -> Bool {
            changed == other.changed && inode == other.inode && device == other.device
        }

        fileprivate init(_ status: stat) {
            changed = Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec)
            inode = Int64(truncatingIfNeeded: status.st_ino)
            device = Int64(truncatingIfNeeded: status.st_dev)
            isSettled = Int64(Date().timeIntervalSince1970 * 1e9) - changed > 1_000_000_000
        }
    }

    package var isStandardInput: Bool { name == "-" }
    /// The last part of the path: what labels a release of grid values, and what rules about names look at.
    package var shortName: String {
        isStandardInput ? "standard input" : (name as NSString).lastPathComponent
    }

    /// - Parameter givenName: `nil` where nobody gave a path.
    package init(
        name: String, size: Int64, givenName: String? = nil, status: Status? = nil
    ) {
        self.status = status
        self.name = name
        self.size = size
        self.givenName = name == "-" ? "standard input" : givenName ?? name
    }

    /// After how many bytes, as delivered and plain, the digest so far is kept: where a file may have ended before it grew.
    package private(set) var probeLengths: [Int64] = []
    package private(set) var plainProbeLengths: [Int64] = []

    /// The same, with such lengths.
    package func probed(at lengths: [Int64], plain plainLengths: [Int64]) -> InputFile {
        var probed = self
        probed.probeLengths = lengths
        probed.plainProbeLengths = plainLengths
        return probed
    }

    /// A part of the same file.
    package func part(_ range: FileRange) -> InputFile {
        var part = self
        part.range = range
        return part
    }

    /// Bytes that are read of it; 0 for standard input.
    package var readBytes: Int64 { range.map { Int64($0.bytes.count) } ?? size }
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
    /// Folders yield regular files and links to such, in order of name, without dotfiles and unfinished
    /// uploads (`.tmp`, `.part`, `.partial`, `.inprogress`). A file that is meant twice is listed once.
    ///
    /// - Parameter unreadable: Told each folder that could not be listed.
    /// - Throws: ``NotFound`` for a path that leads nowhere, or when no file is left at all.
    package static func expand(
        _ paths: [String], unreadable: (String) -> Void = { _ in }
    ) throws(NotFound) -> [InputFile] {
        var files: [InputFile] = []
        var seen: Set<[UInt8]> = []
        for path in paths {
            let found =
                path == "-" ? [InputFile(name: "-", size: 0)] : try expand(path, unreadable)
            for file in found where seen.insert(Array(file.name.utf8)).inserted {
                files.append(file)
            }
        }
        guard !files.isEmpty else { throw NotFound(path: paths.joined(separator: " ")) }
        return files
    }

    /// The same, where a path may be what a plan names: see ``PlannedInput``.
    package static func expandPlanned(
        _ paths: [String], unreadable: (String) -> Void = { _ in }
    ) throws(NotFound) -> [InputFile] {
        var planned: [InputFile] = []
        var others: [String] = []
        for path in paths {
            // A file may be called so.
            guard !FileManager.default.fileExists(atPath: path), let input = PlannedInput(path)
            else {
                others.append(path)
                continue
            }
            guard FileManager.default.fileExists(atPath: input.name) else {
                throw NotFound(path: input.name)
            }
            planned.append(input.file(file(input.name)))
        }
        return try planned + (others.isEmpty ? [] : expand(others, unreadable: unreadable))
    }

    private static func expand(
        _ path: String, _ unreadable: (String) -> Void
    ) throws(NotFound) -> [InputFile] {
        var isFolder: ObjCBool = false
        let manager = FileManager.default
        if unsafe manager.fileExists(atPath: path, isDirectory: &isFolder) {
            return isFolder.boolValue ? folder(path, unreadable) : [file(path)]
        }
        let matches = glob(path)
        guard !matches.isEmpty else { throw NotFound(path: path) }
        var files: [InputFile] = []
        for match in matches { files += try expand(match, unreadable) }
        return files
    }

    private static func file(_ path: String) -> InputFile {
        let name = URL(fileURLWithPath: path).standardizedFileURL.path
        var status = stat()
        let isThere = unsafe stat(name, &status) == 0
        return InputFile(
            name: name, size: isThere ? Int64(status.st_size) : 0, givenName: path,
            status: isThere ? InputFile.Status(status) : nil)
    }

    private static func folder(_ path: String, _ unreadable: (String) -> Void) -> [InputFile] {
        let manager = FileManager.default
        let root = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        guard let names = try? manager.contentsOfDirectory(atPath: root) else {
            unreadable(root)
            return []
        }
        let absolute = URL(fileURLWithPath: root).standardizedFileURL.path
        let unfinished = ["tmp", "part", "partial", "inprogress"]
        var files: [InputFile] = []
        for name in names.sorted() where !name.hasPrefix(".") {
            let below = "\(root)/\(name)"
            var status = stat()
            guard unsafe lstat(below, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                files += folder(below, unreadable)
                continue
            }
            // Links are followed, though not into folders: those could lead round in circles.
            if status.st_mode & S_IFMT == S_IFLNK {
                guard unsafe stat(below, &status) == 0 else { continue }
            }
            guard status.st_mode & S_IFMT == S_IFREG,
                !unfinished.contains((name as NSString).pathExtension)
            else { continue }
            files.append(
                InputFile(
                    name: "\(absolute)/\(name)", size: Int64(status.st_size), givenName: below,
                    status: InputFile.Status(status)))
        }
        return files
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
