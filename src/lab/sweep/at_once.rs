//! How many runs at once are quickest here: one a core on a thread each, or one after another on all cores.
//! The first runs of a sweep are trained in both ways and timed, once a size of network and number of cores,
//! and what was found is kept in the cache folder. A damaged file counts as none.

use crate::disk;
use crate::experiment::Settings;
use crate::lab::run::estimate::step_multiplications;
use crate::lab::store::{StoreError, read_bounded_text, write_atomically};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Bytes of the file that are read: far more than it has.
const LIMIT: u64 = 1 << 16;
/// One after another must be this much quicker to be chosen: several at once also need no waiting for each
/// other.
const MARGIN: f64 = 1.02;

/// Where what was measured is kept, and for which networks it holds.
#[derive(Clone, Debug)]
pub struct AtOnce {
    file: Option<PathBuf>,
    key: Key,
}

/// What a measurement holds for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Key {
    /// The power of two that is nearest to the multiplications of a step.
    size: i32,
    cores: usize,
    program: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Record {
    of: Key,
    at_once: usize,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    measured: Vec<Record>,
}

/// How long some runs took in one way.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Timed {
    /// The work of the runs, in seconds by the count of multiplications.
    pub work: f64,
    /// Seconds that they took together.
    pub seconds: f64,
}

impl Timed {
    fn pace(self) -> f64 {
        self.work / self.seconds.max(1e-9)
    }
}

impl AtOnce {
    /// What is asked for runs with these settings on so many cores. None where the settings build no
    /// network whose size is known before its data are read.
    pub fn new(file: Option<PathBuf>, settings: &Settings, cores: usize) -> Option<Self> {
        let size = step_multiplications(settings)?.max(1.0).log2().round() as i32;
        Some(Self {
            file,
            key: Key {
                size,
                cores,
                program: env!("CARGO_PKG_VERSION").into(),
            },
        })
    }

    /// How many runs at once were quickest, where that was measured.
    pub fn known(&self) -> Option<usize> {
        let kept = load(self.file.as_deref()?);
        let record = kept.measured.iter().find(|record| record.of == self.key)?;
        Some(record.at_once.clamp(1, self.key.cores.max(1)))
    }

    /// Chooses by what runs took one after another and several at once, and keeps that. What can't be kept
    /// is measured anew by the next sweep.
    pub fn choose(&self, one_by_one: Timed, at_once: usize, together: Timed) -> usize {
        let chosen = match one_by_one.pace() > MARGIN * together.pace() {
            true => 1,
            false => at_once,
        };
        if let Some(file) = &self.file
            && let Err(err) = self.keep(file, chosen)
        {
            log::warn!("how many runs at once are quickest isn't kept: {err}");
        }
        chosen
    }

    fn keep(&self, file: &Path, at_once: usize) -> Result<(), StoreError> {
        if let Some(folder) = file.parent() {
            // Where the folder can't be made, the write below fails and says why.
            let _ = disk::create_folders(folder);
        }
        // The file is read anew, since another process may have written it meanwhile.
        let mut kept = load(file);
        kept.measured.retain(|record| record.of != self.key);
        kept.measured.push(Record {
            of: self.key.clone(),
            at_once,
        });
        // These are strings and numbers, all of which JSON can hold.
        let text = serde_json::to_string_pretty(&kept).unwrap_or_default();
        write_atomically(file, text.as_bytes())
    }
}

fn load(file: &Path) -> Kept {
    let text = read_bounded_text(file, LIMIT).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Preset;

    fn timed(work: f64, seconds: f64) -> Timed {
        Timed { work, seconds }
    }

    #[test]
    fn what_is_quicker_is_chosen_and_kept_for_its_size() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("cache/sweep-jobs.json");
        let of = |preset: Preset, cores| {
            AtOnce::new(Some(file.clone()), &preset.settings(), cores).unwrap()
        };
        let small = of(Preset::Linear, 4);
        assert_eq!(small.known(), None);
        assert_eq!(small.choose(timed(1.0, 2.0), 4, timed(4.0, 5.0)), 4);
        assert_eq!(small.known(), Some(4));
        let large = of(Preset::Default, 4);
        assert_eq!(large.known(), None);
        assert_eq!(large.choose(timed(1.0, 2.0), 4, timed(4.0, 9.0)), 1);
        assert_eq!((small.known(), large.known()), (Some(4), Some(1)));
        // Another number of cores is another question, and a tie is for several at once.
        assert_eq!(of(Preset::Linear, 2).known(), None);
        assert_eq!(large.choose(timed(1.0, 1.0), 4, timed(4.0, 4.0)), 4);
        assert_eq!(large.known(), Some(4));
    }

    #[test]
    fn a_damaged_file_is_ignored_and_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("sweep-jobs.json");
        let settings = Preset::Linear.settings();
        let asked = AtOnce::new(Some(file.clone()), &settings, 2).unwrap();
        for damaged in ["", "{", "[]", "{\"measured\": [{}]}", "\0"] {
            std::fs::write(&file, damaged).unwrap();
            assert_eq!(asked.known(), None, "{damaged:?}");
        }
        asked.choose(timed(1.0, 1.0), 2, timed(2.0, 1.0));
        assert_eq!(asked.known(), Some(2));
        // Without a cache folder nothing is kept.
        let nowhere = AtOnce::new(None, &settings, 2).unwrap();
        assert_eq!(nowhere.choose(timed(1.0, 1.0), 2, timed(2.0, 1.0)), 2);
        assert_eq!(nowhere.known(), None);
    }
}
