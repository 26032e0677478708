//! Submissions, predictions and exports through the binary, checked against the library and
//! against the run's own files.

mod curves;
mod files;
mod predict;
mod python;
mod submit;

use crate::support::process::{fails, lab, succeeds, text};
use overfit_lab::lab::Run;
use overfit_lab::lab::store::read_run;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use tempfile::TempDir;

/// Runs that take a second each: narrow networks on a few images.
fn runs() -> &'static Path {
    static RUNS: OnceLock<TempDir> = OnceLock::new();
    RUNS.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let train = |more: &[&str]| {
            let mut arguments = vec![
                "train",
                "--validation-size",
                "200",
                "--width",
                "0.125",
                "--device",
                "cpu",
            ];
            arguments.extend(more);
            succeeds(&lab(folder.path(), &arguments));
        };
        let cnn = ["--preset", "cnn", "--batch-norm", "channels", "--epochs"];
        let changed = ["4", "--out", "one", "--train-size", "1500"];
        train(&[&cnn[..], &changed, &["--change", "3:dropout=0.25"]].concat());
        let noisy = ["3", "--out", "two", "--train-size", "400", "--seed", "2"];
        train(&[&cnn[..], &noisy, &["--label-noise", "0.3"]].concat());
        let dense = ["--preset", "dense", "--train-size", "100", "--epochs", "1"];
        train(&[&dense[..], &["--out", "dense"]].concat());
        folder
    })
    .path()
}

fn run(name: &str) -> Run {
    read_run(&runs().join(name)).unwrap()
}

fn folder_of(name: &str) -> String {
    runs().join(name).display().to_string()
}

/// Kaggle's test.csv of the first of MNIST's test images, and their labels.
fn test_csv(folder: &Path, images: usize) -> (PathBuf, Vec<u8>, Vec<u8>) {
    let source = overfit_lab::experiment::DataSource::Mnist;
    let dataset = overfit_lab::data::load(&source).unwrap();
    let test = dataset.test.as_ref().unwrap();
    let pixels = test.pixels[..images * 784].to_vec();
    let path = folder.join("test.csv");
    write_csv(&path, &pixels, 784);
    (path, pixels, test.labels[..images].to_vec())
}

fn write_csv(path: &Path, pixels: &[u8], row: usize) {
    let header: Vec<String> = (0..row).map(|i| format!("pixel{i}")).collect();
    let mut text = header.join(",") + "\n";
    for image in pixels.chunks_exact(row) {
        let image: Vec<String> = image.iter().map(u8::to_string).collect();
        text += &(image.join(",") + "\n");
    }
    std::fs::write(path, text).unwrap();
}
