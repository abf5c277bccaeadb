/// The choices that a total rests on: energy model, regions and PUE, basis of the grid factor.
package struct Method: Equatable, Sendable {
    /// Where the batch size comes from.
    package enum BatchSource: String, CaseIterable, Sendable {
        /// What the energy model assumes.
        case published
        /// The mean concurrency of each hour.
        case log
    }

    /// What is charged to requests of which the log does not say what they used.
    package enum UnknownUsage: String, CaseIterable, Sendable {
        /// Nothing for tokens: their number is reported.
        case leftOut = "left_out"
        /// The mean of their model and day, labelled as assumed.
        case modelMean = "model_mean"
    }

    /// The intensity of a contract or a residual mix.
    package struct MarketFactor: Equatable, Sendable {
        /// `*` for every region.
        package let region: String
        /// `nil` for every month.
        package let month: UTCMonth?
        package let intensity: MilligramsCO2ePerKilowattHour
        package let source: String

        package init(
            region: String, month: UTCMonth?, intensity: MilligramsCO2ePerKilowattHour,
            source: String
        ) {
            self.region = region
            self.month = month
            self.intensity = intensity
            self.source = source
        }
    }

    /// Emissions of training a model, and whom they are shared among. Never part of another figure.
    package struct TrainingShare: Equatable, Sendable {
        package enum Amortisation: String, CaseIterable, Sendable {
            /// The same for each request.
            case request
            /// The same for each month in which the model is used.
            case month
        }

        /// As the log names it, or an entry of the energy model.
        package let model: String
        package let per: Amortisation
        /// 10⁻¹² g for one request, or 10⁻¹² kg for one month.
        package let pico: Int64
        package let source: String

        package init(model: String, per: Amortisation, pico: Int64, source: String) {
            self.model = model
            self.per = per
            self.pico = pico
            self.source = source
        }
    }

    package private(set) var energyModel: EnergyModel
    package let regions: RegionTable
    /// For regions that publish none.
    package let defaultEffectiveness: Estimate<PowerUsageEffectiveness>
    package let defaultEffectivenessSource: String
    package let basis: IntensityBasis
    /// The user's own names of models.
    package var modelNames: [String: String] = [:]
    package var batchSource = BatchSource.published
    package var unknownUsage = UnknownUsage.leftOut
    /// How hours without a grid value are filled.
    package var ladder = GridLadder.none
    /// For its last step.
    package var annual = AnnualIntensities()
    /// Of zones with a ladder of their own.
    package var ladders: [String: GridLadder] = [:]
    /// The first that fits is taken.
    package var deployments: [Deployment] = []
    /// A region and month before one of them, before neither.
    package var market: [MarketFactor] = []
    package var water = WaterTable()
    /// None, unless they are asked for.
    package var losses = TransmissionLosses()
    package var pools: [Pool] = []
    package var training: [TrainingShare] = []

    package init(
        energyModel: EnergyModel, regions: RegionTable,
        defaultEffectiveness: Estimate<PowerUsageEffectiveness>,
        defaultEffectivenessSource: String, basis: IntensityBasis
    ) {
        self.energyModel = energyModel
        self.regions = regions
        self.defaultEffectiveness = defaultEffectiveness
        self.defaultEffectivenessSource = defaultEffectivenessSource
        self.basis = basis
    }

    /// The same choices with another energy model.
    package func with(_ energyModel: EnergyModel) -> Method {
        var other = self
        other.energyModel = energyModel
        return other
    }

    /// The energy model's entry for a model as the log names it; `nil` when it is unmatched.
    package func entry(for model: String) -> String? {
        energyModel.entry(for: modelNames[model] ?? model)
    }

    /// The values of the grid that are in force in one zone and hour.
    package struct GridHour: Sendable {
        package let intensity: Estimate<MilligramsCO2ePerKilowattHour>
        package let evidence: GridEvidence
        /// How it was filled; `nil` for a value that was imported.
        package let step: GridLadder.Step?
        /// Whether it counts electricity that is lost on its way.
        package let includesLosses: Bool
        /// What a filled value was made of.
        package let points: [GridLadder.Points]

        package init(
            intensity: MilligramsCO2ePerKilowattHour, evidence: GridEvidence, includesLosses: Bool
        ) {
            self.intensity = Estimate(exactly: intensity)
            self.evidence = evidence
            self.includesLosses = includesLosses
            step = nil
            points = []
        }

        package init(_ fill: GridLadder.Fill, includesLosses: Bool) {
            self.includesLosses = includesLosses
            intensity = fill.intensity
            evidence = fill.step.evidence
            step = fill.step
            points = fill.points
        }
    }

    /// The ladder of a zone.
    package func ladder(of zone: String) -> GridLadder { ladders[zone] ?? ladder }

    /// The factor of one (hour, region, model).
    ///
    /// - Parameters:
    ///   - activity: All that this model did in this region and hour.
    ///   - mean: Stands for usage that is not known; `nil` leaves it out.
    ///   - grid: The average value in force for the region's zone and hour, if there is one.
    ///   - marginal: The marginal one.
    package func factor(
        region: String, model: String, hour: UTCHour, activity: Activity, mean: MeanUsage? = nil,
        grid: GridHour?, marginal: GridHour? = nil
    ) -> HourFactor {
        let entry = entry(for: model)
        let deployment = deployment(region: region, model: model, entry: entry)
        var batch: BatchSize?
        if batchSource == .log, energyModel.dependsOnBatch {
            batch = BatchSize(
                durationMilliseconds: activity.durationMilliseconds,
                replicas: deployment?.replicas ?? 1)
        }
        // Energy that only some requests state is not the energy of all of them.
        let isStated =
            energyModel.kind != .metered
            || activity.meteredRequests == activity.servedRequests
                && activity.requestlessTokens == 0
        let place = regions[region]
        let isITEnergy = energyModel.boundary == .it
        let energy = entry.flatMap {
            energyModel.factor(of: $0, deployment: deployment, batch: batch?.value)
        }
        // A request that was served made at least one item; fewer are of a log that does not count them.
        let areItemsKnown =
            energy?.energy.central.item ?? 0 == 0
            || activity.items >= activity.servedRequests && activity.requestlessTokens == 0
        // What is charged by the request cannot be where nobody counted them.
        let areRequestsKnown =
            energy?.energy.high.request ?? 0 == 0 || activity.uncountedTokens == 0
        let isKnown = isStated && areItemsKnown && areRequestsKnown
        var known = isKnown ? mean.flatMap { energy?.assuming($0) } ?? energy : nil
        if known?.embodied?.high.request ?? 0 != 0, activity.uncountedTokens > 0 {
            known = known?.withoutEmbodied
        }
        var factor = HourFactor(
            energy: known,
            effectiveness: isITEnergy ? effectiveness(of: region, year: hour.month.year) : nil,
            intensity: grid?.intensity,
            evidence: grid?.evidence ?? .missing)
        factor.batch = batch
        factor.gridStep = grid?.step
        factor.marginal = marginal?.intensity.central
        factor.market = marketFactor(region: region, month: hour.month)?.intensity
        factor.transmissionLoss = place.flatMap {
            // What the intensity counts is not counted again.
            let loss = losses.entry(of: $0.zone, year: hour.month.year)?.loss
            return grid?.includesLosses == true && !losses.entries.isEmpty ? .zero : loss
        }
        factor.onSiteWater = place?.onSiteWater
        factor.offSiteWater = place.flatMap { water.offSite(zone: $0.zone) }
        return factor
    }

    private func deployment(region: String, model: String, entry: String?) -> Deployment? {
        deployments.first { known in
            (known.region.map { $0 == region } ?? true)
                && (known.model.map { $0 == model || $0 == entry } ?? true)
        }
    }

    /// What single requests are charged before their hour is known: central, at the published batch.
    ///
    /// - Returns: `nil` for a model that the energy model does not know.
    package func requestEnergy(region: String, model: String) -> EnergyCoefficients? {
        guard let entry = entry(for: model) else { return nil }
        let deployment = deployment(region: region, model: model, entry: entry)
        return energyModel.factor(of: entry, deployment: deployment)?.energy.central
    }

    package func effectiveness(
        of region: String, year: Int
    ) -> Estimate<PowerUsageEffectiveness> {
        regions[region]?.effectiveness(in: year).map { Estimate(exactly: $0.value) }
            ?? defaultEffectiveness
    }

    /// Whose PUE a region uses: its own, or `*` for the default.
    package func effectivenessSubject(region: String) -> String {
        regions[region]?.effectiveness.isEmpty ?? true ? "*" : regions.name(of: region) ?? region
    }

    private func marketFactor(region: String, month: UTCMonth) -> MarketFactor? {
        market.filter {
            ($0.region == region || $0.region == "*") && ($0.month == nil || $0.month == month)
        }.max { rank($0) < rank($1) }
    }

    private func rank(_ factor: MarketFactor) -> Int {
        (factor.region == "*" ? 0 : 2) + (factor.month == nil ? 0 : 1)
    }
}
