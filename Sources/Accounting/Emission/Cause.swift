/// What the range of a figure is made of: how far it could be off because one kind of factor is.
package enum Cause: String, CaseIterable, Sendable {
    case energyModel = "model"
    case effectiveness = "pue"
    case grid

    /// One factor, wherever it was used: an entry of the energy model, a region with a PUE of its own (or `*` for all that
    /// publish none), a zone.
    package struct Subject: Hashable, Sendable {
        package let cause: Cause
        package let name: String

        package init(_ cause: Cause, _ name: String) {
            self.cause = cause
            self.name = name
        }

        package static func energyModel(entry: String) -> Subject { Subject(.energyModel, entry) }
        package static func effectiveness(of region: String) -> Subject {
            Subject(.effectiveness, region)
        }
        package static func grid(zone: String) -> Subject { Subject(.grid, zone) }
    }

    package var meaning: String {
        switch self {
        case .energyModel: "the range of the energy model's entry"
        case .effectiveness: "the range of the facility's PUE"
        case .grid: "the error of a filled grid value"
        }
    }
}
