import Accounting
import Synthesis
import Testing

@testable import Pipeline

@Suite("Requests that stand in several files")
struct DuplicateSearchTests {
    private struct Request {
        let id: RequestID
        let offset: Int64
        let hour: UInt32
    }

    private func ids(of chunks: [Request]...) -> RequestIDs {
        RequestIDs(
            chunks.map { requests in
                var chunk = IdentifiedRequests()
                for request in requests {
                    chunk.append(request.id, at: request.offset, in: request.hour)
                }
                return chunk
            })
    }

    private struct Delivered {
        var requests: [Request]
        /// The entry that takes its place.
        var replacedBy: Int?
    }

    /// Files of few ids and hours, so that most requests come again; some take the place of others.
    private func files(_ random: inout SeededGenerator) -> [Delivered] {
        var files: [Delivered] = []
        for number in 0..<8 {
            if number > 0, random.below(3) == 0 {
                let earlier = random.below(number)
                if files[earlier].replacedBy == nil { files[earlier].replacedBy = number }
            }
            let requests = (0..<random.below(60)).map { place in
                Request(
                    id: RequestID(first: UInt64(random.below(40)), second: 0),
                    offset: Int64(place * 100), hour: UInt32(480_000 + random.below(3)))
            }
            files.append(Delivered(requests: requests))
        }
        return files
    }

    /// One request after the other: it counts unless it stands in a file that counts, or earlier in its own.
    private func expected(_ files: [Delivered], known: [(Set<UInt64>, Int?)]) -> [Set<Int64>] {
        var counted: [Set<SIMD2<UInt64>>] = []
        return files.enumerated().map { number, file in
            var offsets: Set<Int64> = []
            counted.append([])
            for request in file.requests {
                let key = SIMD2(request.id.first, UInt64(request.hour))
                let isKnown = known.contains {
                    $0.0.contains(request.id.first) && ($0.1 ?? .max) > number
                }
                let isCounted = counted.indices.contains {
                    (files[$0].replacedBy ?? .max) > number && counted[$0].contains(key)
                }
                if isKnown || isCounted {
                    offsets.insert(request.offset)
                } else {
                    counted[number].insert(key)
                }
            }
            return offsets
        }
    }

    @Test(
        "The first that counts stays, whatever takes the place of what; in memory and in a file alike",
        arguments: 1...40 as ClosedRange<UInt64>)
    func firstStays(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let files = files(&random)
        let known: [(Set<UInt64>, Int?)] = [([0, 1, 2], nil), ([3, 4, 5, 6], random.below(8))]
        let wanted = expected(files, known: known)
        func found(spilled: Bool) throws -> [Set<Int64>] {
            let spill = try SpillFile()
            let entries = try files.map { file in
                // In chunks of any size.
                var ids = ids(
                    of: Array(file.requests.prefix(7)), Array(file.requests.dropFirst(7)))
                if spilled { try ids.spill(to: spill) }
                #expect(ids.count == file.requests.count)
                return DuplicateSearch.Entry(ids, replacedBy: file.replacedBy)
            }
            return try DuplicateSearch.duplicates(in: entries) { _ in
                known.map { ids, replacedBy in
                    DuplicateSearch.Known(
                        ids.sorted().map { RequestID(first: $0, second: 0) }, replacedBy: replacedBy
                    )
                }
            }
        }
        #expect(try found(spilled: false) == wanted)
        #expect(try found(spilled: true) == wanted)
    }

    @Test("Ids of an hour come from a file as they went, block by block")
    func blocks() throws {
        var requests: [Request] = []
        for number in 0..<40_000 {
            let id = RequestID(first: UInt64(number), second: .max - UInt64(number))
            let hour: UInt32 = number < 39_000 ? 7 : 8
            requests.append(Request(id: id, offset: Int64(number) << 20, hour: hour))
        }
        var ids = self.ids(of: requests)
        let spill = try SpillFile()
        try ids.spill(to: spill)
        var found: [RequestIDs.Located] = []
        for hour in ids.hours { try ids.forEachBlock(of: hour) { found += $0 } }
        #expect(found.map(\.id) == requests.map(\.id))
        #expect(found.map(\.offset) == requests.map(\.offset))
    }

    @Test("A folder for what does not fit in memory that is not there is named, with what to do")
    func noFolder() throws {
        let failure = #expect(throws: SpillFile.Failure.self) {
            try SpillFile(in: "/nowhere/at all")
        }
        let text = failure?.description ?? ""
        #expect(text.hasPrefix("/nowhere/at all: ids of requests cannot be kept there"))
        #expect(text.contains("TMPDIR"))
    }

    @Test("Cells are unpacked as they were packed, one after the other and by their position")
    func packedCells() {
        var random = SeededGenerator(seed: 7)
        var registry = CompactNames((0..<100).map { "name \($0)" })
        var packed = PackedCells()
        var cells: [(key: PartialCellKey, activity: Activity)] = []
        for _ in 0..<500 {
            func number() -> UInt32 { UInt32(random.below(100)) }
            let key = CellKey(
                hour: 490_000 + number(), region: number(), model: number(), tenant: number(),
                project: number(), endpoint: number())
            var activity = Activity()
            for counter in Counter.allCases where random.below(3) == 0 {
                activity[counter] = Int64(random.next() >> UInt64(1 + random.below(63)))
            }
            let cell = (key: PartialCellKey(key, &registry), activity: activity)
            packed.append(cell)
            cells.append(cell)
        }
        #expect(packed.count == 500)
        var iterator = packed.makeIterator()
        for cell in cells {
            let position = iterator.position
            let next = iterator.next()
            #expect(next?.key == cell.key && next?.activity == cell.activity)
            #expect(packed.cell(at: position)?.activity == cell.activity)
        }
        #expect(iterator.next() == nil)
    }
}
