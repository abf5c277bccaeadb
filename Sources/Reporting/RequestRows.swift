package import Accounting
import Crypto
import Foundation
package import Ledger
package import Pipeline
import Synchronization

/// One row for each request: what it was, what it cost, and by which grid value.
///
/// Energy is the facility's, Wh; emissions are operational and location-based, gCO2e. Each figure is rounded once,
/// half up, to 10⁻¹² of its unit; the ledger rounds a cell's to 10⁻⁶. Low and high are by the range of the energy
/// model. What is not known is empty (`null` in NDJSON); a request of unknown usage has the energy of what is known of
/// it, and where the method says so of what is assumed, which `assumed_wh` tells, as in the ledger.
///
/// Each worker has one of its own.
package final class RequestRows: RequestFormatter {
    package enum Format: String, CaseIterable, Sendable { case csv, ndjson }

    /// How ids of requests are written.
    package enum IDs: Sendable {
        /// The first 128 bits of the SHA-256 of key and id, hexadecimal: without the key nobody can try out ids, and
        /// what is left out keeps anyone from continuing a hash.
        case hashed(key: [UInt8])
        /// As logged.
        case plain
    }

    /// The columns in order.
    package static let columns = [
        "time", "request_id", "status", "region", "zone", "model", "tenant", "project", "endpoint",
        "input_tokens", "cached_input_tokens", "output_tokens", "reasoning_tokens", "items",
        "wh_low", "wh", "wh_high", "intensity_g_per_kwh", "grid_evidence", "gco2e", "assumed_wh",
    ]

    /// The sums of all rows; shared by all workers.
    package final class Totals: Sendable {
        package struct Sums: Equatable, Sendable {
            package var rows = 0
            /// 10⁻¹² Wh.
            package var energy: Int128 = 0
            /// 10⁻¹² gCO2e.
            package var emissions: Int128 = 0
            /// Rows without energy, and rows with energy but without emissions.
            package var withoutEnergy = 0
            package var withoutEmissions = 0
            /// Ids that were left out, as they cannot be ids.
            package var unfitIDs = 0
        }

        private let sums = Mutex(Sums())

        package init() {}

        package var all: Sums { sums.withLock { $0 } }

        fileprivate func add(_ more: Sums) {
            sums.withLock {
                $0.rows += more.rows
                $0.energy += more.energy
                $0.emissions += more.emissions
                $0.withoutEnergy += more.withoutEnergy
                $0.withoutEmissions += more.withoutEmissions
                $0.unfitIDs += more.unfitIDs
            }
        }
    }

    private var builder: RowBuilder

    package init(
        _ format: Format, ids: IDs, factors: RequestFactors, regions: RegionTable, totals: Totals
    ) {
        builder = RowBuilder(format, ids, factors, regions, totals)
    }

    /// What stands before all rows.
    package static func header(_ format: Format) -> [UInt8] {
        format == .csv ? Array((columns.joined(separator: ",") + "\n").utf8) : []
    }

    package func format(
        _ chunk: RequestChunk, name: (UInt32) -> String, write: (Span<UInt8>) throws -> Void
    ) throws {
        try builder.format(chunk, name, write)
    }
}

/// What a worker writes rows with. Never copied, and reached once for a chunk.
private struct RowBuilder: ~Copyable {
    /// What the requests of one hour, region and model have in common.
    private struct Common {
        /// Low, central and high; `nil` for a model that is not known.
        let energy: Estimate<EnergyCoefficients>?
        /// PUE in millionths; 1 where it is inside.
        let effectiveness: Int64
        /// mg/kWh; `nil` for an hour without a value.
        let intensity: Int64?
        /// Region, zone and model, as cells; in `written`.
        let place: Range<Int>
        /// Intensity and evidence, as cells; in `written`.
        let grid: Range<Int>
    }

    private struct Key: Hashable {
        let hour: Int64
        let region: UInt32
        let model: UInt32

        func hash(into hasher: inout Hasher) {
            hasher.combine(UInt64(hour) << 32 ^ UInt64(region) << 16 ^ UInt64(model))
        }
    }

    private static let commonLimit = 20_000
    /// Bytes of cells that are kept.
    private static let writtenLimit = 1 << 24

    private let factors: RequestFactors
    private let regions: RegionTable
    private let totals: RequestRows.Totals
    private let format: RequestRows.Format
    /// `nil` for ids as they are logged.
    private let key: [UInt8]?
    private var keyed: [UInt8] = []
    private var cells: CellWriter
    private var commons: [Common] = []
    private var places: [Key: Int] = [:]
    /// Values of tenants, projects and endpoints, by number; in `written`.
    private var names: [Range<Int>?] = []
    /// Cells that rows have in common, one behind the other.
    private var written: [UInt8] = []
    private var day: (number: Int64, text: [UInt8]) = (-1, [])

    init(
        _ format: RequestRows.Format, _ ids: RequestRows.IDs, _ factors: RequestFactors,
        _ regions: RegionTable, _ totals: RequestRows.Totals
    ) {
        self.factors = factors
        self.regions = regions
        self.totals = totals
        self.format = format
        key = if case .hashed(let key) = ids { key } else { nil }
        cells = CellWriter(format, capacity: 1 << 20)
    }

    mutating func format(
        _ chunk: RequestChunk, _ name: (UInt32) -> String, _ write: (Span<UInt8>) throws -> Void
    ) throws {
        var sums = RequestRows.Totals.Sums()
        cells.removeAll()
        for request in chunk.requests {
            try add(request, chunk.ids[request.id], &sums, name)
        }
        sums.rows = chunk.requests.count
        sums.unfitIDs = chunk.unfitIDs
        totals.add(sums)
        try cells.buffer.withBytes(write)
    }

    /// Where what a request has in common with others is kept.
    private mutating func place(
        of request: LoggedRequest, _ name: (UInt32) -> String
    ) throws -> Int {
        let key = Key(
            hour: request.time / 3_600_000, region: request.region, model: request.model)
        if let known = places[key] { return known }
        if commons.count >= Self.commonLimit || written.count > Self.writtenLimit {
            commons.removeAll()
            places.removeAll()
            names.removeAll()
            written.removeAll()
        }
        let region = name(key.region)
        let factor = try factors.factor(
            hour: UTCHour(Int(key.hour)), region: region, model: name(key.model))
        var place = CellWriter(format)
        place.text("region", region)
        place.text("zone", regions[region]?.zone)
        place.text("model", name(key.model))
        var grid = CellWriter(format)
        grid.milli("intensity_g_per_kwh", factor.intensity?.central.value)
        grid.text("grid_evidence", "\(factor.evidence)")
        commons.append(
            Common(
                energy: factor.energy?.energy,
                effectiveness: factor.effectiveness?.central.value ?? 1_000_000,
                intensity: factor.intensity?.central.value, place: keep(place.bytes),
                grid: keep(grid.bytes)))
        places[key] = commons.count - 1
        return commons.count - 1
    }

    private mutating func keep(_ bytes: [UInt8]) -> Range<Int> {
        written += bytes
        return written.count - bytes.count..<written.count
    }

    /// Where the value of a name is, as a cell has it.
    private mutating func value(of number: Int, _ name: (UInt32) -> String) -> Range<Int> {
        if number < names.count, let known = names[number] { return known }
        var cell = CellWriter(format)
        cell.value(Array(name(UInt32(number)).utf8).span)
        while names.count <= number { names.append(nil) }
        let place = keep(cell.bytes)
        names[number] = place
        return place
    }

    private mutating func add(
        _ request: LoggedRequest, _ id: ArraySlice<UInt8>,
        _ sums: inout RequestRows.Totals.Sums, _ name: (UInt32) -> String
    ) throws {
        let activity = request.activity
        let place = try place(of: request, name)
        cells.beginRow()
        time(request.time)
        identifier(id)
        cells.word("status", Self.status(activity))
        cells.written(written, commons[place].place)
        cells.key("tenant")
        self.name(request.tenant, name)
        cells.key("project")
        self.name(request.project, name)
        cells.key("endpoint")
        self.name(request.endpoint, name)
        cells.integer("input_tokens", request.knowsInput ? activity.inputTokens : nil)
        cells.integer(
            "cached_input_tokens", request.knowsInput ? activity.cachedInputTokens : nil)
        cells.integer("output_tokens", request.knowsOutput ? activity.outputTokens : nil)
        cells.integer("reasoning_tokens", request.knowsOutput ? activity.reasoningTokens : nil)
        cells.integer("items", activity.items)

        let effectiveness = commons[place].effectiveness
        func amount(_ coefficients: EnergyCoefficients) throws -> PicoAmount {
            let amount = coefficients.exactAmount(of: activity)
            guard amount <= PicoAmount.largest else {
                throw LedgerError.invariant(
                    "energy of a request fits in 2^56 µWh; that of one of model "
                        + "\"\(name(request.model))\" does not; is a coefficient in the wrong unit?"
                )
            }
            return PicoAmount(amount, times: effectiveness)
        }
        var energy: PicoAmount?
        if let coefficients = commons[place].energy, coefficients.central.isStated(by: activity) {
            let central = try amount(coefficients.central)
            energy = central
            let value = central.value
            let isRange = coefficients.isRange
            cells.pico("wh_low", isRange ? try amount(coefficients.low).value : value)
            cells.pico("wh", value)
            cells.pico("wh_high", isRange ? try amount(coefficients.high).value : value)
            sums.energy += value
        } else {
            sums.withoutEnergy += 1
            cells.pico("wh_low", nil)
            cells.pico("wh", nil)
            cells.pico("wh_high", nil)
        }
        cells.written(written, commons[place].grid)
        // pWh × mg/kWh is 10⁻⁶ pg.
        let emissions = commons[place].intensity.flatMap { energy?.times($0) }
        cells.pico("gco2e", emissions)
        if energy != nil, emissions == nil { sums.withoutEmissions += 1 }
        let assumed = commons[place].energy?.central.assumedOnly
        cells.pico("assumed_wh", energy == nil ? nil : try assumed.map { try amount($0).value })
        cells.endRow()
        sums.emissions += emissions ?? 0
    }

    @inline(__always)
    private mutating func name(
        _ number: UInt32, _ name: (UInt32) -> String
    ) {
        let place = value(of: Int(number), name)
        cells.written(written, place)
    }

    private static func status(_ activity: Activity) -> StaticString {
        if activity.notRunRequests > 0 { return "not_run" }
        if activity.failedRequests > 0 { return "failed" }
        return activity.cacheHitRequests > 0 ? "cache_hit" : "served"
    }

    private mutating func time(_ milliseconds: Int64) {
        let number = milliseconds / 86_400_000
        if number != day.number {
            day = (number, Array(UTCHour(Int(number) * 24).text.utf8.prefix(10)))
        }
        cells.time(
            "time", day: day.text, millisecondsOfDay: UInt64(milliseconds % 86_400_000))
    }

    private mutating func identifier(_ id: ArraySlice<UInt8>) {
        guard !id.isEmpty, let key else {
            cells.key("request_id")
            cells.value(id.span)
            return
        }
        keyed.removeAll(keepingCapacity: true)
        keyed += key
        keyed += id
        // Safe: a digest has 32 bytes.
        unsafe SHA256.hash(data: keyed).withUnsafeBytes { digest in
            cells.hexadecimal("request_id", unsafe digest.bindMemory(to: UInt8.self).span, 16)
        }
    }
}

/// An exact amount times a factor in millionths, of which more factors can be taken before it is rounded.
private struct PicoAmount {
    /// What one cell may hold: 2⁵⁶ millionths.
    static let largest: Int128 = (1 << 56) * 1_000_000

    private let exact: Int128

    init(_ amount: Int128, times millionths: Int64) { exact = amount * Int128(millionths) }

    /// Half rounded up.
    var value: Int128 {
        if let small = Int64(exactly: exact), small < .max - 500_000 {
            return Int128((small + 500_000) / 1_000_000)
        }
        return (exact + 500_000) / 1_000_000
    }

    /// Times another factor in millionths, half rounded up.
    func times(_ millionths: Int64) -> Int128 {
        let divisor: UInt64 = 1_000_000_000_000
        if let small = UInt64(exactly: exact) {
            let product = small.multipliedFullWidth(by: UInt64(millionths))
            let (low, carry) = product.low.addingReportingOverflow(divisor / 2)
            let high = product.high + (carry ? 1 : 0)
            if high < divisor {
                return Int128(divisor.dividingFullWidth((high, low)).quotient)
            }
        }
        return (exact * Int128(millionths) + Int128(divisor / 2)) / Int128(divisor)
    }
}
