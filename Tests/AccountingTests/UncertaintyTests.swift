import Accounting
import Synthesis
import Testing

@Suite("Ranges of totals")
struct UncertaintyTests {
    @Test("One factor adds up, different factors join as squares")
    func rule() {
        var total = Uncertainty()
        total.add(.energyModel(entry: "a"), down: 1, up: 10)
        total.add(.energyModel(entry: "a"), down: 2, up: 20)
        total.add(.effectiveness(of: "*"), down: 4, up: 40)
        #expect(total.range(around: 100) == (low: 95, high: 150))
        #expect(Uncertainty().range(around: 7) == (low: 7, high: 7))
    }

    @Test("The order of cells does not matter, and no total falls below nothing")
    func order() {
        var one = Uncertainty()
        var other = Uncertainty()
        for index in 0..<50 {
            one.add(.grid(zone: "\(index)"), down: Int64(index), up: 1)
            other.add(.grid(zone: "\(49 - index)"), down: Int64(49 - index), up: 1)
        }
        #expect(one == other)
        #expect(one.range(around: 1).low == 0)
    }

    @Test("Drawing the factors at random gives the range of the rule")
    func simulation() {
        // Three models in two regions; every factor is uniform around 1, ±30 % or ±10 %.
        var random = SeededGenerator(seed: 3)
        let models: [(Double, Double)] = [(300, 0.3), (200, 0.1), (100, 0.2)]
        let regions: [(Double, Double)] = [(0.7, 0.1), (0.3, 0.3)]
        var total = Uncertainty()
        for (model, (energy, width)) in models.enumerated() {
            for (region, (share, effect)) in regions.enumerated() {
                let central = energy * share * 1e6
                total.add(
                    .energyModel(entry: "\(model)"), down: Int64(central * width),
                    up: Int64(central * width))
                total.add(
                    .effectiveness(of: "\(region)"), down: Int64(central * effect),
                    up: Int64(central * effect))
            }
        }
        let range = total.range(around: 600_000_000)
        func draw(_ width: Double) -> Double {
            1 + width * (Double(random.below(2_000_001)) / 1e6 - 1)
        }
        var squares = 0.0
        let rounds = 20_000
        for _ in 0..<rounds {
            let energy = models.map { $0.0 * draw($0.1) }.reduce(0, +)
            let effect = regions.map { $0.0 * draw($0.1) }.reduce(0, +)
            let difference = energy * effect * 1e6 - 600_000_000
            squares += difference * difference
        }
        // A uniform factor of half width w has a standard deviation of w / √3.
        let simulated = (squares / Double(rounds)).squareRoot()
        let stated = Double(range.high - range.low) / 2 / 3.0.squareRoot()
        #expect(abs(simulated / stated - 1) < 0.03, "\(simulated) against \(stated)")
    }
}
