import Accounting

extension Derivation {
    /// What requests of a model use on average on the day of an hour; `nil` where unknown usage is left out.
    func mean(of model: Int64, _ hour: Int) throws -> MeanUsage? {
        guard method.unknownUsage == .modelMean else { return nil }
        let day = UTCHour(hour).day
        if means?.day != day {
            let statement = try IntegerStatement(
                db,
                sql: """
                    SELECT model_id, \(Views.activityColumns.map { "sum(\($0))" }.joined(separator: ", "))
                    FROM usage WHERE hour >= ? AND hour < ? AND uncounted_tokens = 0
                      AND unknown_input_requests + unknown_output_requests >= unknown_usage_requests
                    GROUP BY model_id
                    """)
            var models: [Int64: MeanUsage] = [:]
            try statement.forEachRow([Int64(day * 24), Int64(day * 24 + 24)]) { row in
                models[row[0]] = MeanUsage(of: Activity(row, from: 1))
            }
            means = (day, models)
        }
        return means?.models[model]
    }
}
