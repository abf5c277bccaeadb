import Accounting
import Foundation
import Ledger
import TestSupport
import Testing

@Suite("Audio among the input")
struct AudioTests {
    private func line(_ id: Int, _ input: Int, _ more: String = "") -> String {
        "{\"timestamp\":\"2026-03-01T12:00:00Z\",\"request_id\":\"\(id)\",\"model\":\"gpt-4o\","
            + "\"region\":\"eu-west-1\",\"usage\":{\"prompt_tokens\":\(input),\"completion_tokens\":5\(more)}}\n"
    }

    @Test("From the key of a log to the published column; more audio than input is refused")
    func counted() throws {
        let ledger = try LedgerFolder()
        let audio = ",\"prompt_tokens_details\":{\"audio_tokens\":60,\"cached_tokens\":10}"
        let log = line(1, 100, audio) + line(2, 50) + line(3, 59, audio)
        try ledger.ingest([ledger.folder.write(log, to: "a.jsonl")])
        #expect(
            try ledger.rows("SELECT requests, input_tokens, audio_input_tokens FROM monthly_totals")
                == ["2|150|60"])
        #expect(
            try ledger.rows("SELECT reason, field FROM rejects") == [
                "inconsistent|audio_input_tokens"
            ])
        // Only cells that have any take a row.
        #expect(try ledger.rows("SELECT audio_input_tokens FROM rare_usage") == ["60"])
        #expect(try ledger.report("2026-03")?.totals[.audioInputTokens] == 60)
        #expect(try ledger.brokenLaws() == [])
    }

    @Test(
        "Gemini's counts by modality, in either order of their keys",
        arguments: [
            #"{"modality":"AUDIO","tokenCount":60}"#, #"{"tokenCount":60,"modality":"AUDIO"}"#,
            #"{ "modality" : "AUDIO" , "more" : [1] , "tokenCount" : 60 }"#,
            #"{"modality":"AU\u0044IO","token\u0043ount":60}"#,
        ])
    func modalities(audio: String) throws {
        func line(_ details: String) -> String {
            """
            {"request":{},"status":"","response":{"modelVersion":"gemini-2.5-pro","usageMetadata":{\
            "promptTokenCount":100,"promptTokensDetails":\(details),"candidatesTokenCount":5,\
            "candidatesTokensDetails":[{"modality":"AUDIO","tokenCount":5}],"totalTokenCount":105}},\
            "processed_time":"2026-03-01T12:00:00Z"}

            """
        }
        let ledger = try LedgerFolder()
        let log =
            line("[{\"modality\":\"TEXT\",\"tokenCount\":40},\(audio)]")
            + line("[\(audio),{\"modality\":\"TEXT\",\"tokenCount\":40},{\"tokenCounts\":7}]")
            + line("[{\"modality\":\"TEXT\",\"tokenCount\":100}]") + line("[]") + line("null")
            + line("[{\"modality\":\"AUDIO\"},{\"tokenCount\":9},{}]")
        try ledger.ingest([ledger.folder.write(log, to: "a.jsonl")], dialect: "vertex-batch")
        #expect(
            try ledger.rows("SELECT requests, input_tokens, audio_input_tokens FROM monthly_totals")
                == ["6|600|120"])
    }

    @Test("Every counter is a stored property of its own, and no part of itself")
    func declarations() {
        var activity = Activity()
        for counter in Counter.allCases { activity[counter] = Int64(counter.rawValue) + 1 }
        #expect(
            Counter.allCases.map { activity[$0] } == Counter.allCases.map { Int64($0.rawValue) + 1 }
        )
        #expect(Set(Counter.allCases.map(\.column)).count == Counter.allCases.count)
        #expect(MemoryLayout<Activity>.size == 8 * Counter.allCases.count)
        #expect(Counter.allCases.allSatisfy { !$0.declaration.partOf.contains($0) })
        #expect(Counter.plainParts.count <= 4, "a record has room for so many")
    }
}
