package import Accounting
package import Pipeline

/// What to make up: how many requests, spread over what, from which seed.
package struct SynthesisPlan: Sendable {
    /// First hour; a whole UTC day.
    package var start = UTCHour(year: 2026, month: 10, day: 1, hour: 0)
    package var days = 31
    package var filesPerDay = 1
    /// On a day of middling traffic.
    package var requestsPerDay = 20_000
    /// At most as many as there are made-up regions.
    package var regions = 8
    package var models = 6
    package var teams = 200
    /// Whether traffic follows the day and the week; otherwise every hour is alike.
    package var hasRhythm = true
    /// One line in so many is malformed; 0 for none.
    package var malformedEvery = 20_000
    /// One request in so many fails.
    package var failedEvery = 100
    package var seed: UInt64 = 1
    package var compression = Compression.zstd

    package init() {}

    static let regionNames = [
        "us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ca-central-1", "ap-northeast-1",
        "ap-southeast-2", "sa-east-1",
    ]
    static let modelNames = [
        "gpt-4o", "gpt-4o-mini", "claude-sonnet-4-5", "llama-3.1-70b-instruct",
        "mistral-large-2411", "gpt-5-mini",
    ]
    /// Made-up zones' middling intensity, g/kWh, by the zone of each region above. Not data.
    static let zones: [(zone: String, middle: Int)] = [
        ("US-MIDA-PJM", 380), ("US-NW-BPAT", 110), ("IE", 300), ("DE", 340), ("CA-QC", 8),
        ("JP-TK", 460), ("AU-NSW", 560), ("BR-CS", 90),
    ]

    /// Requests in an hour.
    func requests(in hour: UTCHour) -> Int {
        guard hasRhythm else { return requestsPerDay / 24 }
        let weekday = (hour.day + 3) % 7  // 1970-01-01 was a Thursday; 0 is Monday
        let weekend = weekday >= 5 ? 55 : 100
        return requestsPerDay * Self.hourWeights[hour.value - hour.day * 24] * weekend / 240_000
    }

    /// Traffic by hour of the day, in percent of the middling hour.
    private static let hourWeights = [
        45, 38, 34, 33, 36, 45, 62, 88, 118, 140, 150, 148, 138, 146, 156, 160, 158, 148, 132, 118,
        104, 88, 70, 55,
    ]

    /// Percent of the middling intensity by hour of the day: low at noon, high in the evening.
    static let intensityWeights = [
        96, 93, 91, 90, 92, 98, 106, 108, 102, 92, 84, 78, 75, 76, 80, 88, 98, 110, 120, 124, 120,
        113, 106, 100,
    ]
}
