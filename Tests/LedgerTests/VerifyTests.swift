import Accounting
import Foundation
import GRDB
import Ledger
import TestSupport
import Testing

/// A change by hand, and the law that it breaks.
struct Tampering: CustomTestStringConvertible, Sendable {
    let law: String
    let change: String
    var testDescription: String { law }

    init(_ law: String, _ change: String) {
        self.law = law
        self.change = change
    }

    /// One for each law, in the order in which `verify` lists them.
    static let all = [
        Tampering(
            "the database file is sound", "UPDATE source_file SET records = 'lost'"),
        Tampering("every reference leads somewhere", "UPDATE source_file SET run_id = 99"),
        Tampering(
            "lines = counted + rejected + duplicate + skipped, for every file",
            "UPDATE source_file SET skipped = skipped + 1"),
        Tampering(
            "the requests of a file's cells are its counted lines, or those that its sums state",
            """
            UPDATE source_file
            SET lines = lines + 1, counted = counted + 1, requests = requests + 1
            """),
        Tampering(
            "sums of requests share no hour with other files of their scope",
            "UPDATE source_file SET records = 'sums' WHERE file_id = 1"),
        Tampering(
            "nothing is left of files that were forgotten, or whose cells stand in a bundle",
            """
            INSERT INTO skip_count SELECT file_id, 'a header', 1 FROM forgotten_file LIMIT 1
            """),
        Tampering(
            "the rejects of a file by reason are its rejected lines", "DELETE FROM reject_count"),
        Tampering(
            "the ids of a file are those of counted requests",
            "INSERT INTO request_id VALUES (1, 1, zeroblob(16000000))"),
        Tampering(
            "bytes are counted once: of two files that hold the same, one counts no longer",
            "UPDATE source_file SET sha256 = zeroblob(32)"),
        Tampering(
            "parts are not larger than their wholes",
            "UPDATE usage SET reasoning_tokens = output_tokens + 1"),
        Tampering(
            "the grid in force is what releases and judgements say",
            "UPDATE grid_value SET flags = 8 WHERE hour = (SELECT max(hour) FROM grid_value)"),
        Tampering(
            "every cell has a factor, which knows the number and the requests of its cells",
            "DELETE FROM hour_factor WHERE hour = (SELECT min(hour) FROM hour_factor)"),
        Tampering(
            "every factor uses the grid value in force",
            "UPDATE hour_factor SET intensity_mg_per_kwh = intensity_mg_per_kwh + 1"),
        Tampering(
            "every marginal value is the one in force",
            "UPDATE hour_factor SET marginal_mg_per_kwh = 1"),
        Tampering(
            "hours are the sums of their cells",
            "UPDATE hour_emission SET emissions_ug = emissions_ug + 1"),
        Tampering(
            "days are the sums of their hours",
            "UPDATE daily_emission SET emissions_ug = emissions_ug + 1"),
        Tampering(
            "months are the sums of their days",
            "UPDATE monthly_emission SET energy_uwh = energy_uwh - 1"),
        Tampering(
            "the total and the coverage of a month are those of its hours",
            "UPDATE month_coverage SET requests = requests + 1 WHERE region_id = 1"),
        Tampering(
            "energy by grid evidence adds up to the energy",
            "UPDATE daily_emission SET measured_energy_uwh = measured_energy_uwh + 1"),
        Tampering(
            "the energy of a factor is that of its cells",
            "UPDATE hour_factor SET energy_uwh = energy_uwh + 1"),
        Tampering(
            "what a pool drew is what requests were given, unmatched models, and idle energy",
            "UPDATE pool_hour SET allocated_uwh = allocated_uwh - 1, idle_uwh = idle_uwh + 1"),
        Tampering(
            "idle energy of pools uses the grid value in force",
            "UPDATE pool_hour SET idle_emissions_ug = idle_emissions_ug + 1"),
        Tampering(
            "low ≤ central ≤ high, as far apart as the range of each factor says",
            "UPDATE daily_emission SET energy_uwh_low = energy_uwh_low - 1"),
        Tampering(
            "a histogram holds the requests that it says, and none that its cells do not",
            "UPDATE energy_histogram SET binned_requests = binned_requests + 1"),
        Tampering(
            "a histogram holds no more energy than its cells were charged",
            "UPDATE charge SET request_pwh = request_pwh / 2, output_pwh = output_pwh / 2"),
        Tampering(
            "the distribution of a day's requests is that of its files",
            "UPDATE daily_request_histogram SET zero_requests = zero_requests + 1"),
        Tampering(
            "statistics of requests add up to the total, of days and of months",
            "UPDATE request_stat SET requests = requests + 1 WHERE grouping = 'all'"),
        Tampering(
            "percentiles do not fall, and lie between their low and their high",
            "UPDATE request_stat SET energy_p90_rise_pwh = -1"),
        Tampering(
            "hours, days and months have the names that the calendar gives them",
            "UPDATE calendar_hour SET text = text || '!' WHERE hour = (SELECT max(hour) FROM calendar_hour)"
        ),
        Tampering(
            "evidence and steps have their names, and fit the values that they are of",
            "UPDATE hour_factor SET energy_evidence = 'guessed' WHERE energy_evidence IS NOT NULL"),
        Tampering(
            "low and high of months are those of the parts of their rows",
            "UPDATE month_total SET energy_uwh_low = energy_uwh_low - 1"),
        Tampering(
            "the coverage of a month is that of its hours and of its files",
            "UPDATE month_coverage SET rejected_lines = rejected_lines + 1"),
        Tampering(
            "statistics of requests are those of the distributions of their days",
            "UPDATE request_stat SET energy_p100_rise_pwh_low = energy_p100_rise_pwh_low - 1"),
        Tampering(
            "records that are rejected or skipped are those that their file counts",
            "UPDATE reject SET reason = 'other'"),
        Tampering(
            "methods and their texts have the digests that name them",
            "UPDATE method SET sha256 = zeroblob(32)"),
        Tampering(
            "the text of a statement has the SHA-256 that was stated",
            "UPDATE factor SET central_pico = central_pico + 1 WHERE kind = 'energy' AND subject = 'gpt-4o'"
        ),
        Tampering(
            "revisions of a month are numbered from 1",
            "UPDATE statement SET revision = 3 WHERE revision = 2"),
        Tampering(
            "the rows of a statement add up to its total, and its hours to its rows",
            "UPDATE statement_row SET emissions_ug = emissions_ug + 1"),
        Tampering(
            "frozen activity by frozen factors is the frozen energy and emissions, within rounding",
            "UPDATE statement_hour SET intensity_mg_per_kwh = intensity_mg_per_kwh + 1000"),
        Tampering(
            "causes add up to what a restatement changed, row by row",
            "UPDATE restatement_cause SET emissions_ug = emissions_ug + 1"),
        Tampering(
            "a closed month is pending where its rows are not what was stated",
            "UPDATE month_status SET status = 'pending'"),
    ]
}

@Suite("verify")
struct VerifyTests {
    /// A ledger in which each law is about something.
    static let base = Result { () throws -> LedgerFolder in
        var ledger = try LedgerFolder()
        ledger.energyModel = "per-token-epoch"
        ledger.choose = { method in
            method.pools = [
                Pool(
                    name: "own", region: "eu-west-1", boundary: .it,
                    supply: .hardware(MicrowattHours(40_000_000_000), source: "test"))
            ]
        }
        let (logs, grid) = try synthesize(ledger.folder, days: 1)
        try ledger.importGrid(grid)
        try ledger.ingest(logs)
        let line =
            "{\"timestamp\":\"2026-10-31T05:00:00Z\",\"model\":\"gpt-4o\",\"region\":\"eu-west-1\",\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":90}}\n"
        try ledger.close("2026-10")
        try ledger.ingest([ledger.folder.write(line, to: "one.jsonl")])
        let other = line.replacing("T05", with: "T06")
        let path = try ledger.folder.write(other, to: "two.jsonl")
        try ledger.ingest([path])
        try ledger.forget(path)
        try ledger.restate()
        return ledger
    }

    @Test("Each law finds what breaks it", arguments: Tampering.all)
    func tampering(_ tampering: Tampering) throws {
        let base = try Self.base.get()
        let copy = try LedgerFolder()
        try FileManager.default.copyItem(atPath: base.path, toPath: copy.path)
        #expect(try copy.brokenLaws() == [])
        let database = try DatabaseQueue(path: copy.path)
        try database.writeWithoutTransaction { db in
            try db.execute(
                sql: "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")
            try db.execute(sql: tampering.change)
            #expect(db.changesCount > 0)
        }
        try database.close()
        let broken = try Ledger(path: copy.path, access: .read).verify().filter { !$0.holds }
        #expect(
            broken.contains { $0.law == tampering.law && !$0.detail.isEmpty },
            "\(broken.map(\.law))")
    }

    @Test("Every law has a change that breaks it")
    func everyLaw() throws {
        let base = try Self.base.get()
        let laws = try Ledger(path: base.path, access: .read).verify().map(\.law)
        #expect(laws == Tampering.all.map(\.law))
    }
}
