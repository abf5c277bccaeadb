import ArgumentParser
import Configuration
import Flows
import Grid
import Ledger
import Pipeline

/// How a run ended, for scripts. After sysexits.h where it has a fitting code.
enum ExitStatus: Int32 {
    case partlyDone = 2
    case badData = 65
    case noInput = 66
    case invariantBroken = 70
    case cannotCreate = 73
    case io = 74
    case busy = 75
    case configuration = 78

    var code: ExitCode { ExitCode(rawValue) }

    /// `nil` for errors that the argument parser reports by itself.
    init?(_ error: any Error) {
        switch error {
        case is ConfigError, is UnknownModel: self = .configuration
        case is InputPaths.NotFound, is EmptyLedger: self = .noInput
        case let error as PartialFileError: self = error.isMissing ? .noInput : .badData
        case is TextFileError: self = .noInput
        case is GridFileError, is UnreadableFile, is IncompleteBenchmark, is UnlistedRequests,
            is PartialSetError:
            self = .badData
        case is CompressedFileWriter.Failure, is OutputFailure: self = .cannotCreate
        case is SpillFile.Failure: self = .io
        case let error as LedgerError:
            switch error {
            case .missing: self = .noInput
            case .busy: self = .busy
            case .foreign, .newer, .older, .predates: self = .configuration
            case .damaged, .changed, .histogram, .impossible, .notExportable, .notStated:
                self = .badData
            case .cannotCreate, .notPublished: self = .cannotCreate
            case .io, .full: self = .io
            case .invariant: self = .invariantBroken
            }
        default: return nil
        }
    }
}
