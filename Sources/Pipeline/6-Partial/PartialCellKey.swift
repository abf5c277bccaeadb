package import Accounting

/// The histogram of the requests of one key, and what they were charged.
package struct PartialHistogram: Sendable {
    package let key: PartialCellKey
    package let coefficients: EnergyCoefficients
    package let histogram: RequestHistogram
}

/// A cell's key, whose names are numbers for ``FilePartial/names``.
package struct PartialCellKey: Hashable, Comparable, Sendable {
    package let hour: UTCHour
    package let region: Int
    package let model: Int
    package let tenant: Int
    package let project: Int
    package let endpoint: Int

    private init(
        hour: UTCHour, region: Int, model: Int, tenant: Int, project: Int, endpoint: Int
    ) {
        self.hour = hour
        self.region = region
        self.model = model
        self.tenant = tenant
        self.project = project
        self.endpoint = endpoint
    }

    init(_ key: CellKey, _ numbers: inout CompactNames) {
        hour = UTCHour(Int(key.hour))
        region = numbers.number(key.region)
        model = numbers.number(key.model)
        tenant = numbers.number(key.tenant)
        project = numbers.number(key.project)
        endpoint = numbers.number(key.endpoint)
    }

    /// - Parameter next: Gives ``numbers``, one after the other.
    init(_ next: () -> UInt64) {
        hour = UTCHour(Int(next()))
        region = Int(next())
        model = Int(next())
        tenant = Int(next())
        project = Int(next())
        endpoint = Int(next())
    }

    /// The same with other numbers of names.
    func renumbered(_ number: (Int) -> Int) -> PartialCellKey {
        PartialCellKey(
            hour: hour, region: number(region), model: number(model), tenant: number(tenant),
            project: number(project), endpoint: number(endpoint))
    }

    /// The same of another model.
    func ofModel(_ model: Int) -> PartialCellKey {
        PartialCellKey(
            hour: hour, region: region, model: model, tenant: tenant, project: project,
            endpoint: endpoint)
    }

    package static func < (left: PartialCellKey, right: PartialCellKey) -> Bool {
        if left.hour != right.hour { return left.hour < right.hour }
        return (left.region, left.model, left.tenant, left.project, left.endpoint)
            < (right.region, right.model, right.tenant, right.project, right.endpoint)
    }

    /// Whole numbers from 0 on; hours since 1970.
    var numbers: [UInt64] {
        [hour.value, region, model, tenant, project, endpoint].map { UInt64($0) }
    }
}

/// The few names that a file uses, out of all that a run has met.
struct CompactNames {
    private let all: [String]
    private var numbers: [UInt32: Int] = [0: 0]
    private(set) var names = [""]

    init(_ all: [String]) { self.all = all }

    mutating func number(_ number: UInt32) -> Int {
        if let known = numbers[number] { return known }
        numbers[number] = names.count
        names.append(all[Int(number)])
        return names.count - 1
    }
}
