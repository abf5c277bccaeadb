/// How a model runs somewhere, as far as its operator says so. What is `nil` is not known.
package struct Deployment: Equatable, Sendable {
    /// As the log names it, or as the energy model does; `nil` for every model.
    package let model: String?
    /// `nil` for every region.
    package let region: String?
    /// Servers that share the requests of an hour.
    package let replicas: Int
    package let task: String?
    package let gpu: String?
    /// GPUs of one replica.
    package let gpus: Int?
    package let precision: String?

    package init(
        model: String? = nil, region: String? = nil, replicas: Int = 1, task: String? = nil,
        gpu: String? = nil, gpus: Int? = nil, precision: String? = nil
    ) {
        self.model = model
        self.region = region
        self.replicas = replicas
        self.task = task
        self.gpu = gpu
        self.gpus = gpus
        self.precision = precision
    }
}

/// Mean number of requests that one replica served at once during an hour.
///
/// Little's law: the mean number in service is the sum of the times in service, divided by the hour. Requests are
/// counted in the hour in which they began. Source: J. D. C. Little, Operations Research 9(3), 1961.
package struct BatchSize: Equatable, Sendable {
    /// Thousandths.
    package let milli: Int64
    package var value: Double { Double(milli) / 1_000 }

    /// - Returns: `nil` when the log holds no durations; at least 1 otherwise, as a running batch holds a request.
    package init?(durationMilliseconds: Int64, replicas: Int) {
        guard durationMilliseconds > 0 else { return nil }
        milli = max(1_000, durationMilliseconds / 3_600 / Int64(max(1, replicas)))
    }
}
