import Synchronization

extension Pipeline {
    /// The stages of a run, each with all before it.
    package enum Stage: Int, CaseIterable, Comparable, Sendable {
        /// Bytes as delivered, from disk or the system's cache.
        case read
        /// Decompressed into buffers of a chunk's size: the floor of every other stage.
        case inflate
        /// With the SHA-256 of the bytes as delivered, which is the file's identity.
        case digest
        /// Cut into chunks of whole lines; the dialect found out, where there is a choice.
        case split
        /// The fields of each record found.
        case scan
        /// Their values read.
        case parse
        /// Counted in cells: what `ingest --dry-run` does, file by file.
        case fold

        package static func < (left: Stage, right: Stage) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    /// Runs the pipeline up to `stage` with the buffers, libraries and threads of a real run, and drops what
    /// comes out.
    ///
    /// - Returns: Bytes that came out, as delivered for ``Stage/read``, else plain; and records that were found,
    ///   read or counted, 0 before ``Stage/scan``.
    /// - Throws: ``UnreadableFile`` for the first that cannot be read: it has no speed.
    package func run(_ files: [InputFile], upTo stage: Stage) throws -> (bytes: Int64, records: Int)
    {
        let result = Mutex((bytes: Int64(0), records: 0))
        guard stage <= .digest else {
            try run(files, upTo: stage, isMeasured: true) { outcomes in
                while let (index, outcome) = try outcomes.receive() {
                    switch outcome {
                    case .partial(let partial):
                        result.withLock {
                            $0.bytes += partial.plainBytes
                            $0.records += partial.tally.counted
                        }
                    case .failed(let error):
                        throw UnreadableFile(name: files[index].givenName, error: error)
                    case .skipped: break
                    }
                }
            }
            return result.withLock { $0 }
        }
        let waiting = Mutex(files[...])
        try runWorkers(settings.jobs) { _ in
            var buffer = ChunkBuffer(capacity: settings.chunkSize)
            while let file = waiting.withLock({ $0.popFirst() }) {
                do {
                    let count = try stage.bytes(of: file, &buffer)
                    result.withLock { $0.bytes += count }
                } catch let error as InputError {
                    throw UnreadableFile(name: file.givenName, error: error)
                }
            }
        }
        return result.withLock { $0 }
    }
}

extension Pipeline.Stage {
    /// Runs one file through one of the first three stages.
    fileprivate func bytes(of file: InputFile, _ buffer: inout ChunkBuffer) throws -> Int64 {
        let reader = try FileReader(file, isDigested: self == .digest)
        if self == .read {
            while try reader.fill() { reader.consume(reader.available.count) }
            return reader.bytesRead
        }
        let stream = PlainByteStream(reader, limit: .max)
        repeat {
            buffer.removeAll()
        } while try buffer.fill(from: stream, upTo: buffer.capacity)
        _ = try stream.finish()
        return stream.plainBytes
    }
}
