import Accounting
import Foundation

/// Writes a made-up hourly grid series for the zones of the made-up logs, in the `hourly` format.
package struct GridSeriesWriter {
    private let plan: SynthesisPlan

    package init(_ plan: SynthesisPlan) { self.plan = plan }

    /// The text of the file.
    package var text: String {
        var random = SeededGenerator(seed: plan.seed ^ 0x6772_6964)
        var lines = ["time,zone,direct_g_per_kwh,lifecycle_g_per_kwh,estimated"]
        for (zone, middle) in SynthesisPlan.zones.prefix(plan.regions) {
            for hour in plan.start.value..<plan.start.value + plan.days * 24 {
                let weight = SynthesisPlan.intensityWeights[hour % 24]
                let hundredths = middle * weight * (90 + random.below(21)) / 100
                let lifecycle = hundredths * 115 / 100 + 900
                let time = UTCHour(hour).text
                lines.append(
                    "\(time),\(zone),\(decimal(hundredths)),\(decimal(lifecycle)),"
                        + (random.below(25) == 0 ? "true" : "false"))
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func decimal(_ hundredths: Int) -> String {
        "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }
}
