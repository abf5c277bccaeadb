import Accounting
import Configuration
import Setup
import Synthesis
import Testing

@Suite("From a stated factor to today's")
struct FactorSubstitutionTests {
    /// A method's text of the ladder is read back as what it says.
    @Test("A ladder's text fills as the ladder does")
    func ladderText() throws {
        var method = try Settings.builtin().method
        method.ladder = GridLadder(steps: [.linear, .annual])
        method.ladder.linearHours = 9
        method.ladders["US-MIDA-PJM"] = GridLadder(steps: [.previousDay])
        let text = try #require(method.parts.first { $0.name == .ladder }?.text)
        var other = method
        other.ladder = .none
        other.ladders = [:]
        other.annual = AnnualIntensities()
        let read = try #require(other.filling(by: text))
        #expect(read.ladder == method.ladder && read.ladders == method.ladders)
        #expect(read.annual == method.annual)
        #expect(read == method)
        for wrong in ["ladder * 1 2", "ladder * 1 2 3 upwards", "annual IE 2024", "other"] {
            #expect(method.filling(by: wrong) == nil, "\(wrong)")
        }
    }

    @Test(
        "Whatever differs: each step begins where the one before ended, and the last is today's",
        arguments: 1...200)
    func chain(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        func factor() -> CentralFactor {
            CentralFactor(
                energy: random.below(4) == 0
                    ? nil : EnergyCoefficients(output: Int64(random.below(3) + 1)),
                effectiveness: random.below(3) == 0
                    ? nil : PowerUsageEffectiveness(1_000_000 + Int64(random.below(3))),
                intensity: random.below(4) == 0
                    ? nil : MilligramsCO2ePerKilowattHour(Int64(random.below(3))))
        }
        let (stated, today) = (factor(), factor())
        let differing = Set(MethodPart.allCases.filter { _ in random.below(2) == 0 })
        var circumstances = FactorSubstitution.Circumstances()
        circumstances.isRenamed = random.below(2) == 0
        circumstances.renamed = factor().energy
        circumstances.isMoved = random.below(3) == 0
        if random.below(2) == 0 { circumstances.refilled = .some(factor().intensity) }
        let steps = FactorSubstitution(differing: differing)
            .steps(from: stated, to: today, circumstances)
        for (step, next) in zip(steps, steps.dropFirst()) {
            #expect(step.after == next.before && step.cause < next.cause)
        }
        for step in steps { #expect(step.before != step.after) }
        if let last = steps.last { #expect(last.after == today) }
        // Without a step only what follows the cells may differ: those are today's, so it is counted as logs.
        if steps.isEmpty {
            #expect(stated.intensity == today.intensity)
            #expect(stated.effectiveness == today.effectiveness || stated.energy != today.energy)
        }
        if stated == today, !circumstances.isRenamed, circumstances.refilled == nil {
            #expect(steps.isEmpty)
        }
    }

    @Test("Rounded cells lie within the bound, and a wrong factor does not")
    func bound() throws {
        let factor = CentralFactor(
            energy: EnergyCoefficients(output: 1_234_567),
            effectiveness: PowerUsageEffectiveness(1_370_000),
            intensity: MilligramsCO2ePerKilowattHour(412_345))
        var random = SeededGenerator(seed: 4)
        var (energy, emissions): (Int64, Int64) = (0, 0)
        var whole = Activity()
        for _ in 0..<1_000 {
            var cell = Activity()
            cell.requests = 1
            cell.outputTokens = Int64(random.below(2_000))
            let amounts = try factor.amounts(of: cell)
            energy += amounts.energy
            emissions += amounts.emissions
            whole += cell
        }
        #expect(factor.isMet(energy: energy, emissions: emissions, by: whole, cells: 1_000))
        // 1,000 cells × (0.5 × 1.37 + 0.5) µWh
        #expect(RoundingBound(cells: 1_000, factor).energy == 1_185)
        let beyond = energy + 2_371
        #expect(!factor.isMet(energy: beyond, emissions: emissions, by: whole, cells: 1_000))
        #expect(!factor.isMet(energy: nil, emissions: nil, by: whole, cells: 1_000))
    }
}
