//! Dependencies point one way, and only the rooms that may name a crate name it.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};

/// The layers, each with those that it may name. `model` and `data` don't know each other.
const LAYERS: [(&str, &[&str]); 8] = [
    ("disk", &[]),
    ("experiment", &[]),
    ("data", &["disk", "experiment"]),
    ("model", &["experiment"]),
    ("training", &["experiment", "data", "model"]),
    ("lab", &["disk", "experiment", "data", "model", "training"]),
    (
        "cli",
        &[
            "disk",
            "experiment",
            "data",
            "model",
            "training",
            "lab",
            "app",
        ],
    ),
    (
        "app",
        &["disk", "experiment", "data", "model", "training", "lab"],
    ),
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

/// What writes to disk: only `disk` may, so that tests can make every write fail.
const WRITES: [&str; 11] = [
    "fs::write",
    "fs::rename",
    "fs::remove_",
    "fs::create_dir",
    "fs::copy",
    "fs::hard_link",
    "fs::File::create",
    "File::options",
    "OpenOptions",
    ".persist",
    ".set_len(",
];

/// What holds what waits for another thread without a bound, or looks as if it did: the files that
/// may have one, with what bounds it.
const QUEUES: [(&str, &[&str]); 3] = [
    (
        "VecDeque",
        &[
            // The run's length: an update an epoch, a point a batch.
            "lab/outbox.rs",
            // The changes that the experiment schedules.
            "training/changes.rs",
            // The number of notices that are remembered.
            "app/notices.rs",
        ],
    ),
    ("unbounded", &[]),
    ("mpsc::channel", &[]),
];

/// Whether a file is neither tests, bench nor selftest, which work in folders of their own.
fn is_product(file: &Path) -> bool {
    !["tests", "bench", "selftest", "hostile"]
        .iter()
        .any(|kind| {
            file.iter()
                .any(|part| part.to_string_lossy().contains(kind))
        })
}

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

/// The lines of code of a file, without its comments and its own tests.
fn code(path: &Path) -> Vec<String> {
    std::fs::read_to_string(path)
        .unwrap()
        .lines()
        .take_while(|line| *line != "mod tests {")
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
                if layer != "disk" && is_product(&file) && WRITES.iter().any(|w| line.contains(w)) {
                    wrong.push(format!("{}: {line}", file.display()));
                }
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
fn one_queue_grows_and_no_other() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for file in rust_files(&source).iter().filter(|file| is_product(file)) {
        for line in code(file) {
            for (queue, files) in QUEUES {
                let is_allowed = files.iter().any(|allowed| file.ends_with(allowed));
                if line.contains(queue) && !is_allowed {
                    wrong.push(format!("{}: {line}", file.display()));
                }
            }
        }
    }
    for allowed in QUEUES.iter().flat_map(|(_, files)| *files) {
        assert!(source.join(allowed).is_file(), "{allowed} is gone");
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
