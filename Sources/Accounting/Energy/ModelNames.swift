import Foundation

/// Finds the entry of a catalogue that a log's model name means.
///
/// Names are compared whole and without case. What clouds and gateways put around a name is taken off by rule:
/// ARNs, paths, a provider's or geography's prefix, version suffixes, and last a date. Nothing is guessed from
/// parts of a name: `gemini` is not `mini`.
package struct ModelNames: Equatable, Sendable {
    private var entries: [String: Int] = [:]
    /// The newest dated entry by its name without the date.
    private var undated: [String: (date: String, entry: Int)] = [:]
    private var aliases: [String: String] = [:]
    /// Names of entries such as `meta-llama/…` without the organisation, where only one has it.
    private var bare: [String: Int] = [:]

    package init(_ names: [String], aliases: [String: String] = [:]) {
        for (index, name) in names.enumerated() {
            let name = name.lowercased()
            entries[name] = entries[name] ?? index
            guard let (base, date) = Self.splitDate(name) else { continue }
            if (undated[base]?.date ?? "") < date { undated[base] = (date, index) }
        }
        let parts = names.map { Self.afterLast("/", of: $0.lowercased()) }
        let counts = parts.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        for (index, part) in parts.enumerated() where counts[part] == 1 { bare[part] = index }
        for (alias, name) in aliases { self.aliases[alias.lowercased()] = name.lowercased() }
    }

    /// The place of the entry that `logged` means; `nil` for none.
    package func entry(for logged: String) -> Int? {
        for spelling in Self.spellings(of: logged) {
            let name = aliases[spelling] ?? spelling
            if let entry = entries[name] ?? undated[name]?.entry ?? bare[name] { return entry }
        }
        return nil
    }

    /// The ways to read a logged name, from all of it to its bare name without a date.
    static func spellings(of logged: String) -> [String] {
        var name = logged.lowercased()
        var spellings = [name]
        func add(_ shorter: String) {
            guard shorter != name, !shorter.isEmpty else { return }
            name = shorter
            spellings.append(shorter)
        }
        if name.hasPrefix("arn:") { add(afterLast("/", of: name)) }
        if name.hasPrefix("models/") || name.contains("/models/") { add(afterLast("/", of: name)) }
        while let slash = name.firstIndex(of: "/"), providers.contains(String(name[..<slash])) {
            add(String(name[name.index(after: slash)...]))
        }
        if let dot = name.firstIndex(of: "."), geographies.contains(String(name[..<dot])) {
            add(String(name[name.index(after: dot)...]))
        }
        if let dot = name.firstIndex(of: "."), vendors.contains(String(name[..<dot])) {
            add(String(name[name.index(after: dot)...]))
            add(withoutBedrockVersion(name))
        }
        if let at = name.firstIndex(of: "@") {
            let version = name[name.index(after: at)...]
            let isNumber = version.allSatisfy(\.isNumber)
            add(String(name[..<at]) + (isNumber ? "-\(version)" : ""))
        }
        if let (base, _) = splitDate(name) { add(base) }
        return spellings
    }

    /// First parts of names with a slash, as gateways write them.
    private static let providers: Set<String> = [
        "openai", "azure", "azure_ai", "bedrock", "converse", "vertex_ai", "gemini", "google",
        "anthropic", "mistral", "mistralai", "cohere", "groq", "openrouter", "together_ai",
        "fireworks_ai", "deepinfra", "huggingface", "hosted_vllm", "vllm", "perplexity", "xai",
    ]
    /// Prefixes of Bedrock's cross-region inference profiles.
    private static let geographies: Set<String> = [
        "us", "eu", "apac", "jp", "au", "ca", "us-gov", "global",
    ]
    private static let vendors: Set<String> = [
        "ai21", "amazon", "anthropic", "cohere", "deepseek", "google", "meta", "mistral", "openai",
        "qwen",
    ]

    private static func afterLast(_ mark: Character, of name: String) -> String {
        name.lastIndex(of: mark).map { String(name[name.index(after: $0)...]) } ?? name
    }

    /// Without `-v1:0`, `-v1` or `:0`, with or without a context such as `:200k` behind.
    private static func withoutBedrockVersion(_ name: String) -> String {
        let first = name.prefix { $0 != ":" }
        guard let mark = first.range(of: "-v", options: .backwards),
            !first[mark.upperBound...].isEmpty, first[mark.upperBound...].allSatisfy(\.isNumber)
        else { return String(first) }
        return String(first[..<mark.lowerBound])
    }

    /// Takes `-20250929`, `-2024-08-06`, `-latest` or a revision such as `-001` off the end.
    private static func splitDate(_ name: String) -> (base: String, date: String)? {
        func base(_ suffix: Int) -> String { String(name.dropLast(suffix)) }
        if name.hasSuffix("-latest") { return (base(7), "") }
        let digits = name.reversed().prefix { $0.isNumber }.count
        let last = String(name.suffix(digits))
        if name.dropLast(digits).last == "-" {
            if digits == 8, last.hasPrefix("20") { return (base(9), last) }
            if digits == 3, last.hasPrefix("00") { return (base(4), last) }
        }
        let tail = Array(name.suffix(11))
        guard tail.count == 11, tail[0] == "-", tail[1] == "2", tail[5] == "-", tail[8] == "-"
        else { return nil }
        let date = tail.filter(\.isNumber)
        return date.count == 8 ? (base(11), String(date)) : nil
    }

    package static func == (left: ModelNames, right: ModelNames) -> Bool {
        left.entries == right.entries && left.aliases == right.aliases
    }
}
