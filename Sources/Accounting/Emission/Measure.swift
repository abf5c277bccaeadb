/// A quantity that is derived for each cell, added up, stored and published. The order is that of the columns.
package enum Measure: Int, CaseIterable, Sendable {
    case energyRequests, matchedRequests, energyOutputTokens, matchedOutputTokens
    case measuredEnergy, estimatedEnergy, filledEnergy, unmatchedEnergy
    case assumedEnergy, assumedEmissions
    case failedEnergy
    case energy, emissions
    case itEnergy, marketEmissions, marginalEmissions, lossEmissions, embodied
    case onSiteWater, offSiteWater

    /// What a sum is of which some parts are not known.
    package enum Sum: Sendable {
        /// Parts are always known.
        case known
        /// The sum of what is known; NULL when nothing is.
        case partlyKnown
        /// NULL.
        case whollyKnown
    }

    /// All that is known about a measure.
    package struct Declaration: Sendable {
        /// Of its columns, without the unit.
        package let name: String
        package let unit: QuantityUnit
        package let meaning: String
        package var sum = Sum.known
        /// The schema that it first stood in, from 1.
        package var since = 1
        /// What its low and high are made of; empty for one that has none.
        package var causes: [Cause] = []
    }

    package var declaration: Declaration {
        switch self {
        case .energyRequests:
            Declaration(
                name: "energy_requests", unit: .requests, meaning: "requests whose energy is known")
        case .matchedRequests:
            Declaration(
                name: "matched_requests", unit: .requests,
                meaning: "requests whose energy and grid value are known")
        case .energyOutputTokens:
            Declaration(
                name: "energy_output_tokens", unit: .tokens,
                meaning: "output of requests whose energy is known")
        case .matchedOutputTokens:
            Declaration(
                name: "matched_output_tokens", unit: .tokens,
                meaning: "output of requests whose energy and grid value are known")
        case .measuredEnergy:
            Declaration(
                name: "measured_energy", unit: .microwattHours,
                meaning: "energy in hours whose grid value is measured")
        case .estimatedEnergy:
            Declaration(
                name: "estimated_energy", unit: .microwattHours,
                meaning: "energy in hours whose grid value its source estimated")
        case .filledEnergy:
            Declaration(
                name: "filled_energy", unit: .microwattHours,
                meaning: "energy in hours whose grid value was filled by the ladder")
        case .unmatchedEnergy:
            Declaration(
                name: "unmatched_energy", unit: .microwattHours,
                meaning: "energy in hours without a grid value; in no emissions")
        case .assumedEnergy:
            Declaration(
                name: "assumed_energy", unit: .microwattHours,
                meaning:
                    "part of the energy that stands for unknown usage, at the mean of its model")
        case .assumedEmissions:
            Declaration(
                name: "assumed_emissions", unit: .microgramsCO2e,
                meaning: "part of the emissions that stands for unknown usage")
        case .failedEnergy:
            Declaration(
                name: "failed_energy", unit: .microwattHours,
                meaning:
                    "part of the energy that failed requests took, as far as tokens are charged",
                since: 3)
        case .energy:
            Declaration(
                name: "energy", unit: .microwattHours,
                meaning: "facility energy, PUE included; of requests whose model is matched",
                sum: .partlyKnown, causes: [.energyModel, .effectiveness])
        case .emissions:
            Declaration(
                name: "emissions", unit: .microgramsCO2e,
                meaning: "operational, location-based; of energy with a grid value",
                sum: .partlyKnown, causes: [.energyModel, .effectiveness, .grid])
        case .itEnergy:
            Declaration(
                name: "it_energy", unit: .microwattHours,
                meaning: "servers only, before PUE; unknown where only the facility's is known",
                sum: .whollyKnown)
        case .marketEmissions:
            Declaration(
                name: "market_emissions", unit: .microgramsCO2e,
                meaning: "operational, market-based; never added to others", sum: .whollyKnown)
        case .marginalEmissions:
            Declaration(
                name: "marginal_emissions", unit: .microgramsCO2e,
                meaning: "operational, at the intensity of the next kWh; never added to others",
                sum: .whollyKnown)
        case .lossEmissions:
            Declaration(
                name: "td_loss_emissions", unit: .microgramsCO2e,
                meaning:
                    "of electricity lost in transmission and distribution; never added to others",
                sum: .whollyKnown)
        case .embodied:
            Declaration(
                name: "embodied", unit: .microgramsCO2e,
                meaning: "the share of making the hardware; never added to others",
                sum: .whollyKnown, causes: [.energyModel])
        case .onSiteWater:
            Declaration(
                name: "on_site_water", unit: .nanolitres,
                meaning: "of cooling on site, by the basis of its row", sum: .whollyKnown)
        case .offSiteWater:
            Declaration(
                name: "off_site_water", unit: .nanolitres,
                meaning: "consumed where the electricity is made", sum: .whollyKnown)
        }
    }

    /// Of stored integers.
    package var column: String { declaration.name + declaration.unit.storedSuffix }
    /// Of what people read.
    package var publishedColumn: String { declaration.name + declaration.unit.publishedSuffix }

    /// Those with a low and a high.
    package static let ranged = allCases.filter { !$0.declaration.causes.isEmpty }

    /// The amount of one cell; `nil` where it is not known.
    func value(
        _ activity: Activity, _ cell: CellEmission, _ evidence: GridEvidence
    ) -> Int64? {
        func energy(if isSo: Bool) -> Int64 { isSo ? cell.energy?.value ?? 0 : 0 }
        var known: Int64 {
            activity.requests - (cell.leavesOutUnknown ? activity.unknownUsageRequests : 0)
        }
        return switch self {
        case .energyRequests: cell.energy == nil ? 0 : known
        case .matchedRequests: cell.emissions == nil ? 0 : known
        case .energyOutputTokens: cell.energy == nil ? 0 : activity.outputTokens
        case .matchedOutputTokens: cell.emissions == nil ? 0 : activity.outputTokens
        case .measuredEnergy: energy(if: evidence == .measured)
        case .estimatedEnergy: energy(if: evidence == .estimated)
        case .filledEnergy: energy(if: evidence.isFilled)
        case .unmatchedEnergy: energy(if: evidence == .missing)
        case .assumedEnergy: cell.assumedEnergy.value
        case .assumedEmissions: cell.assumedEmissions.value
        case .failedEnergy: cell.failedEnergy.value
        case .energy: cell.energy?.value
        case .emissions: cell.emissions?.value
        case .itEnergy: cell.itEnergy?.value
        case .marketEmissions: cell.marketEmissions?.value
        case .marginalEmissions: cell.marginalEmissions?.value
        case .lossEmissions: cell.lossEmissions?.value
        case .embodied: cell.embodied?.value
        case .onSiteWater: cell.onSiteWater?.value
        case .offSiteWater: cell.offSiteWater?.value
        }
    }

    /// How far one cell could lie below and above for a cause; zero for what is no cause of it.
    func deviation(_ cause: Cause, of cell: CellEmission) -> SIMD2<Int64> {
        func parts<Amount>(_ deviation: Deviation<Amount>) -> SIMD2<Int64> {
            SIMD2(deviation.down.value, deviation.up.value)
        }
        return switch (self, cause) {
        case (.energy, .energyModel): parts(cell.energyByModel)
        case (.energy, .effectiveness): parts(cell.energyByPUE)
        case (.emissions, .energyModel): parts(cell.emissionsByModel)
        case (.emissions, .effectiveness): parts(cell.emissionsByPUE)
        case (.emissions, .grid): parts(cell.emissionsByGrid)
        case (.embodied, .energyModel): parts(cell.embodiedByModel)
        default: .zero
        }
    }
}
