//! Where the runs of sweeps lie in the store, and which of them are there already.
//!
//! A run that a sweep trains lies in a folder that is named by its identity. So two processes that
//! begin the same run at once, for one sweep or for two, want the same folder, and the run's lock lets
//! one of them have it. A run with that identity that is finished elsewhere in the store, by whoever
//! trained it, is as good.

use super::standing::JobState;
use super::{Identity, Job};
use crate::lab::run::RunId;
use crate::lab::store::{
    RunStore, StoreError, Summary, SummaryState, glance, id_of, is_run_folder, read_experiment,
    writer_of,
};
use crate::training::StopReason;
use rayon::prelude::*;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The places of runs in a store.
#[derive(Clone, Debug)]
pub struct Places {
    store: RunStore,
    /// Finished runs that don't lie in the folder of their identity.
    elsewhere: HashMap<Identity, PathBuf>,
}

impl Places {
    /// Looks through a store for finished runs. What can't be read is passed over: it is no run that
    /// could be taken.
    pub fn of(store: RunStore) -> Self {
        let entries = std::fs::read_dir(store.folder()).into_iter().flatten();
        let folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        let found = folders
            .into_par_iter()
            .filter(|folder| !is_named_by_identity(folder))
            .filter_map(|folder| Some((identity_of_finished(&folder)?, folder)));
        let mut found: Vec<(Identity, PathBuf)> = found.collect();
        // The first of several alike is taken, whatever the order in which they were read.
        found.sort_unstable_by(|a, b| b.cmp(a));
        Self {
            store,
            elsewhere: found.into_iter().collect(),
        }
    }

    /// The store.
    pub fn store(&self) -> &RunStore {
        &self.store
    }

    /// The folder in which a sweep trains a run.
    pub fn folder(&self, identity: &Identity) -> PathBuf {
        self.store.folder().join(identity.folder_name())
    }

    /// Where a run stands now, by what lies in the store.
    pub fn state(&self, job: &Job) -> JobState {
        let folder = self.folder(&job.identity);
        match state_in(&folder) {
            found @ JobState::Finished { .. } => found,
            found => match self.finished_elsewhere(&job.identity) {
                Some(finished) => finished,
                None => found,
            },
        }
    }

    /// Moves what is left of a run that can't go on into the bin, so that it can begin anew.
    pub(super) fn clear(&self, identity: &Identity) -> Result<(), StoreError> {
        self.store.delete(&RunId(identity.folder_name()))
    }

    fn finished_elsewhere(&self, identity: &Identity) -> Option<JobState> {
        let folder = self.elsewhere.get(identity)?;
        match state_in(folder) {
            finished @ JobState::Finished { .. } => Some(finished),
            // The run was deleted or trained on since the store was looked through.
            _ => None,
        }
    }
}

/// Whether a folder has the name of a run that a sweep trains.
fn is_named_by_identity(folder: &Path) -> bool {
    let name = folder.file_name().and_then(|name| name.to_str());
    let rest = name.and_then(|name| name.strip_prefix('R'));
    rest.is_some_and(|rest| {
        rest.len() + 1 == Identity::FOLDER_NAME
            && rest
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

fn identity_of_finished(folder: &Path) -> Option<Identity> {
    if !is_run_folder(folder) {
        return None;
    }
    let summary = glance(folder).ok()?;
    let numbers = summary.started.as_ref()?.numbers?;
    if !is_through(&summary.state) {
        return None;
    }
    let experiment = read_experiment(folder).ok()?;
    Some(Identity::of(
        &experiment,
        summary.data_sha256.as_deref(),
        numbers,
    ))
}

/// Whether a run has come to its own end. One that a person stopped has not.
fn is_through(state: &SummaryState) -> bool {
    matches!(
        state,
        SummaryState::Finished {
            reason: StopReason::Completed | StopReason::EarlyStopping,
        }
    )
}

/// Where the run in a folder stands.
fn state_in(folder: &Path) -> JobState {
    if !is_run_folder(folder) {
        // Somebody may have taken the folder a moment ago.
        return match writer_of(folder) {
            Some(by) => JobState::Running { by },
            None => JobState::Waiting,
        };
    }
    match glance(folder) {
        Ok(summary) => state_by(summary, folder),
        Err(error) => JobState::Failed {
            run: Some(id_of(folder)),
            message: error.to_string(),
        },
    }
}

fn state_by(summary: Summary, folder: &Path) -> JobState {
    if is_through(&summary.state) {
        return JobState::Finished {
            run: id_of(folder),
            folder: folder.to_path_buf(),
            summary: Box::new(summary),
        };
    }
    if let Some(by) = writer_of(folder) {
        return JobState::Running { by };
    }
    match summary.state {
        SummaryState::Failed { message, .. } => JobState::Failed {
            run: Some(id_of(folder)),
            message,
        },
        SummaryState::Training | SummaryState::Finished { .. } => JobState::Interrupted,
    }
}
