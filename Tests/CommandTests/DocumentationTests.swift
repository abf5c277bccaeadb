import Foundation
import TestSupport
import Testing

/// The README and the guides, held against the program as it is built.
@Suite("Documentation")
struct DocumentationTests {
    /// Pages that links may lead to before they exist: the guide of tables and columns is generated
    /// from their declarations. Once it is there, links to it are checked like all others.
    private static let generatedPages: Set<String> = ["Database"]

    /// Options of every command, which the argument parser adds and describes by itself.
    private static let parserOptions: Set<String> = ["--help", "--version"]

    private let shell: Shell
    private let program: Command
    private let pages: [Page]

    init() throws {
        shell = try Shell()
        let dump = try shell.flue("--experimental-dump-help")
        program = try JSONDecoder().decode(ProgramDump.self, from: Data(dump.output.utf8)).command
        pages = try Page.all()
        try #require(program.leaves.count > 10 && pages.count > 8)
    }

    @Test("The README is short")
    func readmeSize() throws {
        let readme = try #require(pages.first { $0.name == "README" })
        #expect(readme.text.utf8.count <= 10_000)
    }

    @Test("Every command stands in the README or in a guide")
    func everyCommand() {
        let shown = Set(pages.flatMap(\.commandLines).map { program.resolve($0).path })
        for command in program.leaves {
            #expect(shown.contains(command.path), "flue \(command.path.joined(separator: " "))")
        }
    }

    @Test("Command lines of the text use commands, options and values that exist")
    func commandLines() {
        var count = 0
        for page in pages {
            for line in page.commandLines {
                count += 1
                let fault = program.fault(in: line)
                #expect(fault == nil, "\(page.name): flue \(line.joined(separator: " "))")
            }
        }
        #expect(count > 100)
    }

    @Test("Options that the text names by themselves exist")
    func loneOptions() {
        let known = Set(program.leaves.flatMap { $0.command.options.flatMap(\.spellings) })
        for page in pages {
            for span in page.codeSpans where span.hasPrefix("--") {
                let name = span.prefix { !" =".contains($0) }
                #expect(known.contains(String(name)), "\(page.name): \(span)")
            }
        }
    }

    @Test("Every option is described where a command is named that has it")
    func everyOption() {
        struct Meaning: Hashable {
            let option: String
            let help: String
        }
        // Commands that share an option share its description.
        var commands: [Meaning: [[String]]] = [:]
        for leaf in program.leaves {
            for option in leaf.command.options {
                guard let name = option.spellings.first(where: { $0.hasPrefix("--") }),
                    !Self.parserOptions.contains(name)
                else { continue }
                commands[Meaning(option: name, help: option.abstract ?? ""), default: []]
                    .append(leaf.path)
            }
        }
        #expect(commands.count > 30)
        let sections = pages.flatMap(\.sections)
        for (meaning, paths) in commands {
            let isDescribed = sections.contains { section in
                section.names(meaning.option)
                    && section.commandLines.contains { paths.contains(program.resolve($0).path) }
            }
            let users = paths.map { $0.joined(separator: " ") }.sorted().joined(separator: ", ")
            #expect(isDescribed, "\(meaning.option) of \(users): \(meaning.help)")
        }
    }

    @Test("Links lead to files and headings that exist")
    func links() {
        var count = 0
        for page in pages {
            for link in page.links {
                count += 1
                #expect(leadsSomewhere(link, from: page), "\(page.name): \(link)")
            }
        }
        #expect(count > 40)
    }

    @Test("The root page and the README lead to every guide")
    func everyGuide() throws {
        let root = try #require(pages.first { $0.name == "flue" })
        let readme = try #require(pages.first { $0.name == "README" })
        for guide in pages where guide.isGuide && guide.name != root.name {
            #expect(root.links.contains("doc:\(guide.name)"), "\(guide.name)")
            #expect(readme.links.contains { $0.hasSuffix("/\(guide.name).md") }, "\(guide.name)")
        }
    }

    @Test("Every exit code is explained, and none that is not one")
    func exitCodes() throws {
        let source = Fixtures.projectFolder.appendingPathComponent("Sources/flue/ExitStatus.swift")
        let declared = try String(contentsOf: source, encoding: .utf8)
            .matches(of: #/case \w+ = (\d+)/#).compactMap { Int($0.1) }
        try #require(declared.count > 5)
        let operations = try #require(pages.first { $0.name == "Operations" })
        let section = try #require(operations.sections.first { $0.heading == "Exit codes" })
        let explained = section.lines.compactMap { $0.wholeMatch(of: #/\| (\d+) \|.*/#) }
            .compactMap { Int($0.1) }
        // 0 is success, and 64 is the argument parser's own.
        #expect(explained == ([0, 64] + declared).sorted())
    }

    @Test("Queries of the text run on what is published")
    func queries() throws {
        let shape = ["--days", "2", "--requests-per-day", "200", "--teams", "3"]
        #expect(try ProgramRun(["demo"] + shape, in: shell.folder.url).status == 0)
        let publish = try shell.flue(
            "publish", "-o", "bi.sqlite", "--db", "flue-demo/flue.sqlite")
        #expect(publish.status == 0, "\(publish.errors)")
        var count = 0
        for page in pages {
            for query in page.queries {
                count += 1
                #expect(throws: Never.self, "\(page.name): \(query)") {
                    _ = try databaseRows(of: shell.folder.path("bi.sqlite"), query)
                }
            }
        }
        #expect(count > 10)
    }

    @Test("Every published table is named where questions lead to tables, and no other")
    func publishedTables() throws {
        struct Dictionary: Decodable {
            struct Table: Decodable { let name: String }
            let tables: [Table]
        }
        let json = try shell.flue("schema", "--format", "json").output
        let published = try JSONDecoder().decode(Dictionary.self, from: Data(json.utf8))
        let guide = try #require(pages.first { $0.name == "ReadingTheDatabase" })
        let section = try #require(
            guide.sections.first { $0.heading == "Which table for which question" })
        let named = section.lines.filter { $0.hasPrefix("| ") }.flatMap { line in
            line.matches(of: #/`(\w+)`/#).map { String($0.1) }
        }
        #expect(Set(named) == Set(published.tables.map(\.name)))
    }

    @Test("The text counts the laws of verify as they are")
    func laws() throws {
        struct Check: Decodable { let law: String }
        let shape = ["--days", "1", "--requests-per-day", "200"]
        #expect(try ProgramRun(["demo"] + shape, in: shell.folder.url).status == 0)
        let json = try shell.flue("verify", "--format", "json", "--db", "flue-demo/flue.sqlite")
        let checks = try JSONDecoder().decode([Check].self, from: Data(json.output.utf8))
        let counts = pages.flatMap { page in
            page.text.matches(of: #/(\d+) laws/#).compactMap { Int($0.1) }
        }
        #expect(!counts.isEmpty && Set(counts) == [checks.count])
    }

    /// Whether the target of a link is there.
    private func leadsSomewhere(_ link: String, from page: Page) -> Bool {
        guard !link.hasPrefix("https://") else { return true }
        let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let heading = parts.count > 1 ? String(parts[1]) : nil
        var target = page.url
        if parts[0].hasPrefix("doc:") {
            target = Page.guides.appendingPathComponent("\(parts[0].dropFirst(4)).md")
        } else if !parts[0].isEmpty {
            target = page.url.deletingLastPathComponent().appendingPathComponent(String(parts[0]))
        }
        guard FileManager.default.fileExists(atPath: target.path) else {
            return Self.generatedPages.contains(target.deletingPathExtension().lastPathComponent)
        }
        guard let heading else { return true }
        let other = pages.first { $0.url.standardizedFileURL == target.standardizedFileURL }
        return other?.sections.contains { $0.anchor == heading } ?? false
    }
}

// MARK: The program

/// What `flue --experimental-dump-help` says.
private struct ProgramDump: Decodable {
    let command: Command
}

private struct Command: Decodable {
    struct Option: Decodable {
        struct Name: Decodable {
            let kind: String
            let name: String
        }

        let kind: String
        let names: [Name]?
        let abstract: String?
        let allValues: [String]?

        /// `--output`, `-o`; none for a positional argument.
        var spellings: [String] {
            (names ?? []).map { ($0.kind == "long" ? "--" : "-") + $0.name }
        }
    }

    let commandName: String
    let subcommands: [Command]?
    let arguments: [Option]?

    var options: [Option] { (arguments ?? []).filter { $0.kind != "positional" } }

    /// The commands that do something, with the words that lead to them. `help` is the parser's own.
    var leaves: [(path: [String], command: Command)] {
        (subcommands ?? []).filter { $0.commandName != "help" }.flatMap { child in
            child.subcommands == nil
                ? [([child.commandName], child)]
                : child.leaves.map { ([child.commandName] + $0.path, $0.command) }
        }
    }

    /// The command that the words behind `flue` name, and the words behind it.
    func resolve(_ words: [String]) -> (path: [String], command: Command, rest: ArraySlice<String>)
    {
        var command = self
        var path: [String] = []
        while let word = words.dropFirst(path.count).first,
            let child = command.subcommands?.first(where: { $0.commandName == word })
        {
            command = child
            path.append(word)
        }
        return (path, command, words.dropFirst(path.count))
    }

    /// The first word of a command line that the program does not know; `nil` when it knows all.
    func fault(in words: [String]) -> String? {
        let (_, command, words) = resolve(words)
        if command.subcommands != nil, let word = words.first, !word.hasPrefix("-") {
            return isPlaceholder(word) ? nil : word
        }
        var rest = words
        while let word = rest.popFirst() {
            guard word.hasPrefix("-"), word != "-" else { continue }
            let name = String(word.prefix { $0 != "=" })
            guard let option = command.options.first(where: { $0.spellings.contains(name) }) else {
                return word
            }
            if let values = option.allValues, let value = rest.first, !isPlaceholder(value),
                !values.contains(value)
            {
                return value
            }
        }
        return nil
    }

    /// Whether a word stands for something else: `COMMAND`, `PATH…`.
    private func isPlaceholder(_ word: String) -> Bool {
        word.allSatisfy { $0.isUppercase || "…[]-".contains($0) }
    }
}

// MARK: The text

/// A page in Markdown.
private struct Page {
    static let guides = Fixtures.projectFolder
        .appendingPathComponent("Sources/flue/Documentation.docc")

    let url: URL
    let text: String
    let sections: [Section]

    var name: String { url.deletingPathExtension().lastPathComponent }
    var isGuide: Bool { url.path.hasPrefix(Self.guides.path) }
    var commandLines: [[String]] { sections.flatMap(\.commandLines) }
    var codeSpans: [String] { sections.flatMap(\.codeSpans) }
    /// Targets of links, such as `doc:Grid` and `Config/flue.yaml`.
    var links: [String] { sections.flatMap(\.links) }
    /// Statements of blocks of SQL; each ends with a semicolon at the end of its line.
    var queries: [String] {
        sections.flatMap { section in
            let text = section.code(of: "sql").map { $0 + "\n" }.joined()
            return text.split(separator: ";\n").map(String.init)
        }
    }

    /// The README and all guides.
    static func all() throws -> [Page] {
        let names = try FileManager.default.contentsOfDirectory(atPath: guides.path)
        return try [Page(Fixtures.projectFolder.appendingPathComponent("README.md"))]
            + names.filter { $0.hasSuffix(".md") }.sorted()
            .map { try Page(guides.appendingPathComponent($0)) }
    }

    private init(_ url: URL) throws {
        self.url = url
        text = try String(contentsOf: url, encoding: .utf8)
        sections = Section.all(of: text)
    }
}

/// A heading and what stands below it, up to the next one.
private struct Section {
    let heading: String
    private(set) var lines: [String] = []
    /// Lines of code with the language of their block: empty for an indented one.
    private var code: [(language: String, line: String)] = []

    static func all(of text: String) -> [Section] {
        var sections = [Section(heading: "")]
        var fence: String?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            let start = line.drop { $0 == " " }
            if start.hasPrefix("```") {
                fence = fence == nil ? String(start.dropFirst(3)) : nil
            } else if let fence {
                sections[sections.count - 1].code.append((fence, line))
            } else if line.hasPrefix("    ") {
                sections[sections.count - 1].code.append(("", line))
            } else if line.hasPrefix("#") {
                let heading = line.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces)
                sections.append(Section(heading: heading))
            } else {
                sections[sections.count - 1].lines.append(line)
            }
        }
        return sections
    }

    private init(heading: String) { self.heading = heading }

    /// The part of a link behind `#`.
    var anchor: String {
        heading.lowercased().replacing(" ", with: "-")
            .filter { $0.isLetter || $0.isNumber || $0 == "-" }
    }

    func code(of language: String) -> [String] {
        code.filter { $0.language == language }.map(\.line)
    }

    /// What stands between backticks.
    var codeSpans: [String] {
        lines.joined(separator: "\n").matches(of: #/`([^`\n]+)`/#).map { String($0.1) }
    }

    var links: [String] {
        let text = lines.joined(separator: "\n")
        return text.matches(of: #/\]\(([^)\s]+)\)/#).map { String($0.1) }
            + text.matches(of: #/<(doc:[^>]+)>/#).map { String($0.1) }
    }

    /// The words behind `flue` of each call, in blocks of code and between backticks.
    var commandLines: [[String]] {
        let lines = code(of: "") + code(of: "sh") + codeSpans
        return lines.flatMap { Self.commandLines(in: $0) }
    }

    private static func commandLines(in line: String) -> [[String]] {
        let comment = line.firstRange(of: "  #")?.lowerBound ?? line.endIndex
        let calls = line[..<comment].split { "&|;{}".contains($0) }
        return calls.compactMap { call -> [String]? in
            let words = call.split(separator: " ").map(String.init)
            guard words.first == "flue" else { return nil }
            return Array(words.dropFirst().prefix { $0 != ">" })
        }
    }

    /// Whether an option stands there as a whole word.
    func names(_ option: String) -> Bool {
        (lines + code.map(\.line)).contains { line in
            line.ranges(of: option).contains { range in
                line[range.upperBound...].first.map { !$0.isLetter && $0 != "-" } ?? true
            }
        }
    }
}
