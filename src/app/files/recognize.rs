//! What a dropped file or folder is for.

use crate::app::action::PathPurpose;
use crate::data::is_picture_name;
use crate::lab::store::check_regular;
use crate::lab::sweep::{FILE_NAME, FORMAT};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Bytes that are read of a file: enough for the first columns in the header of a Kaggle CSV.
const LOOKED_AT: u64 = 64;
/// Bytes that are read of a JSON file: enough for an experiment, and for the first losses of a history.
const JSON_LOOKED_AT: u64 = 1 << 16;

/// What a file or folder is for, told by the ending of its name, and for a CSV by its first bytes.
/// Whatever is nothing else is taken for data, whose reader says what it expected.
pub fn purpose(path: &Path) -> PathPurpose {
    if path.is_dir() {
        if path.join(FILE_NAME).is_file() {
            return PathPurpose::OpenSweep;
        }
        return PathPurpose::OpenData;
    }
    let ending = path.extension().map(|ending| ending.to_ascii_lowercase());
    match ending.as_deref().and_then(|ending| ending.to_str()) {
        Some("json") => json_purpose(path),
        Some("jsonl" | "log" | "txt" | "tsv") => PathPurpose::OpenCurves,
        Some("csv") => csv_purpose(path),
        _ if is_picture_name(&path.to_string_lossy()) => PathPurpose::OpenPicture,
        _ => PathPurpose::OpenData,
    }
}

/// What a JSON file is for: a sweep names its format, a history names losses, an experiment its regularization.
fn json_purpose(path: &Path) -> PathPurpose {
    let begin = beginning(path, JSON_LOOKED_AT);
    if begin.contains(&format!("\"{FORMAT}\"")) {
        return PathPurpose::OpenSweep;
    }
    if begin.contains("loss") && !begin.contains("\"regularization\"") {
        PathPurpose::OpenCurves
    } else {
        PathPurpose::OpenExperiment
    }
}

/// The first bytes of a file, in small letters. A file that can't be read has none: it is left to
/// its reader, which says why. Only regular files are opened, since reading a pipe would wait for
/// its writer.
fn beginning(path: &Path, most: u64) -> String {
    let mut begin = Vec::new();
    if check_regular(path).is_ok()
        && let Ok(file) = File::open(path)
    {
        let _ = file.take(most).read_to_end(&mut begin);
    }
    String::from_utf8_lossy(&begin).to_lowercase()
}

/// What a CSV is for: Kaggle's files name pixels in their header, curves name epochs.
fn csv_purpose(path: &Path) -> PathPurpose {
    let begin = beginning(path, LOOKED_AT);
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
        check("a.webp", "", PathPurpose::OpenPicture);
        check("train.npz", "", PathPurpose::OpenData);
        check("train.zip", "", PathPurpose::OpenData);
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
        check("history.json", "{\"loss\": [1]}", PathPurpose::OpenCurves);
        check("keras.txt", "Epoch 1/2", PathPurpose::OpenCurves);
        let experiment = crate::experiment::Preset::Default.settings();
        let experiment = crate::experiment::Experiment::new(experiment, Vec::new()).unwrap();
        check("b.json", &experiment.to_json(), PathPurpose::OpenExperiment);
        check(
            "sweep.json",
            "{\"format\": \"overfit-lab-sweep\", \"base\": {\"regularization\": {}}}",
            PathPurpose::OpenSweep,
        );
        assert_eq!(purpose(folder.path()), PathPurpose::OpenSweep);
        std::fs::remove_file(folder.path().join("sweep.json")).unwrap();
        check("train-images-idx3-ubyte.gz", "", PathPurpose::OpenData);
        assert_eq!(purpose(folder.path()), PathPurpose::OpenData);
    }
}
