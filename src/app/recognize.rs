//! What a dropped file or folder is for.

use super::action::PathPurpose;
use super::drawing::is_picture;
use crate::lab::store::check_regular;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// So much of a file is looked at: the header of a Kaggle CSV begins with its first columns.
const LOOKED_AT: u64 = 64;

/// What it is for: by its ending, and of a CSV by how it begins. What is nothing else is taken
/// for data, whose reader says what it expected.
pub(super) fn purpose(path: &Path) -> PathPurpose {
    if path.is_dir() {
        return PathPurpose::OpenData;
    }
    let ending = path.extension().map(|ending| ending.to_ascii_lowercase());
    match ending.as_deref().and_then(|ending| ending.to_str()) {
        Some("json") => PathPurpose::OpenExperiment,
        Some("jsonl" | "log") => PathPurpose::OpenCurves,
        Some("csv") => csv_purpose(path),
        _ if is_picture(path) => PathPurpose::OpenPicture,
        _ => PathPurpose::OpenData,
    }
}

/// Kaggle's files name pixels in their header, curves name epochs.
fn csv_purpose(path: &Path) -> PathPurpose {
    let mut begin = Vec::new();
    // What can't be read is left to the reader of curves, which says why.
    // A pipe would be waited for.
    if check_regular(path).is_ok()
        && let Ok(file) = File::open(path)
    {
        let _ = file.take(LOOKED_AT).read_to_end(&mut begin);
    }
    let begin = String::from_utf8_lossy(&begin).to_lowercase();
    let begin = begin.trim_start_matches('\u{feff}').replace('"', "");
    if begin.starts_with("label,") {
        PathPurpose::OpenData
    } else if begin.starts_with("pixel") {
        PathPurpose::OpenTest
    } else {
        PathPurpose::OpenCurves
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_apart_by_ending_and_header() {
        let folder = tempfile::tempdir().unwrap();
        let check = |name: &str, contents: &str, expected: PathPurpose| {
            let path = folder.path().join(name);
            std::fs::write(&path, contents).unwrap();
            assert_eq!(purpose(&path), expected, "{name}");
        };
        check("a.json", "{}", PathPurpose::OpenExperiment);
        check("a.PNG", "", PathPurpose::OpenPicture);
        check("train.csv", "label,pixel0,pixel1\n", PathPurpose::OpenData);
        check(
            "quoted.csv",
            "\"label\",\"pixel0\"\n",
            PathPurpose::OpenData,
        );
        check("test.csv", "pixel0,pixel1\n", PathPurpose::OpenTest);
        check("curve.csv", "epoch,train_loss\n", PathPurpose::OpenCurves);
        check("empty.csv", "", PathPurpose::OpenCurves);
        check("metrics.jsonl", "", PathPurpose::OpenCurves);
        check("train-images-idx3-ubyte.gz", "", PathPurpose::OpenData);
        assert_eq!(purpose(folder.path()), PathPurpose::OpenData);
    }
}
