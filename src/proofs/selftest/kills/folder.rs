//! What the folder of a killed run holds: whether a save was broken off, and whether the folder is at
//! last the same as that of the undisturbed run.

use super::error::Difference;
use crate::disk::half_written;
use crate::lab::run::RunState;
use crate::lab::store::read_run;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The folders of a run in which files are replaced.
const WRITTEN: [&str; 3] = ["", "checkpoints", "answers"];
const STATE: &str = "checkpoints/state.safetensors";
const STATE_BEFORE: &str = "checkpoints/state-before.safetensors";
/// Files that grow by whole lines.
const GROWING: [&str; 2] = [METRICS, "batches.csv"];
const METRICS: &str = "metrics.jsonl";

/// Whether a folder is a run.
pub fn is_run(folder: &Path) -> bool {
    folder.join("experiment.json").is_file()
}

/// Whether a run's folder has a state to go on from.
pub fn has_state(folder: &Path) -> bool {
    [STATE, STATE_BEFORE]
        .iter()
        .any(|name| folder.join(name).is_file())
}

/// The number of epochs whose figures are kept.
pub fn epochs(folder: &Path) -> usize {
    let lines = std::fs::read(folder.join(METRICS)).unwrap_or_default();
    lines.iter().filter(|byte| **byte == b'\n').count()
}

/// Whether the run has finished, by its summary.
pub fn is_through(folder: &Path) -> bool {
    read_run(folder).is_ok_and(|run| matches!(run.state, RunState::Finished(_)))
}

/// Whether a write is under way, or was when its process was killed: a file without its name, the
/// newest state between its two names, a line without its end.
pub fn is_within_save(folder: &Path) -> bool {
    let is_between_names = !folder.join(STATE).exists() && folder.join(STATE_BEFORE).exists();
    let is_torn = |name: &str| {
        let bytes = std::fs::read(folder.join(name)).unwrap_or_default();
        bytes.last().is_some_and(|last| *last != b'\n')
    };
    WRITTEN
        .iter()
        .any(|inner| !half_written(&folder.join(inner)).is_empty())
        || is_between_names
        || GROWING.iter().any(|name| is_torn(name))
}

/// What a run came to: its files without their times, and what is read from them.
#[derive(PartialEq)]
pub struct Outcome {
    files: BTreeMap<PathBuf, Vec<u8>>,
    said: String,
}

impl Outcome {
    /// What the run in a folder came to.
    pub fn read(folder: &Path) -> Result<Self, Difference> {
        let run = read_run(folder)?;
        Ok(Self {
            files: files(folder)?,
            said: format!(
                "{:?}, the best weights of epoch {:?}, {:?}",
                run.state, run.weights.best, run.verdict
            ),
        })
    }

    /// Whether another run came to the same.
    ///
    /// # Errors
    /// The first difference.
    pub fn is(&self, found: &Self) -> Result<(), Difference> {
        same(&self.files, &found.files)?;
        if self.said != found.said {
            return Err(Difference::Said {
                found: found.said.clone(),
                expected: self.said.clone(),
            });
        }
        Ok(())
    }
}

/// The files of a run's folder, without times, and without the files that say who wrote it when.
fn files(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>, Difference> {
    let mut found = BTreeMap::new();
    collect(folder, folder, &mut found).map_err(|source| Difference::Folder {
        folder: folder.to_path_buf(),
        source,
    })?;
    for name in ["lock", "summary.json", "label.json"] {
        found.remove(Path::new(name));
    }
    // How old the saved states are depends on the moment of a kill. They are read where a run is taken
    // up.
    found.retain(|name, _| !name.to_string_lossy().contains("state"));
    let metrics = Path::new("metrics.jsonl");
    if let Some(lines) = found.get_mut(metrics) {
        *lines = without_times(lines).ok_or(Difference::Metrics)?;
    }
    Ok(found)
}

fn collect(
    root: &Path,
    folder: &Path,
    found: &mut BTreeMap<PathBuf, Vec<u8>>,
) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, found)?;
        } else {
            let name = path.strip_prefix(root).unwrap_or(&path);
            found.insert(name.to_path_buf(), std::fs::read(&path)?);
        }
    }
    Ok(())
}

fn without_times(lines: &[u8]) -> Option<Vec<u8>> {
    let mut kept = Vec::new();
    for line in std::str::from_utf8(lines).ok()?.split_inclusive('\n') {
        let mut metrics: Value = serde_json::from_str(line.strip_suffix('\n')?).ok()?;
        let fields = metrics.as_object_mut()?;
        for time in ["seconds", "samples_per_second", "waiting_secs"] {
            fields.remove(time);
        }
        kept.extend(metrics.to_string().into_bytes());
        kept.push(b'\n');
    }
    Some(kept)
}

fn same(
    expected: &BTreeMap<PathBuf, Vec<u8>>,
    found: &BTreeMap<PathBuf, Vec<u8>>,
) -> Result<(), Difference> {
    for name in expected.keys().chain(found.keys()) {
        match (expected.get(name), found.get(name)) {
            (Some(expected), Some(found)) if expected == found => {}
            (Some(_), Some(_)) => return Err(Difference::Differs(name.clone())),
            (Some(_), None) => return Err(Difference::Missing(name.clone())),
            (None, _) => return Err(Difference::LeftBehind(name.clone())),
        }
    }
    Ok(())
}
