//! The system's own file dialog.

use crate::app::action::PathPurpose;
use rfd::{AsyncFileDialog, FileHandle};
use std::path::PathBuf;
use std::pin::Pin;

/// The endings of pictures that are read.
const PICTURES: [&str; 11] = [
    "png", "jpg", "jpeg", "jpe", "jfif", "bmp", "dib", "webp", "gif", "tif", "tiff",
];
/// The endings of files that hold data. The dialog knows only what stands behind the last dot, so that `gz`
/// stands for `.csv.gz` and for IDX files.
const DATA: [&str; 6] = ["csv", "gz", "zip", "npz", "idx3-ubyte", "idx1-ubyte"];
type Answer = Pin<Box<dyn Future<Output = Option<FileHandle>> + Send>>;

/// Opens the system's file dialog, and gives the function that waits for its answer, for a thread
/// of its own. The dialog may never answer, or at once without a path where the system has none;
/// the window offers a path field as well. To be called on the main thread, since some systems
/// open dialogs from there alone.
pub fn ask(purpose: PathPurpose) -> impl FnOnce() -> Option<PathBuf> + Send + 'static {
    let dialog = AsyncFileDialog::new();
    // A person may have a file of another name, so that all files can be shown, too.
    let of = |name, endings: &[&str]| {
        AsyncFileDialog::new()
            .add_filter(name, endings)
            .add_filter("All files", &["*"])
    };
    let answer: Answer = match purpose {
        PathPurpose::OpenExperiment => Box::pin(of("Experiment", &["json"]).pick_file()),
        PathPurpose::SaveExperiment => {
            let dialog = of("Experiment", &["json"]).set_file_name("experiment.json");
            Box::pin(dialog.save_file())
        }
        PathPurpose::OpenSweep => Box::pin(of("Sweep", &["json"]).pick_file()),
        PathPurpose::OpenPicture => Box::pin(of("Picture", &PICTURES).pick_file()),
        PathPurpose::OpenCurves => {
            Box::pin(of("Curves", &["csv", "json", "jsonl", "log", "tsv", "txt"]).pick_file())
        }
        PathPurpose::OpenData => Box::pin(of("Data", &DATA).pick_file()),
        PathPurpose::OpenDataFolder
        | PathPurpose::OpenTestFolder
        | PathPurpose::OpenKaggleFolder => Box::pin(dialog.pick_folder()),
        PathPurpose::OpenKaggle => Box::pin(of("Kaggle", &["zip", "csv"]).pick_file()),
        PathPurpose::SaveExport | PathPurpose::SaveReport => Box::pin(dialog.save_file()),
        PathPurpose::OpenTest => Box::pin(of("Images", &DATA).pick_file()),
        PathPurpose::SaveSubmission => {
            let dialog = of("CSV", &["csv"]).set_file_name("submission.csv");
            Box::pin(dialog.save_file())
        }
    };
    move || pollster::block_on(answer).map(|file| file.path().to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::files::purpose;
    use std::path::Path;

    #[test]
    fn what_the_dialogs_offer_is_what_is_read() {
        for (endings, expected) in [
            (PICTURES.as_slice(), PathPurpose::OpenPicture),
            (&DATA[1..], PathPurpose::OpenData),
        ] {
            for ending in endings {
                let name = format!("no-such-file.{}", ending.to_uppercase());
                assert_eq!(purpose(Path::new(&name)), expected, "{name}");
            }
        }
    }
}
