// Values with a unit.
extension RequestReader {
    @inline(__always)
    func milliseconds(
        _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>
    ) throws(FieldFault) -> Int64 {
        guard let slot = duration.first(in: slots) else { return 0 }
        if durationUnit == .milliseconds, durationStart.isEmpty,
            let value = shortCount(bytes, slot.start, slot.count)
        {
            return value
        }
        return try milliseconds(slot, slots, bytes)
    }

    private func milliseconds(
        _ slot: FieldSlots.Slot, _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>
    ) throws(FieldFault) -> Int64 {
        func number(_ slot: FieldSlots.Slot) throws(FieldFault) -> Int64? {
            if slot.isScalar, slot.count == 0 { return nil }
            guard
                let value = durationUnit.milliseconds(
                    slot, in: bytes, isInstant: !durationStart.isEmpty)
            else { throw FieldFault(reason: .fieldType, field: "duration") }
            return value
        }
        guard var value = try number(slot) else { return 0 }
        if !durationStart.isEmpty {
            guard let start = durationStart.first(in: slots), let from = try number(start) else {
                return 0
            }
            value = value.subtractingReportingOverflow(from).partialValue
        }
        // Writers put -1 where they do not know, and clocks can be set back.
        guard value >= 0 else { return 0 }
        guard value <= Int64(Int32.max) else {
            throw FieldFault(reason: .numberRange, field: "duration")
        }
        return value
    }

    func microwattHours(
        _ slots: borrowing FieldSlots, _ bytes: Span<UInt8>
    ) throws(FieldFault) -> Int64? {
        guard let slot = energy.first(in: slots) else { return nil }
        guard let value = energyUnit.microwattHours(slot, in: bytes) else {
            throw FieldFault(reason: .fieldType, field: "energy")
        }
        guard (0...Int64(Int32.max)).contains(value) else {
            throw FieldFault(reason: .numberRange, field: "energy")
        }
        return value
    }
}
