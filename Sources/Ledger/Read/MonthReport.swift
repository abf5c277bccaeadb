/// All that a month's report says.
package struct MonthReport: Encodable, Sendable {
    package struct Method: Codable, Sendable {
        package let energyModel: String
        package let summary: String
        package let boundary: String
        package let sources: [String]
        package let basis: String
        package let signal: String

        enum CodingKeys: String, CodingKey {
            case energyModel = "energy_model"
            case summary, boundary, sources, basis, signal
        }
    }

    package struct Row: Encodable, Sendable {
        /// Values of the columns by which the report is broken down, by name.
        package let keys: [String: String]
        package let sums: ReportSums
    }

    package struct Books: Codable, Sendable {
        package let files: Int
        package let lines: Int64
        package let counted: Int64
        package let rejected: Int64
        package let duplicate: Int64
        package let skipped: Int64
        /// Files of the ledger that were refused, or of which nothing was counted: of which month is not known.
        package let filesWithoutRequests: Int

        enum CodingKeys: String, CodingKey {
            case files, lines, counted, rejected, duplicate, skipped
            case filesWithoutRequests = "files_without_requests"
        }
    }

    package struct GridRelease: Codable, Sendable {
        package let source: String
        package let release: String
        /// `consumption` or `production` of the zones, or `unstated`.
        package let boundary: String
        /// Where the factors of fuels are from; empty when the source states intensities.
        package let fuelFactors: String
        package let zones: [String]

        enum CodingKeys: String, CodingKey {
            case source, release, boundary, zones
            case fuelFactors = "fuel_factors"
        }
    }

    /// Energy whose figures are as good as `evidence` says.
    package struct EnergyShare: Codable, Sendable {
        package let evidence: String
        package let energyKWh: Double
        /// From 0 to 1.
        package let share: Double

        enum CodingKeys: String, CodingKey {
            case evidence, share
            case energyKWh = "energy_kwh"
        }
    }

    /// Energy of hours whose grid value was filled in one way.
    package struct Fill: Codable, Sendable {
        /// Of the ladder.
        package let step: String
        package let energyKWh: Double
        /// From 0 to 1.
        package let share: Double

        enum CodingKeys: String, CodingKey {
            case step, share
            case energyKWh = "energy_kwh"
        }
    }

    /// Mean requests at once, from the durations in the log.
    package struct Batch: Codable, Sendable {
        package let least: Double
        package let most: Double
        /// Share of the requests whose energy rests on it, from 0 to 1.
        package let share: Double
    }

    /// What the machines of a pool drew, and where it went.
    package struct Pool: Codable, Sendable {
        package let name: String
        /// `meter` or `hardware`.
        package let supply: String
        package let hours: Int
        package let suppliedKWh: Double
        package let allocatedKWh: Double
        /// For requests of models that are not known.
        package let unmatchedKWh: Double
        package let idleKWh: Double
        /// Energy that the energy model gives the same requests, ÷ what they were given.
        package let modelToMeter: Double?
        /// Facility energy; in no other sum.
        package let idleEnergyKWh: Double
        /// `nil` when an hour has no grid value.
        package let idleEmissionsKgCO2e: Double?

        enum CodingKeys: String, CodingKey {
            case name, supply, hours
            case suppliedKWh = "supplied_kwh"
            case allocatedKWh = "allocated_kwh"
            case unmatchedKWh = "unmatched_kwh"
            case idleKWh = "idle_kwh"
            case modelToMeter = "model_to_meter"
            case idleEnergyKWh = "idle_energy_kwh"
            case idleEmissionsKgCO2e = "idle_emissions_kgco2e"
        }
    }

    /// A model's share of its training.
    package struct Training: Codable, Sendable {
        package let model: String
        /// `gCO2e/request` or `kgCO2e/month`.
        package let unit: String
        /// `nil` when nobody counted the requests.
        package let kgCO2e: Double?
        package let source: String

        enum CodingKeys: String, CodingKey {
            case model, unit, source
            case kgCO2e = "training_kgco2e"
        }
    }

    /// `YYYY-MM`.
    package let month: String
    package let method: Method
    package let totals: ReportSums
    /// Its statements, the first revision first; none while it is open.
    package let statements: [MonthStatement]
    /// What the last of them is held against.
    package let figures: MonthStatement.Figures
    /// The best first; the last is the weakest that the month rests on.
    package let energyEvidence: [EnergyShare]
    /// In the order of the ladder's steps.
    package let fills: [Fill]
    package let batch: Batch?
    package let pools: [Pool]
    /// In no other figure.
    package let training: [Training]
    package let by: [ReportKey]
    /// In order of emissions, the largest first, then by name.
    package let rows: [Row]
    package var unmatched: Unmatched
    /// Of the files whose requests span part of this month: whole files, also where they reach beyond it.
    package let books: Books
    /// Releases whose values the month rests on.
    package let grid: [GridRelease]
    /// Releases and published factors that hours without a value were filled from.
    package let filledFrom: [GridRelease]
    /// Kinds of logs of which it is to be asked whether they hold the same calls.
    package let sameCalls: [SameCalls]

    /// Open, closed or pending.
    package var status: String { statements.last?.state.rawValue ?? "open" }

    enum CodingKeys: String, CodingKey {
        case month, method, totals, fills, batch, pools, training, by, rows, unmatched, books, grid
        case statements
        case energyEvidence = "energy_evidence"
        case filledFrom = "filled_from"
        case sameCalls = "same_calls"
    }
}
