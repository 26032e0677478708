//! What goes wrong while a run is kept. A disk that is full stays so for many files: that is told
//! once, and when it is over, what came of it.

use super::{RunWriter, StoreError};
use crate::lab::run::RunEvent;

/// The trouble that a run's writer is in.
#[derive(Default)]
pub(super) struct Troubles {
    /// Why files can't be written just now.
    cause: Option<String>,
    /// How many epochs since then lack something that couldn't be written.
    epochs: usize,
    /// The words that haven't been told.
    untold: Vec<String>,
}

impl Troubles {
    /// Whether an error is more than what is known already.
    fn is_news(&mut self, err: &StoreError) -> bool {
        let cause = err.cause();
        let is_news = self.cause.as_ref() != Some(&cause);
        self.cause = Some(cause);
        is_news
    }

    /// Notes an epoch of which something couldn't be written.
    fn epoch_lacks(&mut self) {
        self.epochs += 1;
    }

    /// Notes an epoch that was kept whole. Gives what to say if that is news.
    fn epoch_is_whole(&mut self, epoch: usize) -> Option<String> {
        self.cause = None;
        match std::mem::take(&mut self.epochs) {
            0 => None,
            1 => Some(format!(
                "from epoch {epoch} on the run is kept whole again; of the epoch before, weights \
                 may be missing"
            )),
            count => Some(format!(
                "from epoch {epoch} on the run is kept whole again; of the {count} epochs before, \
                 weights may be missing"
            )),
        }
    }

    /// Notes the end of the run. Gives what to say if it is still in trouble.
    fn ends(&mut self) -> Option<String> {
        match std::mem::take(&mut self.epochs) {
            0 => None,
            1 => Some("of the last epoch, weights may be missing".into()),
            count => Some(format!(
                "of the last {count} epochs, weights may be missing"
            )),
        }
    }
}

impl RunWriter {
    /// Notes what couldn't be kept, once for a cause. The next summary has it.
    pub(super) fn note(&mut self, kept: Result<(), StoreError>) {
        if let Err(err) = kept
            && self.troubles.is_news(&err)
        {
            self.tell(err.to_string());
        }
    }

    /// Notes whether an epoch is kept whole.
    pub(super) fn note_epoch(&mut self, epoch: usize, kept: Result<(), StoreError>) {
        match kept {
            Ok(()) => {
                if let Some(over) = self.troubles.epoch_is_whole(epoch) {
                    self.tell(over);
                }
            }
            Err(_) => {
                self.troubles.epoch_lacks();
                self.note(kept);
            }
        }
    }

    /// Notes what the run's end leaves missing.
    pub(super) fn note_end(&mut self, kept: Result<(), StoreError>) {
        self.note(kept);
        if let Some(missing) = self.troubles.ends() {
            self.tell(missing);
        }
    }

    /// What has gone wrong since the last call.
    pub(in crate::lab) fn take_troubles(&mut self) -> Vec<String> {
        self.hear_saver();
        std::mem::take(&mut self.troubles.untold)
    }

    /// Notes what went wrong with saving the state.
    pub(super) fn hear_saver(&mut self) {
        let troubles = self.saver.as_ref().map(super::states::StateSaver::troubles);
        for trouble in troubles.unwrap_or_default() {
            self.tell(trouble);
        }
    }

    fn tell(&mut self, trouble: String) {
        self.warn(trouble.clone());
        self.troubles.untold.push(trouble);
    }

    /// Notes a warning. The next summary has it.
    pub(in crate::lab) fn warn(&mut self, warning: String) -> RunEvent {
        self.fold(RunEvent::Warning(warning))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::ErrorKind;
    use std::path::PathBuf;

    fn refused(kind: ErrorKind, path: &str) -> StoreError {
        StoreError::Io {
            action: "write the file",
            mend: "make room",
            path: PathBuf::from(path),
            source: kind.into(),
        }
    }

    #[test]
    fn a_cause_is_news_once_until_an_epoch_is_whole() {
        let mut troubles = Troubles::default();
        assert_eq!(troubles.epoch_is_whole(1), None);
        assert!(troubles.is_news(&refused(ErrorKind::StorageFull, "a")));
        troubles.epoch_lacks();
        assert!(!troubles.is_news(&refused(ErrorKind::StorageFull, "b")));
        troubles.epoch_lacks();
        assert!(troubles.is_news(&refused(ErrorKind::PermissionDenied, "b")));
        let over = troubles.epoch_is_whole(4).unwrap();
        assert!(
            over.contains("from epoch 4") && over.contains("2 epochs"),
            "{over}"
        );
        assert_eq!(troubles.epoch_is_whole(5), None);
        assert!(troubles.is_news(&refused(ErrorKind::PermissionDenied, "b")));
        assert_eq!(troubles.ends(), None);
        troubles.epoch_lacks();
        assert!(troubles.ends().is_some_and(|it| it.contains("last epoch")));
    }
}
