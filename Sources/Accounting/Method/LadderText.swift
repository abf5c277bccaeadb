extension Method {
    /// The same choices, with hours filled as the text of another method's ladder part says.
    ///
    /// - Returns: `nil` for a text that no method has.
    package func filling(by text: String) -> Method? {
        var other = self
        other.ladder = .none
        other.ladders = [:]
        var entries: [AnnualIntensities.Entry] = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            switch words.first {
            case "ladder":
                guard words.count >= 5, let ladder = GridLadder(words.dropFirst(2)) else {
                    return nil
                }
                if words[1] == "*" {
                    other.ladder = ladder
                } else {
                    other.ladders[String(words[1])] = ladder
                }
            case "annual":
                guard let entry = AnnualIntensities.Entry(line) else { return nil }
                entries.append(entry)
            default: return nil
            }
        }
        other.annual = AnnualIntensities(entries)
        return other
    }
}

extension GridLadder {
    /// Three numbers of hours, then the steps.
    fileprivate init?(_ words: ArraySlice<Substring>) {
        let numbers = words.prefix(3).compactMap { Int($0) }
        let steps = words.dropFirst(3).map { Step(rawValue: String($0)) }
        guard numbers.count == 3, steps.allSatisfy({ $0 != nil }) else { return nil }
        self.init(steps: steps.compactMap(\.self))
        seasonalHours = numbers[0]
        linearHours = numbers[1]
        previousDayHours = numbers[2]
    }
}

extension AnnualIntensities.Entry {
    /// A line of the canonical text; the source, which may hold spaces, is its last word.
    fileprivate init?(_ line: Substring) {
        let words = line.split(separator: " ", maxSplits: 7, omittingEmptySubsequences: false)
        guard words.count == 8, let year = Int(words[2]),
            let basis = IntensityBasis(rawValue: String(words[3])),
            let boundary = IntensityBoundary(rawValue: String(words[4])),
            let losses = LossPlace(rawValue: String(words[5])), let intensity = Int64(words[6])
        else { return nil }
        self.init(
            zone: String(words[1]), year: year, basis: basis, boundary: boundary, losses: losses,
            intensity: MilligramsCO2ePerKilowattHour(intensity), source: String(words[7]))
    }
}
