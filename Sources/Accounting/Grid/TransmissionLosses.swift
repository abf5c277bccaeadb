/// Electricity lost in transmission and distribution: emissions of making it are Scope 3, category 3, and no part of
/// operational emissions.
package struct TransmissionLosses: Equatable, Sendable {
    package struct Entry: Equatable, Sendable {
        /// A zone, or what the names of zones begin with, such as a country.
        package let zone: String
        /// `nil` for one that the user states of every year.
        package let year: Int?
        package let loss: TransmissionLoss
        package let source: String

        package init(zone: String, year: Int?, loss: TransmissionLoss, source: String) {
            self.zone = zone
            self.year = year
            self.loss = loss
            self.source = source
        }
    }

    package let entries: [Entry]

    package init(_ entries: [Entry] = []) { self.entries = entries }

    /// That of the zone, else of what its name begins with: of the year, else of every year, else of the nearest one.
    package func entry(of zone: String, year: Int) -> Entry? {
        entries.nearest(to: year, in: zone, zone: { $0.zone }, year: { $0.year })
    }
}

extension TransmissionLoss {
    /// - Parameter percentOfSupply: Lost of what is fed into the grid, from 0 to 90, such as `5.1`; `nil` for anything else.
    package init?(percentOfSupply text: String) {
        // Of what is fed in, millionths: a percent has 10⁴ of them.
        guard let lost = fixedPoint(text, decimals: 4), (0...900_000).contains(lost) else {
            return nil
        }
        let delivered = 1_000_000 - lost
        self.init((lost * 1_000_000 + delivered / 2) / delivered)
    }
}
