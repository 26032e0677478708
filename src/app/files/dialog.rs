//! The system's own file dialog.

use crate::app::action::PathPurpose;
use rfd::{AsyncFileDialog, FileHandle};
use std::path::PathBuf;
use std::pin::Pin;

type Answer = Pin<Box<dyn Future<Output = Option<FileHandle>> + Send>>;

/// Opens the system's file dialog, and gives the function that waits for its answer, for a thread
/// of its own. The dialog may never answer, or at once without a path where the system has none;
/// the window offers a path field as well. To be called on the main thread, since some systems
/// open dialogs from there alone.
pub fn ask(purpose: PathPurpose) -> impl FnOnce() -> Option<PathBuf> + Send + 'static {
    let dialog = AsyncFileDialog::new();
    let of = |name, endings: &[&str]| AsyncFileDialog::new().add_filter(name, endings);
    let answer: Answer = match purpose {
        PathPurpose::OpenExperiment => Box::pin(of("Experiment", &["json"]).pick_file()),
        PathPurpose::SaveExperiment => {
            let dialog = of("Experiment", &["json"]).set_file_name("experiment.json");
            Box::pin(dialog.save_file())
        }
        PathPurpose::OpenPicture => Box::pin(of("Picture", &["png", "jpg", "jpeg"]).pick_file()),
        PathPurpose::OpenCurves => {
            Box::pin(of("Curves", &["csv", "json", "jsonl", "log", "tsv", "txt"]).pick_file())
        }
        PathPurpose::OpenData => Box::pin(of("Data", &["csv", "gz", "idx3-ubyte"]).pick_file()),
        PathPurpose::OpenDataFolder | PathPurpose::OpenKaggle => Box::pin(dialog.pick_folder()),
        PathPurpose::SaveExport => Box::pin(dialog.save_file()),
        PathPurpose::OpenTest => Box::pin(of("CSV", &["csv"]).pick_file()),
        PathPurpose::SaveSubmission => {
            let dialog = of("CSV", &["csv"]).set_file_name("submission.csv");
            Box::pin(dialog.save_file())
        }
    };
    move || pollster::block_on(answer).map(|file| file.path().to_path_buf())
}
