//! Ensembles that a person keeps beside the runs: which runs answer together, and what that was
//! measured to be worth. Each is a small file `E1.ensemble.json` in the folder of the runs.

use super::files::{MEND_WRITE, write_json};
use super::inside::{Inside, SMALL_LIMIT, check_no_link};
use super::{Figures, RunStore, Split, StoreError};
use crate::data::{Copies, MOST_COPIES};
use crate::disk;
use crate::experiment::shortened;
use crate::lab::run::RunId;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The version of the files that this program writes and reads.
const VERSION: u32 = 1;
/// What the name of such a file ends with.
const ENDING: &str = ".ensemble.json";
/// The most runs of an ensemble.
pub const MOST_MEMBERS: usize = 200;

/// Runs that answer together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ensemble {
    /// The version of the file.
    version: u32,
    /// The name that a person gave it; its id at first.
    pub name: String,
    /// Whether a person marked it with a star.
    #[serde(default)]
    pub starred: bool,
    /// Seconds since 1970 when it was made.
    pub created_secs: u64,
    /// The runs, by their names in the store. Each answers with its best epoch's weights.
    pub members: Vec<RunId>,
    /// The copies that are answered beside each image.
    pub copies: Copies,
    /// What it was measured to be worth; none before it was measured.
    #[serde(default)]
    pub score: Option<EnsembleScore>,
}

/// Figures of runs that answered together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EnsembleScore {
    /// The images.
    pub split: Split,
    /// The figures of the average.
    #[serde(flatten)]
    pub figures: Figures,
    /// How many copies of each image were answered beside it.
    pub tta: u16,
    /// The accuracy of the average without copies.
    pub accuracy_without_tta: f64,
    /// How many images aren't given the same class by all runs.
    pub disagreements: usize,
    /// The runs, each alone and without copies.
    pub members: Vec<MemberScore>,
}

/// Figures of a run that answered together with others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MemberScore {
    /// The run's name in the store.
    pub run: RunId,
    /// The epoch of its weights; none where they are newer than any epoch's.
    pub epoch: Option<usize>,
    /// Fraction that the run alone classifies right.
    pub accuracy: f64,
    /// Standard error of the accuracy.
    pub standard_error: f64,
    /// How many images the run alone gets wrong and the average right.
    pub fixed: usize,
    /// How many images the run alone gets right and the average wrong.
    pub broken: usize,
    /// Whether the accuracy is that of the run's one test, asked before.
    #[serde(default)]
    pub recorded: bool,
}

impl EnsembleScore {
    /// The run with the highest accuracy alone, the first of equals.
    pub fn best_member(&self) -> Option<&MemberScore> {
        self.members
            .iter()
            .reduce(|best, member| match member.accuracy > best.accuracy {
                true => member,
                false => best,
            })
    }

    /// The mean of the runs' accuracies.
    pub fn mean_accuracy(&self) -> f64 {
        let sum: f64 = self.members.iter().map(|member| member.accuracy).sum();
        sum / self.members.len().max(1) as f64
    }
}

impl Ensemble {
    /// Runs that are to answer together, made now.
    pub fn new(name: &str, members: Vec<RunId>, copies: Copies, created_secs: u64) -> Self {
        Self {
            version: VERSION,
            name: name.into(),
            starred: false,
            created_secs,
            members,
            copies,
            score: None,
        }
    }

    /// Reads the text of such a file.
    ///
    /// # Errors
    /// Where the file isn't of the form that it should have; `path` stands in the error.
    pub fn parse(text: &str, path: &Path) -> Result<Self, StoreError> {
        let malformed = |message: String| StoreError::Malformed {
            message: format!("not an ensemble: {message}; remove the file to be without it"),
            path: path.to_path_buf(),
        };
        let read: Self =
            serde_json::from_str(text).map_err(|err| malformed(shortened(&err.to_string())))?;
        if read.version != VERSION {
            return Err(malformed(format!(
                "version {} of such files is not known, expected {VERSION}",
                read.version
            )));
        }
        if read.members.is_empty() || read.members.len() > MOST_MEMBERS {
            return Err(malformed(format!(
                "found {} runs, expected 1 to {MOST_MEMBERS}",
                read.members.len()
            )));
        }
        if read.copies.count > MOST_COPIES {
            return Err(malformed(format!(
                "found {} copies, expected 0 to {MOST_COPIES}",
                read.copies.count
            )));
        }
        Ok(read)
    }
}

/// The file of an ensemble.
fn file_of(folder: &Path, id: &RunId) -> PathBuf {
    folder.join(format!("{id}{ENDING}"))
}

/// The name of an ensemble, by the name of its file.
fn id_of_file(path: &Path) -> Option<RunId> {
    let name = path.file_name()?.to_str()?.strip_suffix(ENDING)?;
    (!name.is_empty()).then(|| RunId(name.into()))
}

/// The number in an ensemble's name, where the store gave it.
fn number_of(id: &RunId) -> Option<u64> {
    id.0.strip_prefix('E')?.parse().ok()
}

/// The ensembles in a folder.
fn ids_in(folder: &Path) -> Vec<RunId> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| id_of_file(&entry.path()))
        .collect()
}

impl RunStore {
    /// Every ensemble that can be read, the oldest first, and an error for each that can't.
    pub fn read_ensembles(&self) -> (Vec<(RunId, Ensemble)>, Vec<StoreError>) {
        let mut read = Vec::new();
        let mut errors = Vec::new();
        for id in ids_in(self.folder()) {
            match self.read_ensemble(&id) {
                Ok(ensemble) => read.push((id, ensemble)),
                Err(err) => errors.push(err),
            }
        }
        read.sort_by_key(|(id, ensemble)| (ensemble.created_secs, number_of(id)));
        (read, errors)
    }

    /// Reads an ensemble.
    ///
    /// # Errors
    /// Where there is none of that name, or its file isn't of the form that it should have.
    pub fn read_ensemble(&self, id: &RunId) -> Result<Ensemble, StoreError> {
        let file = Inside::new(self.folder(), format!("{id}{ENDING}"));
        Ensemble::parse(&file.read_text(SMALL_LIMIT)?, &file.path())
    }

    /// The ensemble of a name, in upper or lower case.
    pub fn find_ensemble(&self, name: &str) -> Option<RunId> {
        let mut ids = ids_in(self.folder()).into_iter();
        ids.find(|id| id.0.eq_ignore_ascii_case(name))
    }

    /// Keeps a new ensemble under the next free name: `E1`, `E2`, …. Where its name is empty, it is
    /// called by that.
    ///
    /// # Errors
    /// Where the file can't be written.
    pub fn add_ensemble(&self, mut ensemble: Ensemble) -> Result<(RunId, Ensemble), StoreError> {
        let folder = self.folder();
        disk::create_folders(folder).map_err(StoreError::io(
            "make the folder of the runs",
            MEND_WRITE,
            folder,
        ))?;
        let taken = [ids_in(folder), ids_in(&self.bin())].concat();
        let last = taken.iter().filter_map(number_of).max().unwrap_or(0);
        let id = RunId(format!("E{}", last + 1));
        if ensemble.name.trim().is_empty() {
            ensemble.name.clone_from(&id.0);
        }
        self.write_ensemble(&id, &ensemble)?;
        Ok((id, ensemble))
    }

    /// Keeps an ensemble in place of what was kept under its name.
    ///
    /// # Errors
    /// Where the file can't be written.
    pub fn write_ensemble(&self, id: &RunId, ensemble: &Ensemble) -> Result<(), StoreError> {
        write_json(&file_of(self.folder(), id), ensemble)
    }

    /// Moves an ensemble into the bin. Its runs stay.
    ///
    /// # Errors
    /// Where the file can't be moved.
    pub fn delete_ensemble(&self, id: &RunId) -> Result<(), StoreError> {
        let bin = self.bin();
        check_no_link(&bin)?;
        let moved = disk::create_folders(&bin)
            .and_then(|()| disk::rename(&file_of(self.folder(), id), &file_of(&bin, id)));
        moved.map_err(StoreError::io(
            "move the ensemble into the bin",
            "check that the folder can be written",
            &file_of(self.folder(), id),
        ))
    }

    /// Moves an ensemble back out of the bin.
    ///
    /// # Errors
    /// Where the file can't be moved.
    pub fn restore_ensemble(&self, id: &RunId) -> Result<(), StoreError> {
        check_no_link(&self.bin())?;
        let from = file_of(&self.bin(), id);
        disk::rename(&from, &file_of(self.folder(), id)).map_err(StoreError::io(
            "move the ensemble out of the bin",
            "check that it is still there",
            &from,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ensemble() -> Ensemble {
        let members = vec![RunId("A1".into()), RunId("A2".into())];
        Ensemble::new("", members, Copies::new(4), 7)
    }

    #[test]
    fn ensembles_are_kept_beside_runs_and_are_no_runs() {
        let folder = tempfile::tempdir().unwrap();
        let store = RunStore::new(folder.path().join("runs"));
        let (first, kept) = store.add_ensemble(ensemble()).unwrap();
        assert_eq!((&first.0[..], &kept.name[..]), ("E1", "E1"));
        let (second, _) = store.add_ensemble(ensemble()).unwrap();
        assert_eq!(store.find_ensemble("e2"), Some(second.clone()));
        assert_eq!(store.read_ensemble(&first).unwrap(), kept);
        assert!(store.read_all().0.is_empty() && store.read_all().1.is_empty());
        store.delete_ensemble(&second).unwrap();
        assert_eq!(store.read_ensembles().0, [(first, kept)]);
        // A name in the bin isn't given again.
        let (third, _) = store.add_ensemble(ensemble()).unwrap();
        assert_eq!(third.0, "E3");
        store.restore_ensemble(&second).unwrap();
        assert_eq!(store.read_ensembles().0.len(), 3);
    }

    #[test]
    fn what_is_no_ensemble_is_told_with_the_mend() {
        let mut many = ensemble();
        many.members = (0..300).map(|run| RunId(format!("A{run}"))).collect();
        let mut other = ensemble();
        other.version = 2;
        let mut copied = ensemble();
        copied.copies.count = 101;
        let files = [many, other, copied].map(|ensemble| serde_json::to_string(&ensemble).unwrap());
        let parts = ["found 300 runs", "version 2", "found 101 copies"];
        for (text, part) in files.iter().zip(parts) {
            let err = Ensemble::parse(text, Path::new("E1.ensemble.json")).unwrap_err();
            let message = err.to_string();
            assert!(
                message.contains(part) && message.contains("remove the file"),
                "{message}"
            );
        }
        assert!(Ensemble::parse("{}", Path::new("x")).is_err());
    }
}
