package import Accounting

/// Where a number came from: enough to compute it again by hand.
package struct Explanation: Encodable, Sendable {
    /// What it is about; what is `nil` is not narrowed down.
    package struct Selection: Encodable, Sendable {
        package let month: UTCMonth
        package var region: String?
        package var model: String?
        package var tenant: String?
        package var project: String?
        package var endpoint: String?
        /// `YYYY-MM-DD HH:00:00`, UTC.
        package var hour: UTCHour?
        /// A revision of the month's statement; `nil` for what is derived today.
        package var revision: Int?

        package init(month: UTCMonth) { self.month = month }

        /// Whether hours, which are kept by region and model, do not tell.
        var isByDimension: Bool { tenant != nil || project != nil || endpoint != nil }

        private enum CodingKeys: String, CodingKey {
            case month, region, model, tenant, project, endpoint, hour, revision
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(month.description, forKey: .month)
            try container.encodeIfPresent(region, forKey: .region)
            try container.encodeIfPresent(model, forKey: .model)
            try container.encodeIfPresent(tenant, forKey: .tenant)
            try container.encodeIfPresent(project, forKey: .project)
            try container.encodeIfPresent(endpoint, forKey: .endpoint)
            try container.encodeIfPresent(hour?.text, forKey: .hour)
            try container.encodeIfPresent(revision, forKey: .revision)
        }
    }

    /// Sums of the terms, exactly.
    package struct Totals: Encodable, Sendable {
        package var requests: Int64 = 0
        package var cells: Int64 = 0
        /// µWh.
        package var energy: Int64 = 0
        /// µg CO2e.
        package var emissions: Int64 = 0
        /// Of requests without energy, as their model is unmatched or their usage cannot be charged.
        package var requestsWithoutEnergy: Int64 = 0
        package var unknownUsageRequests: Int64 = 0
        /// µWh of terms without a grid value; in no emissions.
        package var unmatchedEnergy: Int64 = 0
        /// How far energy and emissions may lie from the same product without rounding, µWh and µg.
        package var energyRounding = 0.0
        package var emissionsRounding = 0.0

        enum CodingKeys: String, CodingKey {
            case requests, cells
            case energy = "energy_uwh"
            case emissions = "emissions_ug"
            case requestsWithoutEnergy = "requests_without_energy"
            case unknownUsageRequests = "unknown_usage_requests"
            case unmatchedEnergy = "unmatched_energy_uwh"
            case energyRounding = "energy_rounding_uwh"
            case emissionsRounding = "emissions_rounding_ug"
        }
    }

    /// What a model is charged.
    package struct EnergyFactor: Encodable, Sendable {
        package let id: Int
        /// Of the energy model.
        package let entry: String
        /// A pool whose energy its requests share; then the coefficients are their part of it.
        package let pool: String?
        package let evidence: String
        /// Mean requests at once in 1/1000, where they depend on it.
        package let batch: Int64?
        /// pWh per request, token or item, and per µWh that the log states; those that are not 0.
        package let coefficients: [String: Int64]
        package let source: String
        package let released: String

        enum CodingKeys: String, CodingKey {
            case id, entry, pool, evidence, source, released
            case batch = "batch_milli"
            case coefficients = "coefficients_pwh"
        }
    }

    /// A power usage effectiveness.
    package struct Effectiveness: Encodable, Sendable {
        package let id: Int
        package let region: String
        /// In millionths.
        package let value: Int64
        /// Whose it is, with the year that it is for; `*` for the default.
        package let subject: String
        package let source: String

        enum CodingKeys: String, CodingKey {
            case id, region, subject, source
            case value = "pue_ppm"
        }
    }

    /// The intensity of a zone in an hour.
    package struct Intensity: Encodable, Sendable {
        package let id: Int
        package let zone: String
        /// `YYYY-MM-DD HH:00:00`, UTC.
        package let hour: String
        /// mg CO2e per kWh.
        package let value: Int64
        package let evidence: String
        /// The step of the ladder that filled it; empty for a value that was imported.
        package let step: String
        /// Of the value, or of those that it was filled from.
        package let releases: [Int64]
        /// Published factors of the grid that it was filled from.
        package let factors: [String]

        enum CodingKeys: String, CodingKey {
            case id, zone, hour, evidence, step, releases, factors
            case value = "mg_per_kwh"
        }
    }

    /// An import of grid values.
    package struct Release: Encodable, Sendable {
        package let id: Int64
        package let source: String
        package let label: String
        package let file: String
        package let sha256: String
        package let boundary: String
        package let importedAt: String

        enum CodingKeys: String, CodingKey {
            case id, source, label, file, sha256, boundary
            case importedAt = "imported_at"
        }
    }

    /// A published factor of the grid.
    package struct GridFactor: Encodable, Sendable {
        package let subject: String
        /// mg CO2e per kWh.
        package let value: Int64
        package let source: String

        enum CodingKeys: String, CodingKey {
            case subject, source
            case value = "mg_per_kwh"
        }
    }

    /// An hour, region and model.
    package struct Term: Encodable, Sendable {
        /// `YYYY-MM-DD HH:00:00`, UTC.
        package let hour: String
        package let region: String
        package let model: String
        /// Each of which was rounded by itself.
        package let cells: Int64
        package let activity: Activity
        /// `id` of an energy factor; `nil`: there is none for the model.
        package let energyFactor: Int?
        /// `id` of a PUE; `nil`: it is inside.
        package let effectiveness: Int?
        /// `id` of an intensity; `nil`: there is none.
        package let intensity: Int?
        /// µWh; `nil` where it is not known.
        package let energy: Int64?
        /// µg CO2e.
        package let emissions: Int64?

        enum CodingKeys: String, CodingKey {
            case hour, region, model, cells, activity, intensity
            case energyFactor = "energy_factor"
            case effectiveness = "pue"
            case energy = "energy_uwh"
            case emissions = "emissions_ug"
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(hour, forKey: .hour)
            try container.encode(region, forKey: .region)
            try container.encode(model, forKey: .model)
            try container.encode(cells, forKey: .cells)
            let counters = Counter.allCases.filter { activity[$0] != 0 }
            try container.encode(
                Dictionary(uniqueKeysWithValues: counters.map { ($0.column, activity[$0]) }),
                forKey: .activity)
            try container.encodeIfPresent(energyFactor, forKey: .energyFactor)
            try container.encodeIfPresent(effectiveness, forKey: .effectiveness)
            try container.encodeIfPresent(intensity, forKey: .intensity)
            try container.encodeIfPresent(energy, forKey: .energy)
            try container.encodeIfPresent(emissions, forKey: .emissions)
        }
    }

    /// A file that requests of the selected time are from.
    package struct File: Encodable, Sendable {
        package let name: String
        package let sha256: String
        package let lines: Int64
        package let counted: Int64
        package let rejected: Int64
        package let duplicate: Int64
        package let skipped: Int64
        /// That its counted records stand for.
        package let requests: Int64
    }

    package struct Rejects: Encodable, Sendable {
        package let reason: String
        package let field: String
        package let lines: Int64
    }

    package struct Method: Encodable, Sendable {
        package let energyModel: String
        package let summary: String
        package let boundary: String
        package let basis: String
        package let sha256: String

        enum CodingKeys: String, CodingKey {
            case summary, boundary, basis, sha256
            case energyModel = "energy_model"
        }
    }

    package let selection: Selection
    /// SHA-256 of the statement that is explained, hexadecimal; `nil` for what is derived today.
    package let statement: String?
    package let method: Method
    package internal(set) var totals = Totals()
    package internal(set) var energyFactors: [EnergyFactor] = []
    package internal(set) var effectiveness: [Effectiveness] = []
    package internal(set) var intensities: [Intensity] = []
    package internal(set) var releases: [Release] = []
    package internal(set) var gridFactors: [GridFactor] = []
    package internal(set) var terms: [Term] = []
    package internal(set) var files: [File] = []
    package internal(set) var rejects: [Rejects] = []

    /// Requests by the name of a model or region that is not known.
    package var unmatchedModels: [String: Int64] {
        unmatched(\.model) { $0.energyFactor == nil }
    }

    /// Energy of a region without a zone has no grid value.
    package var termsWithoutGrid: Int { terms.count { $0.intensity == nil } }

    private func unmatched(
        _ name: KeyPath<Term, String>, _ isSo: (Term) -> Bool
    ) -> [String: Int64] {
        var requests: [String: Int64] = [:]
        for term in terms where isSo(term) {
            requests[term[keyPath: name], default: 0] += term.activity.requests
        }
        return requests
    }

    /// How a term is computed.
    package static let formula = [
        "energy = sum of coefficient × count ÷ 10^6, in µWh; × PUE ÷ 10^6 where it is not inside; each rounded once for a cell",
        "emissions = energy × intensity ÷ 10^6, in µg, rounded once for a cell",
    ]

    /// Which count each coefficient is charged to.
    package static let charged = Dictionary(
        uniqueKeysWithValues: Charge.allCases.map { ($0.column, $0.counted) })

    enum CodingKeys: String, CodingKey {
        case selection, statement, method, totals, formula, charged, intensities, releases, terms
        case files, rejects
        case energyFactors = "energy_factors"
        case effectiveness = "pue"
        case gridFactors = "grid_factors"
        case unmatchedModels = "unmatched_models"
        case termsWithoutGrid = "terms_without_grid"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(selection, forKey: .selection)
        try container.encodeIfPresent(statement, forKey: .statement)
        try container.encode(method, forKey: .method)
        try container.encode(totals, forKey: .totals)
        try container.encode(Self.formula, forKey: .formula)
        try container.encode(Self.charged, forKey: .charged)
        try container.encode(energyFactors, forKey: .energyFactors)
        try container.encode(effectiveness, forKey: .effectiveness)
        try container.encode(intensities, forKey: .intensities)
        try container.encode(releases, forKey: .releases)
        try container.encode(gridFactors, forKey: .gridFactors)
        try container.encode(terms, forKey: .terms)
        try container.encode(files, forKey: .files)
        try container.encode(rejects, forKey: .rejects)
        try container.encode(unmatchedModels, forKey: .unmatchedModels)
        try container.encode(termsWithoutGrid, forKey: .termsWithoutGrid)
    }
}
