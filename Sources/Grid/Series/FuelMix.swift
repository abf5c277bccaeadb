import Configuration
import Pipeline

/// Generation by fuel, of which an intensity is the mean of factors: what the columns, or the records, of a source are
/// together.
struct FuelMix: Equatable, Sendable {
    /// Generation from one fuel.
    struct Fuel: Equatable, Sendable {
        /// What columns, or records, call it.
        let names: [String]
        /// Of what is generated from it, mg/kWh; `nil` where records must state what it emitted.
        let factor: Int64?
    }

    /// Where records state what a fuel emitted, t, besides what was generated from it, MWh.
    struct Emitted: Equatable, Sendable {
        /// What tells the two kinds of records.
        let kind: FieldPath
        let generation: String
        let emissions: String
    }

    let fuels: [Fuel]
    /// What the names of all columns of fuels begin with; a fuel's own name follows.
    private let begin: String
    /// What names end with, the best figures first; nothing, the last.
    private let editions: [String]
    /// The stated sum of all fuels, the best figures first.
    let total: [FieldPath]
    /// Where a record names the one fuel that it is of; `nil` where a record has a column for each.
    let fuel: FieldPath?
    /// Where such a record states its generation.
    let value: FieldPath?
    /// `nil` where factors alone say what was emitted.
    let emitted: Emitted?

    static let keys = ["fuels", "fuel_columns", "total", "fuel", "value", "emitted"]

    /// How much the fuels may miss of the stated total, 1/100.
    static let tolerance: Int64 = 10

    init(_ section: ConfigSection) throws(ConfigError) {
        emitted = try section["emitted"].map { node throws(ConfigError) in
            let section = try node.section(keys: ["path", "generation", "emissions"])
            return Emitted(
                kind: try FieldPath(section.required("path")),
                generation: try section.required("generation").string(),
                emissions: try section.required("emissions").string())
        }
        var fuels: [Fuel] = []
        for item in try section.required("fuels").list() {
            let section = try item.section(keys: ["of", "g_per_kwh"])
            var names: [String] = []
            for name in try section.required("of").list() { names.append(try name.string()) }
            guard emitted == nil || section["g_per_kwh"] != nil else {
                fuels.append(Fuel(names: names, factor: nil))
                continue
            }
            let text = try section.required("g_per_kwh").string()
            guard let factor = IntensityUnit.gramsPerKilowattHour.milligrams(text), factor >= 0
            else { throw item.error("expected grams per kWh, such as 820") }
            fuels.append(Fuel(names: names, factor: factor))
        }
        self.fuels = fuels
        fuel = try section["fuel"].map { node throws(ConfigError) in try FieldPath(node) }
        guard emitted == nil || fuel != nil else {
            throw section.error("emitted is of records of one fuel each: give fuel and value")
        }
        value =
            if fuel != nil { try FieldPath(section.required("value")) } else { nil }
        let columns = try section["fuel_columns"]?.section(keys: ["begin", "editions"])
        begin = try columns?["begin"]?.string() ?? ""
        var editions: [String] = []
        for item in columns?["editions"]?.list() ?? [] { editions.append(try item.string()) }
        self.editions = editions + [""]
        let total = try section["total"]?.string()
        self.total = self.editions.compactMap { end in total.map { FieldPath([$0 + end]) } }
    }

    /// Where the generation from a fuel stands, the best figures first.
    func paths(of fuel: Fuel) -> [FieldPath] {
        editions.flatMap { end in fuel.names.map { FieldPath([begin + $0 + end]) } }
    }

    var valuePaths: [FieldPath] { value.map { [$0] } ?? fuels.flatMap(paths(of:)) }
    var otherPaths: [FieldPath] { total + [fuel, emitted?.kind].compactMap { $0 } }

    /// Places for what is known of each fuel: generation, and behind it what was emitted.
    var placeCount: Int { emitted == nil ? fuels.count : 2 * fuels.count }

    /// Columns that are named as those of fuels are, and are of none that is known.
    func strangers(_ columns: [String]) -> [String] {
        guard fuel == nil, !begin.isEmpty else { return [] }
        let known = Set(fuels.flatMap(paths(of:)).map { normalizedColumnName($0.columnName) })
        let begin = normalizedColumnName(begin)
        return columns.filter {
            let name = normalizedColumnName($0)
            return name.hasPrefix(begin) && !known.contains(name)
        }
    }

    /// What was emitted ÷ generation, mg/kWh; `nil` when nothing is generated, or when one of the two is not said of a fuel.
    ///
    /// - Parameter amounts: By place: generation in kW or kWh, and what was emitted in kg.
    func mean(_ amounts: [Int32]) -> Int64? {
        var sum: Int128 = 0
        var weight: Int128 = 0
        for (place, fuel) in fuels.enumerated() {
            let generation = Int128(max(0, amounts[place]))
            weight += generation
            if emitted != nil, case let kilograms = amounts[fuels.count + place],
                kilograms != GridValue.unsaid
            {
                // Of a fuel that emitted something, what it generated must be said.
                guard amounts[place] != GridValue.unsaid || kilograms == 0 else { return nil }
                sum += Int128(kilograms) * 1_000_000
            } else if generation > 0 {
                guard let factor = fuel.factor else { return nil }
                sum += generation * Int128(factor)
            }
        }
        return weight == 0 ? nil : Int64((sum * 2 + weight) / (weight * 2))
    }

    /// Whether the fuels miss the total that is stated beside them.
    ///
    /// What storage takes in may be taken off the total, or not.
    static func misses(_ total: Int64, _ generation: [Int32]) -> Bool {
        let known = generation.lazy.filter { $0 != GridValue.unsaid }.map(Int64.init)
        let made = known.filter { $0 > 0 }.reduce(0, +)
        let net = known.reduce(0, +)
        return total * (100 - tolerance) > made * 100 || net * (100 - tolerance) > total * 100
    }
}
