//! The reader of curves from elsewhere: files as people have them, a curve written in every form,
//! and what is refused.

mod cases;
mod files;
mod forms;
mod joined;
mod refused;
mod tools;

use crate::support;
use overfit_lab::lab::curves::*;
use overfit_lab::lab::verdict::{CurvePoint, VerdictKind};
use std::path::{Path, PathBuf};

/// A file of figures as somebody has it.
fn elsewhere(name: &str) -> PathBuf {
    support::asset("curves/elsewhere").join(name)
}

fn read(text: &str) -> CurveFile {
    parse_curves(text.as_bytes(), Path::new("a.csv")).unwrap_or_else(|err| panic!("{err}:\n{text}"))
}

/// The only run of a text.
fn points(text: &str) -> Vec<CurvePoint> {
    let mut file = read(text);
    assert_eq!(file.runs.len(), 1, "{text}");
    file.runs.remove(0).points
}

fn refused(text: &str) -> String {
    parse_curves(text.as_bytes(), Path::new("some/a.csv"))
        .unwrap_err()
        .to_string()
}

fn notes(text: &str) -> Vec<String> {
    read(text).notes.iter().map(Note::to_string).collect()
}

/// A run that overfits since epoch 6, with its best epoch 5: training loss and accuracy, validation
/// loss and accuracy.
const PLAIN: [[f64; 4]; 12] = [
    [0.9, 0.72, 0.55, 0.83],
    [0.45, 0.87, 0.38, 0.885],
    [0.25, 0.93, 0.31, 0.905],
    [0.15, 0.957, 0.28, 0.915],
    [0.09, 0.975, 0.275, 0.918],
    [0.055, 0.986, 0.285, 0.917],
    [0.033, 0.993, 0.3, 0.916],
    [0.02, 0.997, 0.325, 0.917],
    [0.012, 0.999, 0.35, 0.915],
    [0.008, 1.0, 0.38, 0.916],
    [0.005, 1.0, 0.41, 0.914],
    [0.003, 1.0, 0.44, 0.913],
];

fn plain() -> Vec<CurvePoint> {
    let points = (1..).zip(PLAIN);
    points
        .map(|(epoch, figures)| CurvePoint::measured(epoch, figures))
        .collect()
}

/// A table with a line an epoch.
fn table(header: &str, row: impl Fn(usize, [f64; 4]) -> String) -> String {
    let rows = (1..)
        .zip(PLAIN)
        .map(|(epoch, figures)| row(epoch, figures) + "\n");
    format!("{header}\n{}", rows.collect::<String>())
}
