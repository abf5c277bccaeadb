/// What whole numbers of a column count, and how people read them.
package enum QuantityUnit: String, Sendable {
    case requests, tokens, items, milliseconds, microwattHours, microgramsCO2e, nanolitres

    /// Behind the name of a stored column; empty where the name says it.
    package var storedSuffix: String {
        switch self {
        case .requests, .tokens, .items: ""
        case .milliseconds: "_ms"
        case .microwattHours: "_uwh"
        case .microgramsCO2e: "_ug"
        case .nanolitres: "_nl"
        }
    }

    /// Behind the name of a published column.
    package var publishedSuffix: String {
        switch self {
        case .requests, .tokens, .items: ""
        case .milliseconds: "_ms"
        case .microwattHours: "_kwh"
        case .microgramsCO2e: "_kgco2e"
        case .nanolitres: "_l"
        }
    }

    /// What published figures are in.
    package var published: String {
        switch self {
        case .requests: "requests"
        case .tokens: "tokens"
        case .items: "items"
        case .milliseconds: "ms"
        case .microwattHours: "kWh"
        case .microgramsCO2e: "kg CO2e"
        case .nanolitres: "L"
        }
    }

    /// Stored units in a published one; `nil` where the whole number itself is published.
    package var divisor: Double? {
        switch self {
        case .requests, .tokens, .items, .milliseconds: nil
        case .microwattHours, .microgramsCO2e, .nanolitres: 1e9
        }
    }
}
