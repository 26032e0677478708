//! Dependencies point one way, and only the rooms that may name a crate name it.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The layers, each with those that it may name. `model` and `data` don't know each other. What
/// proves the program knows all of it, and nothing of it knows what proves it; `program` puts both
/// together.
const LAYERS: [(&str, &[&str]); 10] = [
    ("disk", &[]),
    ("experiment", &[]),
    ("data", &["disk", "experiment"]),
    ("model", &["experiment"]),
    ("training", &["experiment", "data", "model"]),
    ("lab", &["disk", "experiment", "data", "model", "training"]),
    ("cli", &["disk", "experiment", "data", "lab", "app"]),
    ("app", &["disk", "experiment", "data", "lab"]),
    (
        "proofs",
        &[
            "disk",
            "experiment",
            "data",
            "model",
            "training",
            "lab",
            "app",
            "cli",
        ],
    ),
    ("program", &["app", "cli", "proofs"]),
];

/// Crates that only some layers may name.
const ROOMS: [(&str, &[&str]); 9] = [
    ("burn", &["model", "training"]),
    ("burn_wgpu", &["model", "training"]),
    ("eframe", &["app", "proofs"]),
    ("egui_plot", &["app"]),
    ("egui_extras", &["app"]),
    ("rfd", &["app"]),
    ("statrs", &["lab"]),
    ("clap", &["cli", "proofs", "program"]),
    ("anyhow", &["cli", "proofs", "program"]),
];

/// The parts of the window, from the bottom to the top: each may name those before it. `app/mod.rs`
/// stands above them.
const APP_PARTS: [&str; 15] = [
    "theme", "kept", "spine", "action", "work", "files", "commands", "governor", "notices",
    "pictures", "panels", "plots", "prefs", "shell", "window",
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

/// The rooms of `lab`, from the bottom to the top: each may name those before it.
const LAB_ROOMS: [&str; 17] = [
    "format",
    "statistics",
    "verdict",
    "run",
    "suggest",
    "store",
    "devices",
    "rates",
    "engine",
    "sweep",
    "answers",
    "curves",
    "plot",
    "charts",
    "findings",
    "submission",
    "export",
];

/// The modules of `lab`'s rooms that `lab` itself names too, each with its room.
const LAB_NAMES: [(&str, &str); 6] = [
    ("analysis", "answers"),
    ("estimate", "run"),
    ("inference", "answers"),
    ("score", "answers"),
    ("threads", "devices"),
    ("validation", "answers"),
];

/// What holds what waits for another thread without a bound, or looks as if it did: the files that
/// may have one, with what bounds it.
const QUEUES: [(&str, &[&str]); 3] = [
    (
        "VecDeque",
        &[
            // The run's length: an update an epoch, a point a batch.
            "lab/engine/outbox.rs",
            // The changes that the experiment schedules.
            "training/changes.rs",
            // The number of notices that are remembered.
            "app/notices.rs",
        ],
    ),
    ("unbounded", &[]),
    ("mpsc::channel", &[]),
];

/// Whether a file of a layer may write to disk: that of the seam itself, what proves the program,
/// which works in folders of its own, and tests that have a file to themselves.
fn may_write(layer: &str, file: &Path) -> bool {
    ["disk", "proofs"].contains(&layer) || is_tests(file)
}

/// Whether a file holds tests alone.
fn is_tests(file: &Path) -> bool {
    let name = file.file_stem().map(|name| name.to_string_lossy());
    name.is_some_and(|name| name.ends_with("tests"))
}

/// The files of a layer: those of its folder, or the one of its name.
fn files_of(layer: &str) -> Vec<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let file = source.join(layer).with_extension("rs");
    let mut files = Vec::new();
    if source.join(layer).is_dir() {
        files = rust_files(&source.join(layer));
    }
    if file.is_file() {
        files.push(file);
    }
    files
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
    let mut wrong = Vec::new();
    for (layer, allowed) in LAYERS {
        let files = files_of(layer);
        assert!(!files.is_empty(), "{layer}");
        for file in files {
            for line in code(&file) {
                if !may_write(layer, &file) && WRITES.iter().any(|w| line.contains(w)) {
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

/// The module of a file below `src`, as segments: `app/shell/mod.rs` is `app`, `shell`.
fn module_of(file: &Path, source: &Path) -> Vec<String> {
    let inner = file.strip_prefix(source).unwrap().with_extension("");
    let mut module: Vec<String> = inner
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    if module.last().is_some_and(|last| last == "mod") {
        module.pop();
    }
    module
}

/// The paths that a file's code names which begin with `crate` or `super`, without that beginning,
/// from the crate's root.
fn named_paths(code: &str, module: &[String]) -> Vec<Vec<String>> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let mut paths = Vec::new();
    for start in ["crate::", "super::"] {
        for (at, _) in code.match_indices(start) {
            if code[..at].ends_with(is_part) {
                continue;
            }
            let text = &code[at..];
            let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
            let mut base = match start {
                "crate::" => Vec::new(),
                _ => module.to_vec(),
            };
            let mut segments = text[..end].split("::").filter(|part| !part.is_empty());
            for segment in segments.by_ref() {
                match segment {
                    "crate" => {}
                    "super" => drop(base.pop()),
                    name => base.push(name.to_owned()),
                }
            }
            let group = text[end..]
                .strip_prefix('{')
                .filter(|_| text[..end].ends_with("::"));
            match group {
                None => paths.push(base),
                Some(group) => paths.extend(heads(group).into_iter().map(|head| {
                    let mut path = base.clone();
                    path.extend(head.split("::").map(ToOwned::to_owned));
                    path
                })),
            }
        }
    }
    paths
}

/// The names at the head of each entry of a group, up to the brace that closes the group.
fn heads(group: &str) -> Vec<String> {
    let mut heads = vec![String::new()];
    let mut depth = 0;
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => heads.push(String::new()),
            c if depth == 0 && !c.is_whitespace() => heads.last_mut().unwrap().push(c),
            _ => {}
        }
    }
    heads.retain(|head| !head.is_empty());
    heads
}

/// Which of a module's direct children name which others.
fn siblings(parent: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let folder = parent
        .iter()
        .fold(source.clone(), |folder, part| folder.join(part));
    let child_of = |path: &[String]| {
        let inside = path.iter().zip(parent).all(|(a, b)| a == b);
        (inside && path.len() > parent.len()).then(|| path[parent.len()].clone())
    };
    let mut named: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in rust_files(&folder) {
        let is_test = file.file_stem().is_some_and(|stem| {
            let stem = stem.to_string_lossy();
            stem == "tests" || stem == "testing" || stem.ends_with("_tests")
        });
        let module = module_of(&file, &source);
        let Some(child) = child_of(&module).filter(|_| !is_test) else {
            continue;
        };
        let paths = named_paths(&code(&file).join("\n"), &module);
        let others = paths.iter().filter_map(|path| child_of(path));
        let of_child = named.entry(child.clone()).or_default();
        of_child.extend(others.filter(|other| *other != child));
    }
    let children: BTreeSet<String> = named.keys().cloned().collect();
    for others in named.values_mut() {
        let rooms = LAB_NAMES
            .iter()
            .filter(|(name, _)| parent == ["lab"] && others.contains(*name));
        let rooms: Vec<String> = rooms.map(|(_, room)| (*room).to_owned()).collect();
        others.extend(rooms);
        others.retain(|other| children.contains(other));
    }
    named
}

#[test]
fn the_parts_of_the_window_stand_one_above_the_other() {
    let mut wrong = Vec::new();
    for (part, others) in siblings(&["app"]) {
        let place = |part: &str| APP_PARTS.iter().position(|other| *other == part);
        let Some(own) = place(&part) else {
            wrong.push(format!("app/{part} has no place in the order"));
            continue;
        };
        for other in others {
            if place(&other).is_none_or(|place| place >= own) {
                wrong.push(format!("app/{part} names app/{other}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_rooms_of_the_lab_stand_one_above_the_other() {
    let place = |room: &str| LAB_ROOMS.iter().position(|other| *other == room);
    let mut wrong = Vec::new();
    let mut found = 0;
    for (room, others) in siblings(&["lab"]) {
        let Some(own) = place(&room) else {
            continue;
        };
        found += 1;
        for other in others.iter().filter(|other| **other != room) {
            if place(other).is_none_or(|place| place >= own) {
                wrong.push(format!("lab/{room} names lab/{other}"));
            }
        }
    }
    assert_eq!(found, LAB_ROOMS.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_panel_is_part_of_a_circle() {
    let mut left = siblings(&["app", "panels"]);
    assert!(left.len() > 10);
    // Panels that name none of those left can be drawn without them, and go.
    loop {
        let free: Vec<String> = left
            .iter()
            .filter(|(_, others)| others.iter().all(|other| !left.contains_key(other)))
            .map(|(panel, _)| panel.clone())
            .collect();
        if free.is_empty() {
            break;
        }
        for panel in free {
            left.remove(&panel);
        }
    }
    assert!(left.is_empty(), "{left:#?}");
}

#[test]
fn one_queue_grows_and_no_other() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for file in rust_files(&source)
        .iter()
        .filter(|file| !is_tests(file) && !file.starts_with(source.join("proofs")))
    {
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
    let module = ["app", "shell", "ui"].map(ToOwned::to_owned);
    let code = "use super::{App, look::{DataKey, Look}};\nlet x = crate::app::theme::BLUE;";
    assert_eq!(
        named_paths(code, &module),
        [
            vec!["app", "theme", "BLUE"],
            vec!["app", "shell", "App"],
            vec!["app", "shell", "look", ""],
        ]
    );
    assert!(siblings(&["app"])["shell"].contains("panels"));
}
