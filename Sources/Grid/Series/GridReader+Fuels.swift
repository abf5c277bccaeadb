import Accounting
import Pipeline

// Intensity from generation by fuel.
extension GridReader {
    /// Generation by fuel: of all fuels, or of the one that the record is of.
    func add(
        _ mix: FuelMix, _ record: FileRecord, _ series: GridSource.Series, _ index: Int,
        _ value: GridValue, _ fault: (String) -> RowFault
    ) throws {
        let zone = try zoneName(record)
        var value = value
        guard let path = mix.fuel else {
            value.generation = try fuelPlaces[index].map { places in
                let text = places.lazy.compactMap { record.fields[$0] }.first
                return try text.map { try kilowatts($0, fault) } ?? GridValue.unsaid
            }
            if let total = try first(mix.total, record).map({ try kilowatts($0, fault) }) {
                value.missesTotal = FuelMix.misses(Int64(total), value.generation)
            }
            try add(mix.mean(value.generation), zone, series, index, value)
            return
        }
        guard let fuel = field(path, record),
            var place = mix.fuels.firstIndex(where: { $0.names.contains(fuel) })
        else {
            throw fault(
                "the fuel \"\(field(path, record) ?? "")\" is none that \(source.name) knows; give it a factor in a "
                    + "mapping file of your own")
        }
        if let emitted = mix.emitted {
            switch field(emitted.kind, record) {
            case emitted.generation: break
            case emitted.emissions: place += mix.fuels.count
            case let kind:
                throw fault("it is of \"\(kind ?? "")\", which \(source.name) does not take")
            }
        }
        let unsaid = [Int32](repeating: GridValue.unsaid, count: mix.placeCount)
        let known = mixes[index, default: [:]][zone, default: [:]][value.start]
        guard known.map({ $0.seconds == value.seconds }) ?? true else {
            throw fault("\(zone) has values of different intervals at this time")
        }
        value.generation = known?.generation ?? unsaid
        guard let text = mix.value.flatMap({ field($0, record) }) else { return }
        let amount = try kilowatts(text, fault)
        guard [GridValue.unsaid, amount].contains(value.generation[place]) else {
            throw fault("\(zone) has two values of the fuel \(fuel) at this time")
        }
        value.generation[place] = amount
        if known == nil { try hold(value) }
        mixes[index, default: [:]][zone, default: [:]][value.start] = value
    }

    func addMixes() {
        for (index, zones) in mixes {
            guard case .fuels(let mix) = source.series[index].value else { continue }
            for (zone, times) in zones {
                let series = source.series[index]
                let key = GridFile.SeriesKey(
                    zone: zone, basis: series.basis, signal: series.signal)
                for var value in times.values {
                    guard let mean = mix.mean(value.generation) else {
                        counts.skipped[
                            "nothing was generated, or what a fuel generated or emitted is missing",
                            default: 0] += 1
                        continue
                    }
                    guard mean <= Self.intensityLimit else {
                        counts.skipped["over 10000 g/kWh", default: 0] += 1
                        continue
                    }
                    value.milligrams = Int32(mean)
                    value.generation.removeLast(mix.placeCount - mix.fuels.count)
                    values[key, default: []].append(value)
                }
            }
        }
        mixes = [:]
    }

    /// Hours without a fuel that made a part of the generation beside them are no means of the others.
    func leaveOutHalfReported() {
        for (key, values) in values
        where values.contains(where: { $0.generation.contains(GridValue.unsaid) }) {
            let whole = FuelGaps(values).whole
            guard whole.count < values.count else { continue }
            counts.skipped["a fuel is missing", default: 0] += values.count - whole.count
            self.values[key] = whole.isEmpty ? nil : whole
        }
    }

    /// Hours whose fuels miss the total that is stated beside them are no means either; a zone with more than a few is not
    /// reported by these fuels.
    func leaveOutMissed(_ file: InputFile) throws {
        var zones: [String] = []
        for (key, values) in values {
            let missed = values.count(where: \.missesTotal)
            guard missed > 0 else { continue }
            guard missed * 10 <= values.count else {
                zones.append(key.zone)
                self.values[key] = nil
                counts.skipped["the fuels of \(key.zone) miss its total", default: 0] +=
                    values.count
                continue
            }
            counts.skipped["the fuels miss the total", default: 0] += missed
            self.values[key] = values.filter { !$0.missesTotal }
        }
        guard values.isEmpty, !zones.isEmpty else { return }
        throw GridFileError.wrongHeader(
            file: file.givenName,
            problem:
                "the fuels of \(zones.sorted().joined(separator: ", ")) miss the stated total by more than "
                + "\(FuelMix.tolerance) % in more than a tenth of the hours: a column is missing, or one that "
                + "\(source.name) does not know; the file was refused")
    }

    private func kilowatts(_ text: String, _ fault: (String) -> RowFault) throws -> Int32 {
        guard let kilowatts = fixedPoint(text.filter { $0 != "," }, decimals: 3),
            kilowatts.magnitude < 1 << 31
        else { throw fault("\"\(text)\" is no number of MW, MWh or t below 2,147,483") }
        return Int32(kilowatts)
    }
}
