package import Configuration
import Foundation

/// How a time is written.
package enum TimeFormat: String, CaseIterable, Sendable {
    /// `2026-10-01T00:00:00.018Z`: `T` or a space, 0 to 9 fraction digits, `Z`, an offset, or nothing,
    /// which means the zone that is declared.
    case rfc3339
    /// As ``rfc3339``, or without seconds or minutes, or with slashes in the date: `2023-03-13T03:30Z`, `2023-01-01T05`,
    /// `2026/08/01 00:00:00`.
    case iso8601
    /// A year or a month, whose beginning it is: `2024`, `2024-01`; or as ``iso8601``.
    case calendar = "year-month"
    /// `07/01/2020 6:00:00 AM`: the month before the day.
    case american = "us-date"
    case epochSeconds = "epoch-s"
    case epochMilliseconds = "epoch-ms"
    case epochMicroseconds = "epoch-us"
    case epochNanoseconds = "epoch-ns"
    /// 100 ns since the year 1, as .NET counts.
    case dotNetTicks = "dotnet-ticks"
    /// A list of two, `[1781594400, 500000000]`, as OpenTelemetry for JavaScript writes it.
    case secondsAndNanoseconds = "s-ns"
    /// Since the start of the log, which `--start` declares.
    case relativeSeconds = "relative-s"
    case relativeMilliseconds = "relative-ms"

    var isRelative: Bool { self == .relativeSeconds || self == .relativeMilliseconds }
}

/// What the clock of a log shows, where a time does not say.
package enum TimeZoneRule: Equatable, Sendable {
    case fixed(minutesEast: Int)
    /// A name of the time zone database.
    case named(String)

    package static let utc = TimeZoneRule.fixed(minutesEast: 0)

    /// `UTC`, `+02:00`, or a name such as `Europe/Berlin`; `nil` for anything else.
    package init?(_ text: String) {
        let parts = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        if text == "UTC" || text == "Z" {
            self = .utc
        } else if let sign = text.first, sign == "+" || sign == "-", parts.count == 2,
            parts.allSatisfy({ $0.count == 2 }), let hours = Int(parts[0]),
            let minutes = Int(parts[1]), hours <= 14, minutes < 60
        {
            self = .fixed(minutesEast: (sign == "-" ? -1 : 1) * (hours * 60 + minutes))
        } else if text.contains("/"), TimeZone(identifier: text) != nil {
            self = .named(text)
        } else {
            return nil
        }
    }

    /// When a clock there shows the same time as at `instant` again, because it was set back; milliseconds since 1970.
    package func secondOccurrence(of instant: Int64) -> Int64? {
        guard case .named(let name) = self, let zone = TimeZone(identifier: name) else {
            return nil
        }
        func offset(_ instant: Int64) -> Int64 {
            Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant) / 1_000)))
        }
        let later = offset(instant + 7_200_000)
        let shift = (offset(instant) - later) * 1_000
        return shift > 0 && offset(instant + shift) == later ? instant + shift : nil
    }

    var text: String {
        switch self {
        case .fixed(let minutes): "\(minutes) min east"
        case .named(let name): name
        }
    }

    /// Minutes east of Greenwich when a clock there shows `local`, milliseconds as if it were UTC. Of an hour that a
    /// clock shows twice, the first.
    func minutesEast(atLocal local: Int64) -> Int {
        switch self {
        case .fixed(let minutes): return minutes
        case .named(let name):
            let zone = TimeZone(identifier: name)
            func offset(_ instant: Int64) -> Int64 {
                Int64(
                    zone?.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant) / 1_000))
                        ?? 0)
            }
            let earlier = offset(local - 86_400_000)
            let guess = local - earlier * 1_000
            return Int(
                (offset(guess) == earlier ? earlier : offset(local - offset(guess) * 1_000)) / 60)
        }
    }
}

/// Where the time of a record stands.
package struct TimeMapping: Equatable, Sendable {
    /// In order of preference; empty when no record holds a time.
    package let paths: [FieldPath]
    /// In order of preference: some writers changed theirs.
    package let formats: [TimeFormat]
    /// Of times that do not say; `nil` when the log does not tell either, and `--zone` must.
    package let zone: TimeZoneRule?
    /// The time is that of the request's end: its duration is taken off.
    package let isEnd: Bool
    /// How the time stands in the name of the file, such as `YYYYMMDD_HH`, for records without one.
    package let fileNamePattern: String?
    /// Records without a time have the one that `--start` declares.
    package let isDeclared: Bool

    /// Of a log whose records hold none.
    static let declared = TimeMapping()

    private init() {
        paths = []
        formats = []
        zone = .utc
        isEnd = false
        fileNamePattern = nil
        isDeclared = true
    }

    package init(_ node: ConfigNode) throws(ConfigError) {
        if !node.isMapping, try node.choice(Fallback.self) == .declared {
            self = .declared
            return
        }
        let section = try node.section(
            keys: ["path", "first", "format", "zone", "is", "file_name", "else"])
        paths = try Self.paths(section)
        var formats: [TimeFormat] = []
        for item in section["format"]?.list() ?? [] {
            formats.append(try item.choice(TimeFormat.self))
        }
        self.formats = formats
        switch try section["zone"]?.string() {
        case nil: zone = .utc
        case "unknown": zone = nil
        case let name?:
            guard let rule = TimeZoneRule(name), let node = section["zone"] else {
                throw (section["zone"] ?? node).error(
                    "\"\(name)\" is no zone: UTC, +02:00, Europe/Berlin or unknown is expected")
            }
            _ = node
            zone = rule
        }
        isEnd = try section["is"]?.choice(Moment.self) == .end
        fileNamePattern = try section["file_name"]?.string()
        if let node = section["file_name"], let pattern = fileNamePattern,
            FileNameTime(pattern) == nil
        {
            throw node.error("a pattern holds YYYY, MM, DD and HH, such as YYYYMMDD_HH")
        }
        isDeclared = try section["else"]?.choice(Fallback.self) == .declared
        guard paths.isEmpty == formats.isEmpty else {
            throw section.error("give a path, or first, together with a format")
        }
        guard !paths.isEmpty || fileNamePattern != nil || isDeclared else {
            throw section.error("give a path, first, file_name, or else: declared")
        }
    }

    /// Of a format that is refused, and read nowhere.
    package init(nowhere section: ConfigSection) throws(ConfigError) { self = .declared }

    private static func paths(_ section: ConfigSection) throws(ConfigError) -> [FieldPath] {
        if let value = section["path"] { return [try FieldPath(value)] }
        return if let list = section["first"] { try fieldPaths(list) } else { [] }
    }

    /// Of a second time: a path, or `first: [...]`.
    package static func paths(_ node: ConfigNode) throws(ConfigError) -> [FieldPath] {
        guard try !node.isPath() else {
            return [try FieldPath(node)]
        }
        return try fieldPaths(node.section(keys: ["first"]).required("first"))
    }

    /// The format of a mapping that allows one only.
    package var format: TimeFormat { formats.first ?? .rfc3339 }

    private enum Moment: String, CaseIterable { case start, end }
    private enum Fallback: String, CaseIterable { case declared }
}

/// Reads a time from the name of a file.
struct FileNameTime {
    private let pattern: [UInt8]

    /// - Parameter pattern: `YYYY`, `MM`, `DD`, `HH` and `mm` stand for digits, all else for itself.
    init?(_ pattern: String) {
        guard ["YYYY", "MM", "DD", "HH"].allSatisfy({ pattern.contains($0) }) else { return nil }
        self.pattern = Array(pattern.utf8)
    }

    /// `2026-10-01T14:00:00`, without a zone; `nil` when no part of `name` looks like the pattern.
    func text(in name: String) -> String? {
        let name = Array(name.utf8)
        guard name.count >= pattern.count else { return nil }
        for start in (0...name.count - pattern.count).reversed() {
            if let text = text(name[start..<start + pattern.count]) { return text }
        }
        return nil
    }

    private func text(_ part: ArraySlice<UInt8>) -> String? {
        var digits: [UInt8: String] = [:]
        for (letter, byte) in zip(pattern, part) {
            if "YMDHm".utf8.contains(letter) {
                guard isDigit(byte) else { return nil }
                digits[letter, default: ""].append(Character(Unicode.Scalar(byte)))
            } else if letter != byte {
                return nil
            }
        }
        func field(_ letter: Character) -> String { digits[letter.asciiValue ?? 0] ?? "00" }
        return "\(field("Y"))-\(field("M"))-\(field("D"))T\(field("H")):\(field("m")):00"
    }
}
