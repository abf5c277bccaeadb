/// The plans of the layouts that a worker has seen in a file, tried in turn.
///
/// Owns its memory, so that going through a plan counts no references while other parts of the folder change.
@safe struct PlanTable: ~Copyable {
    /// Writers have few layouts, a success, a failure, a stream; each status of a failure is one.
    private static let limit = 16
    private static let holeLimit = limit * 64
    private static let blockLimit = limit * 128

    private let holes: UnsafeMutablePointer<RecordPlan.Hole>
    private let blocks: UnsafeMutablePointer<FixedBlock>
    private let plans: UnsafeMutablePointer<RecordPlan>
    private(set) var count = 0
    private var holeCount = 0
    private var blockCount = 0
    /// The plan of the latest line.
    var likeliest = 0
    /// Lines to let pass before another layout is looked at: doubled each time, so that a log without any repeated
    /// layout costs little.
    private var patience = 0
    private var patienceLimit = 1
    /// Lines that no plan fitted.
    private var misses = 0
    private var isGivenUp = false

    init() {
        unsafe holes = .allocate(capacity: Self.holeLimit)
        unsafe blocks = .allocate(capacity: Self.blockLimit)
        unsafe plans = .allocate(capacity: Self.limit)
    }

    deinit {
        unsafe holes.deallocate()
        unsafe blocks.deallocate()
        unsafe plans.deallocate()
    }

    @inline(__always)
    subscript(number: Int) -> UnsafePointer<RecordPlan> { unsafe UnsafePointer(plans + number) }

    /// The holes of a plan; behind its last, which ends the line, nobody looks.
    @inline(__always)
    func holes(of plan: UnsafePointer<RecordPlan>) -> UnsafePointer<RecordPlan.Hole> {
        unsafe UnsafePointer(holes + plan.pointee.firstHole)
    }

    @inline(__always)
    func blocks(of plan: UnsafePointer<RecordPlan>) -> UnsafePointer<FixedBlock> {
        unsafe UnsafePointer(blocks + plan.pointee.firstBlock)
    }

    /// Gives plans up for a file of which they fit few lines.
    mutating func miss(of lines: Int) {
        misses += 1
        guard misses > 1_000, misses > lines / 2 else { return }
        isGivenUp = true
        count = 0
    }

    /// Whether the layout of the next line without a plan is worth looking at.
    mutating func isReady() -> Bool {
        guard patience == 0, count < Self.limit, !isGivenUp else {
            patience -= patience > 0 ? 1 : 0
            return false
        }
        patience = patienceLimit
        patienceLimit = min(patienceLimit * 2, 1 << 16)
        return true
    }

    /// Adds the plan of a line.
    ///
    /// - Returns: Its number; `nil` where there is no room or no plan.
    mutating func add(
        _ planner: inout RecordPlanner, _ record: RequestRecord, _ slots: borrowing FieldSlots,
        _ bytes: Span<UInt8>, names: [(number: UInt32, fallback: UInt32)?]
    ) -> Int? {
        guard
            let plan = planner.plan(
                record, slots, bytes, names: names, firstHole: holeCount, firstBlock: blockCount),
            holeCount + planner.holes.count <= Self.holeLimit,
            blockCount + planner.blocks.count <= Self.blockLimit
        else { return nil }
        // Safe: there is room, as was seen.
        for (index, hole) in planner.holes.enumerated() {
            unsafe (holes + holeCount + index).initialize(to: hole)
        }
        for (index, block) in planner.blocks.enumerated() {
            unsafe (blocks + blockCount + index).initialize(to: block)
        }
        holeCount += planner.holes.count
        blockCount += planner.blocks.count
        unsafe (plans + count).initialize(to: plan)
        count += 1
        return count - 1
    }

    /// Takes the latest plan back.
    mutating func removeLast() {
        count -= 1
        holeCount = unsafe plans[count].firstHole
        blockCount = unsafe plans[count].firstBlock
        likeliest = 0
    }
}
