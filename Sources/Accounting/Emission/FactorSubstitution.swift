/// The central values of a factor: all that energy and emissions rest on.
package struct CentralFactor: Equatable, Sendable {
    /// `nil`: the energy model does not know this model.
    package var energy: EnergyCoefficients?
    /// `nil`: PUE is inside.
    package var effectiveness: PowerUsageEffectiveness?
    /// `nil`: no grid value.
    package var intensity: MilligramsCO2ePerKilowattHour?

    package init(
        energy: EnergyCoefficients?, effectiveness: PowerUsageEffectiveness?,
        intensity: MilligramsCO2ePerKilowattHour?
    ) {
        self.energy = energy
        self.effectiveness = effectiveness
        self.intensity = intensity
    }

    package init(_ factor: HourFactor) {
        self.init(
            energy: factor.energy?.energy.central, effectiveness: factor.effectiveness?.central,
            intensity: factor.intensity?.central)
    }

    /// Whether requests of unknown usage are charged nothing of what is not known: their energy is unknown.
    package var leavesOutUnknown: Bool {
        guard let energy else { return false }
        return energy.input | energy.cachedInput | energy.output != 0
            && energy.unknownRequest | energy.unknownInput | energy.unknownOutput == 0
    }

    /// Of a cell, each rounded once from the one before it, as ``CellEmission`` does; zero for what is not known.
    package func amounts(of activity: Activity) throws(AmountOutOfRange) -> CentralAmounts {
        guard let energy else { return CentralAmounts() }
        let modelled = try energy.amount(of: activity)
        let facility =
            if let effectiveness { try modelled * effectiveness } else { modelled }
        return CentralAmounts(
            energy: facility.value,
            emissions: try intensity.map { intensity throws(AmountOutOfRange) in
                try facility * intensity
            }?.value ?? 0)
    }
}

/// Energy and emissions, or differences of them, µWh and µg.
package struct CentralAmounts: Equatable, Sendable {
    package var energy: Int64 = 0
    package var emissions: Int64 = 0

    package init(energy: Int64 = 0, emissions: Int64 = 0) {
        self.energy = energy
        self.emissions = emissions
    }

    package static func += (left: inout Self, right: Self) {
        left.energy += right.energy
        left.emissions += right.emissions
    }

    package static func - (left: Self, right: Self) -> Self {
        Self(energy: left.energy - right.energy, emissions: left.emissions - right.emissions)
    }
}

/// Leads from a stated factor to today's, one cause after the other.
package struct FactorSubstitution: Sendable {
    /// Parts in which today's method is another than the statement's.
    package let differing: Set<MethodPart>

    package init(differing: Set<MethodPart>) { self.differing = differing }

    /// What is known of one hour, region and model beside its two factors.
    package struct Circumstances: Sendable {
        /// Whether the model goes by another name.
        package var isRenamed = false
        /// What that name charges by the statement's energy model; `nil` where it does not know it.
        package var renamed: EnergyCoefficients?
        /// Whether the region's zone is another one.
        package var isMoved = false
        /// Today's grid filled as the statement's settings say; `nil` where they are today's, or nothing was filled.
        package var refilled: MilligramsCO2ePerKilowattHour??

        package init() {}
    }

    /// A factor, and the cause by which it differs from the one before it.
    package struct Step: Equatable, Sendable {
        package let cause: RestatementCause
        package let before: CentralFactor
        package let after: CentralFactor
    }

    /// The steps from a stated factor to today's; none where all is as it was, or differs as the cells do.
    ///
    /// What follows from the cells (batch sizes, means, the shares of pools) counts as logs, and so stands in the first factor
    /// already, as long as the model's name and the energy model are the statement's. A region that is in another zone takes
    /// all of that zone's grid with its tables.
    package func steps(
        from stated: CentralFactor, to today: CentralFactor, _ circumstances: Circumstances
    ) -> [Step] {
        var factor = stated
        let isSameModel = !differing.contains(.energyModel)
        if isSameModel, !circumstances.isRenamed, !differing.contains(.derivation) {
            factor.take(today.energy, of: today)
        }
        var steps: [Step] = []
        func take(_ cause: RestatementCause, _ change: (inout CentralFactor) -> Void) {
            let before = factor
            change(&factor)
            guard factor != before else { return }
            steps.append(Step(cause: cause, before: before, after: factor))
        }
        if circumstances.isRenamed {
            let renamed = isSameModel ? today.energy : circumstances.renamed ?? today.energy
            take(.names) { $0.take(renamed, of: today) }
        }
        if !isSameModel { take(.energyModel) { $0.take(today.energy, of: today) } }
        take(.tables) {
            $0.effectiveness = today.effectiveness
            if circumstances.isMoved { $0.intensity = today.intensity }
        }
        if differing.contains(.basis) { take(.basis) { $0.intensity = today.intensity } }
        take(.gridRelease) { factor in
            let isOther = circumstances.isMoved || differing.contains(.basis)
            factor.intensity = isOther ? today.intensity : circumstances.refilled ?? today.intensity
        }
        take(.gapFilling) { $0.intensity = today.intensity }
        take(.derivation) { $0.take(today.energy, of: today) }
        return steps
    }
}

extension CentralFactor {
    /// Takes coefficients; with them goes whether PUE is inside.
    fileprivate mutating func take(_ energy: EnergyCoefficients?, of today: CentralFactor) {
        self.energy = energy
        if (effectiveness == nil) != (today.effectiveness == nil) {
            effectiveness = today.effectiveness
        }
    }
}
