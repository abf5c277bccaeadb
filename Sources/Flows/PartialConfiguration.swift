import Ledger
import Pipeline

/// What a partial rests on beside the bytes of its file, as text: partials of another configuration are not loaded.
enum PartialConfiguration {
    static func text(_ intake: Intake, _ pipeline: Pipeline.Settings) -> String {
        """
        \(intake.options); charged by \(intake.chargedBy); \
        ids \(pipeline.fold.readsIDs ? "compared" : "not compared"); models \(pipeline.modelLimit); \
        line bytes \(pipeline.recordLimit); \
        line digest \(FileFacts.digestVersion)
        """
    }
}
