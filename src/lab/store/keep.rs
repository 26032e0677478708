//! Which epochs' weights a run keeps, what they cost on disk, and thinning them.

use super::StoreError;
use super::answers::answers_path;
use super::checkpoint::Checkpoint;
use super::inside::check_no_link;
use crate::disk;
use crate::experiment::limits;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::Path;
use std::str::FromStr;

/// Which epochs' weights are kept. The best epoch's and the last epoch's always are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeepEpochs {
    /// The weights of each epoch.
    #[default]
    All,
    /// The weights of every n-th epoch, and of the first.
    Every(usize),
    /// Only the weights of the best epoch and of the last.
    BestAndLast,
}

impl KeepEpochs {
    /// Whether an epoch's weights stay when newer ones come.
    pub fn keeps(self, epoch: usize) -> bool {
        match self {
            Self::All => true,
            Self::Every(n) => epoch == 1 || epoch.is_multiple_of(n.max(1)),
            Self::BestAndLast => false,
        }
    }
}

impl fmt::Display for KeepEpochs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Every(n) => write!(f, "{n}"),
            Self::BestAndLast => f.write_str("best"),
        }
    }
}

/// A text that says of no epochs that their weights are kept.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected all, best, or a number n for every n-th epoch, found {0:?}")]
pub struct NoChoice(String);

impl FromStr for KeepEpochs {
    type Err = NoChoice;
    fn from_str(text: &str) -> Result<Self, NoChoice> {
        match text {
            "all" => Ok(Self::All),
            "best" => Ok(Self::BestAndLast),
            _ => match text.parse() {
                Ok(1) => Ok(Self::All),
                Ok(n) if n > 1 => Ok(Self::Every(n)),
                _ => Err(NoChoice(text.into())),
            },
        }
    }
}

/// An epoch whose weights are on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptEpoch {
    /// The epoch, from 1.
    pub epoch: usize,
    /// Bytes on disk, the epoch's answers included.
    pub bytes: u64,
}

/// The epochs of a run whose weights are on disk, in order. Nothing is found behind a link.
pub fn kept_epochs(folder: &Path) -> Vec<KeptEpoch> {
    let checkpoints = folder.join(super::files::CHECKPOINTS);
    if check_no_link(&checkpoints).is_err() {
        return Vec::new();
    }
    let size = |path: &Path| match path.symlink_metadata() {
        Ok(found) if found.is_file() => Some(found.len()),
        _ => None,
    };
    let mut kept: Vec<KeptEpoch> = std::fs::read_dir(checkpoints)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let epoch = epoch_of(entry.file_name().to_str()?)?;
            let answers = size(&answers_path(folder, epoch)).unwrap_or(0);
            Some(KeptEpoch {
                epoch,
                bytes: size(&entry.path())?.saturating_add(answers),
            })
        })
        .collect();
    kept.sort_by_key(|kept| kept.epoch);
    kept
}

/// The epoch of a file of weights, by the file's name. An epoch has one name only.
fn epoch_of(name: &str) -> Option<usize> {
    let digits = name.strip_prefix("epoch-")?.strip_suffix(".safetensors")?;
    let epoch = digits.parse().ok()?;
    let is_its = limits::EPOCHS.contains(&epoch) && format!("{epoch:04}") == digits;
    is_its.then_some(epoch)
}

/// Removes the weights and answers of epochs that `keep` doesn't keep, but never the best's or
/// the newest's. Gives the bytes freed.
///
/// # Errors
/// Where a file can't be removed.
pub fn thin(folder: &Path, keep: KeepEpochs, best: Option<usize>) -> Result<u64, StoreError> {
    let kept = kept_epochs(folder);
    let newest = kept.last().map(|kept| kept.epoch);
    let mut freed = 0;
    for KeptEpoch { epoch, bytes } in kept {
        if keep.keeps(epoch) || Some(epoch) == best || Some(epoch) == newest {
            continue;
        }
        remove(folder, epoch)?;
        freed += bytes;
    }
    Ok(freed)
}

/// Removes an epoch's weights and answers.
pub(super) fn remove(folder: &Path, epoch: usize) -> Result<(), StoreError> {
    remove_weights(folder, epoch)?;
    remove_answers(folder, epoch)
}

/// Removes an epoch's weights.
pub(super) fn remove_weights(folder: &Path, epoch: usize) -> Result<(), StoreError> {
    check_no_link(&folder.join(super::files::CHECKPOINTS))?;
    remove_file(&Checkpoint::Epoch(epoch).path(folder))
}

/// Removes what an epoch's weights answered to the validation images.
pub(super) fn remove_answers(folder: &Path, epoch: usize) -> Result<(), StoreError> {
    check_no_link(&folder.join(super::files::ANSWERS))?;
    remove_file(&answers_path(folder, epoch))
}

fn remove_file(path: &Path) -> Result<(), StoreError> {
    match disk::remove_file(path) {
        Ok(()) => Ok(()),
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(err) => {
            let mend = "check that the folder can be written";
            Err(StoreError::io("remove the weights", mend, path)(err))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::store::files;

    #[test]
    fn thinning_spares_the_best_and_the_newest() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(files::CHECKPOINTS)).unwrap();
        for epoch in 1..=12 {
            std::fs::write(Checkpoint::Epoch(epoch).path(folder.path()), [0; 10]).unwrap();
        }
        std::fs::write(Checkpoint::Best.path(folder.path()), [0; 10]).unwrap();
        let epochs = || {
            let kept = kept_epochs(folder.path());
            kept.iter().map(|kept| kept.epoch).collect::<Vec<_>>()
        };
        assert_eq!(epochs(), (1..=12).collect::<Vec<_>>());
        assert_eq!(thin(folder.path(), KeepEpochs::All, Some(7)).unwrap(), 0);
        assert_eq!(
            thin(folder.path(), KeepEpochs::Every(5), Some(7)).unwrap(),
            70
        );
        assert_eq!(epochs(), [1, 5, 7, 10, 12]);
        assert_eq!(
            thin(folder.path(), KeepEpochs::BestAndLast, Some(7)).unwrap(),
            30
        );
        assert_eq!(epochs(), [7, 12]);
        assert!(Checkpoint::Best.path(folder.path()).is_file());
    }

    #[test]
    fn what_is_kept_is_read_as_it_is_written() {
        for keep in [
            KeepEpochs::All,
            KeepEpochs::Every(5),
            KeepEpochs::BestAndLast,
        ] {
            assert_eq!(keep.to_string().parse(), Ok(keep));
        }
        assert!("0".parse::<KeepEpochs>().is_err());
        assert_eq!("1".parse(), Ok(KeepEpochs::All));
    }
}
