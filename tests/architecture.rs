//! Dependencies point one way, and only the rooms that may name a crate name it.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};

/// The layers, each with those that it may name. `model` and `data` don't know each other.
const LAYERS: [(&str, &[&str]); 7] = [
    ("experiment", &[]),
    ("data", &["experiment"]),
    ("model", &["experiment"]),
    ("training", &["experiment", "data", "model"]),
    ("lab", &["experiment", "data", "model", "training"]),
    (
        "cli",
        &["experiment", "data", "model", "training", "lab", "app"],
    ),
    ("app", &["experiment", "data", "model", "training", "lab"]),
];

/// Crates that only some layers may name.
const ROOMS: [(&str, &[&str]); 8] = [
    ("burn", &["model", "training"]),
    ("burn_wgpu", &["model", "training"]),
    ("eframe", &["app"]),
    ("egui_plot", &["app"]),
    ("egui_extras", &["app"]),
    ("rfd", &["app"]),
    ("clap", &["cli"]),
    ("anyhow", &["cli"]),
];

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files
}

/// The lines of code of a file, without its comments.
fn code(path: &Path) -> Vec<String> {
    std::fs::read_to_string(path)
        .unwrap()
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(ToOwned::to_owned)
        .collect()
}

/// Whether a line names a path that begins so, as a word of its own.
fn names(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        line[..at]
            .chars()
            .next_back()
            .is_none_or(|before| !before.is_alphanumeric() && before != '_' && before != ':')
    })
}

#[test]
fn dependencies_point_one_way() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for (layer, allowed) in LAYERS {
        let files = rust_files(&source.join(layer));
        assert!(!files.is_empty(), "{layer}");
        for file in files {
            for line in code(&file) {
                let forbidden = LAYERS
                    .iter()
                    .map(|(other, _)| other)
                    .filter(|other| **other != layer && !allowed.contains(other));
                for other in forbidden {
                    if names(&line, &format!("crate::{other}")) {
                        wrong.push(format!("{}: {line}", file.display()));
                    }
                }
                for (name, rooms) in ROOMS {
                    if !rooms.contains(&layer) && names(&line, &format!("{name}::")) {
                        wrong.push(format!("{}: {line}", file.display()));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_check_sees_what_it_looks_for() {
    assert!(names("use crate::app::App;", "crate::app"));
    assert!(names("    let x = burn::tensor::Tensor::new();", "burn::"));
    assert!(!names("use overburn::x;", "burn::"));
    assert!(!names("use crate::burn::x;", "burn::"));
}
