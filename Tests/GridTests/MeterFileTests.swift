import Accounting
import Pipeline
import TestSupport
import Testing

@testable import Grid

@Suite("Readings of meters")
struct MeterFileTests {
    private func file(_ rows: [String]) throws -> (TemporaryFolder, InputFile) {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            "time,pool,kwh\n" + rows.map { $0 + "\n" }.joined(), to: "meter.csv")
        return (folder, try InputPaths.expand([path])[0])
    }

    @Test("A file has as many readings as the limit; what stands there twice is one")
    func limit() throws {
        let rows = [
            "2026-03-01T00:00:00Z,a,1.5", "2026-03-01T01:00:00Z,a,2", "2026-03-01T00:00:00Z,b,0",
        ]
        let (folder, whole) = try file(rows + rows + rows)
        try withExtendedLifetime(folder) {
            let readings = try MeterFile(whole, limit: 3).readings
            #expect(readings.map(\.pool) == ["a", "a", "b"])
            #expect(readings.map(\.energy.value) == [1_500_000_000, 2_000_000_000, 0])
            let error = try #require(throws: GridFileError.self) {
                try MeterFile(whole, limit: 2)
            }
            #expect(error.description.contains("holds more than 2 values; cut it"))
        }
    }
}
