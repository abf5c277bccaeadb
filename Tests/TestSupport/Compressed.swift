package import Pipeline

/// Compresses bytes in memory, by way of a file.
package func compressed(_ bytes: [UInt8], _ compression: Compression) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    let path = folder.path("bytes")
    let writer = try CompressedFileWriter(path: path, compression: compression)
    try writer.write(bytes.span)
    try writer.finish()
    return try readBytes(path)
}
