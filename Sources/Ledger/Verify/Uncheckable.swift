/// Columns that nothing else in the ledger speaks of: a change by hand shows in the published tables, and no law finds it.
package struct Uncheckable: Encodable, Sendable {
    /// As `table.column`.
    package let columns: [String]
    /// Why nothing can tell.
    package let reason: String

    fileprivate init(_ table: String, _ columns: [String], _ reason: String) {
        self.columns = columns.map { "\(table).\($0)" }
        self.reason = reason
    }

    package var text: String { "\(columns.joined(separator: ", ")): \(reason)" }
}

extension Ledger {
    package static let uncheckable = [
        Uncheckable("region", ["name"], "as logs say it, which are not kept"),
        Uncheckable("model", ["name"], "as logs say it, which are not kept"),
        Uncheckable(
            "dimension", ["tenant", "project", "endpoint"], "as logs say it, which are not kept"),
        Uncheckable(
            "source_file",
            [
                "name", "sha256", "bytes", "compression", "plain_bytes", "dialect",
                "dialect_sha256", "options", "scope", "unseen_parents", "first_time_ms",
                "last_time_ms", "run_id",
            ], "of a file that is not kept"),
        Uncheckable("superseded_file", ["superseded_by"], "of files that are not kept"),
        Uncheckable("reject", ["line", "byte_offset"], "of a file that is not kept"),
        Uncheckable("skip_count", ["reason"], "of a file that is not kept"),
        Uncheckable(
            "run", ["run_uuid", "command", "version", "committed_at", "method_id"],
            "said by the run alone"),
        Uncheckable("method", ["energy_model"], "said by the run alone"),
        Uncheckable(
            "factor",
            [
                "kind", "subject", "unit", "low_pico", "central_pico", "high_pico",
                "includes_pue", "boundary", "evidence", "released", "source",
            ], "said by the configuration of the run alone"),
        Uncheckable(
            "former_total",
            [
                "month", "run_id", "method_id", "requests", "unmatched_requests", "energy_uwh",
                "energy_uwh_low", "energy_uwh_high", "unmatched_energy_uwh", "emissions_ug",
                "emissions_ug_low", "emissions_ug_high",
            ], "what they are of has been derived anew"),
        Uncheckable(
            "forgotten_file", ["cells", "reason", "run_id"], "what they are of has been taken away"),
        Uncheckable("pruned_file", ["run_id"], "said by the run alone"),
        Uncheckable(
            "former_total_cause", ["month", "run_id", "cause", "energy_uwh", "emissions_ug"],
            "what they are of has been derived anew"),
        Uncheckable(
            "grid_release", ["source", "label", "fuel_factors", "boundary"],
            "of a file that is not kept"),
        Uncheckable(
            "pool_hour", ["modelled_uwh"], "what the energy model would give stands nowhere else"),
        Uncheckable(
            "hour_factor", ["batch_milli"],
            "durations and replicas of the configuration, which is not kept"),
    ]
}
