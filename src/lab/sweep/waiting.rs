//! The runs that wait to be trained in a window, in order. Plain data: no thread, and no file but a text.

use super::{JobEnd, JobState, Shelved, SweepError};
use crate::experiment::shortened;
use crate::lab::run::{RunId, RunState};
use crate::training::StopReason;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

/// What the file says that it is.
const FORMAT: &str = "overfit-lab-queue";
/// The version that this program writes and reads.
const VERSION: u64 = 1;
/// The most runs that wait.
pub const MOST_WAITING: usize = 100_000;

/// Where a run of the list stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Turn {
    /// The run waits for its turn.
    #[default]
    Waiting,
    /// This window trains the run, or is about to.
    InWork,
    /// Another process trains the run: which one, in words.
    Elsewhere(String),
    /// The run has failed: why, in words.
    Failed(String),
}

/// A run of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct WaitingRun {
    /// The sweep that the run belongs to.
    pub sweep: Arc<Shelved>,
    /// The number of the run within the sweep, from 1.
    pub number: usize,
    /// The run's name in the store, by which it is known.
    pub id: RunId,
    /// Where the run stands.
    pub turn: Turn,
}

/// What is counted of the list, whenever it changes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counts {
    /// Runs that wait for their turn.
    pub waiting: usize,
    /// Runs that this window trains.
    pub in_work: usize,
    /// Runs that other processes train.
    pub elsewhere: usize,
    /// Runs that have failed.
    pub failed: usize,
    /// Seconds of work that all runs together take but those that have failed or are trained
    /// elsewhere, by the count of multiplications; none where nobody can tell.
    pub seconds: Option<f64>,
}

/// The runs that wait, in order. A run that is finished is no longer in the list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Waiting {
    runs: Vec<WaitingRun>,
    counts: Counts,
    /// A number that grows whenever what lies on the disk has to be written anew.
    revision: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct QueueFile {
    format: String,
    version: u64,
    waiting: Vec<Part>,
}

/// Runs of a sweep that wait one after the other.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    sweep: String,
    runs: Vec<usize>,
}

impl WaitingRun {
    /// The group that the run belongs to.
    pub fn group(&self) -> Option<&RunId> {
        let (group, _) = self.sweep.group_and_seed(self.number)?;
        Some(group)
    }
}

impl Turn {
    /// Where a run stands whose state was read from the disk; none where it is finished.
    pub fn of(state: &JobState) -> Option<Self> {
        match state {
            JobState::Finished { .. } => None,
            JobState::Running { by } => Some(Self::Elsewhere(by.clone())),
            JobState::Failed { message, .. } => Some(Self::Failed(message.clone())),
            JobState::Waiting | JobState::Interrupted => Some(Self::Waiting),
        }
    }
}

impl Waiting {
    /// The runs, in order.
    pub fn runs(&self) -> &[WaitingRun] {
        &self.runs
    }

    /// How many runs stand where.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// A number that is another one whenever the text of [`Self::to_json`] is another one.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Whether there is no run in the list.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Whether a run is in the list.
    pub fn has(&self, id: &RunId) -> bool {
        self.find(id).is_some()
    }

    fn find(&self, id: &RunId) -> Option<usize> {
        self.runs.iter().position(|run| run.id == *id)
    }

    /// Puts runs of a sweep behind those that wait, each with where it stands, but for those that are in the
    /// list already. Gives how many were put there.
    pub fn add(
        &mut self,
        sweep: &Arc<Shelved>,
        runs: impl IntoIterator<Item = (usize, Turn)>,
    ) -> usize {
        let mut known: HashSet<RunId> = self.runs.iter().map(|run| run.id.clone()).collect();
        let before = self.runs.len();
        for (number, turn) in runs {
            let Some(id) = sweep.run(number) else {
                continue;
            };
            if self.runs.len() < MOST_WAITING && known.insert(id.clone()) {
                self.runs.push(WaitingRun {
                    sweep: Arc::clone(sweep),
                    number,
                    id: id.clone(),
                    turn,
                });
            }
        }
        self.changed();
        self.runs.len() - before
    }

    /// Asks of each run where it stands now. A run of which nothing is told is taken off the list.
    pub fn look(&mut self, turn_of: &mut dyn FnMut(&WaitingRun) -> Option<Turn>) {
        let runs = std::mem::take(&mut self.runs).into_iter();
        self.runs = runs
            .filter_map(|run| {
                let turn = turn_of(&run)?;
                Some(WaitingRun { turn, ..run })
            })
            .collect();
        self.changed();
    }

    /// Takes the first run that waits for its turn into work.
    pub fn take_next(&mut self) -> Option<WaitingRun> {
        let next = self.runs.iter_mut().find(|run| run.turn == Turn::Waiting)?;
        next.turn = Turn::InWork;
        let next = next.clone();
        self.count();
        Some(next)
    }

    /// Notes how a run ended that was taken into work.
    pub fn ended(&mut self, id: &RunId, end: &JobEnd) {
        let turn = match end {
            JobEnd::Found(_) | JobEnd::Trained(_) => return self.remove(id),
            JobEnd::Failed { message, .. } => Turn::Failed(message.clone()),
            JobEnd::Elsewhere(by) => Turn::Elsewhere(by.clone()),
            // Such a run can be tried again once the folder takes files.
            JobEnd::Stopped | JobEnd::Refused(_) => Turn::Waiting,
        };
        self.put(id, turn);
    }

    /// Takes in the state of a run as it was found on the disk, which another process may train.
    pub fn heard(&mut self, id: &RunId, state: &RunState) {
        let Some(index) = self.find(id) else { return };
        match (&self.runs[index].turn, state) {
            (Turn::InWork, _) => {}
            (_, RunState::Elsewhere(by)) => self.put(id, Turn::Elsewhere(by.clone())),
            (Turn::Elsewhere(_), RunState::Finished(reason)) if *reason != StopReason::Stopped => {
                self.remove(id);
            }
            (Turn::Elsewhere(_), _) => self.put(id, Turn::Waiting),
            (Turn::Waiting | Turn::Failed(_), _) => {}
        }
    }

    /// Puts a run at another place of the list: before the run that stands at this index now, or at the
    /// end. Runs in work stay where they are, before all others.
    pub fn move_to(&mut self, id: &RunId, index: usize) {
        let Some(from) = self.find(id) else { return };
        if self.runs[from].turn == Turn::InWork {
            return;
        }
        let run = self.runs.remove(from);
        let to = if index > from { index - 1 } else { index };
        self.runs.insert(to.min(self.runs.len()), run);
        self.changed();
    }

    /// Takes a run off the list.
    pub fn remove(&mut self, id: &RunId) {
        if let Some(index) = self.find(id) {
            self.runs.remove(index);
            self.changed();
        }
    }

    /// Takes all runs off the list but those in work. Gives those that were taken off, in order.
    pub fn clear(&mut self) -> Vec<WaitingRun> {
        let (kept, removed) = std::mem::take(&mut self.runs)
            .into_iter()
            .partition(|run| run.turn == Turn::InWork);
        self.runs = kept;
        self.changed();
        removed
    }

    /// Puts runs at the end of the list that were taken off it, without those that are on it again.
    pub fn put_back(&mut self, removed: Vec<WaitingRun>) {
        let known: HashSet<RunId> = self.runs.iter().map(|run| run.id.clone()).collect();
        let missing = removed.into_iter().filter(|run| !known.contains(&run.id));
        self.runs.extend(missing);
        self.changed();
    }

    /// Lets the runs that have failed wait again. Gives their names in the store.
    pub fn retry_failed(&mut self) -> Vec<RunId> {
        let mut retried = Vec::new();
        for run in &mut self.runs {
            if let Turn::Failed(_) = run.turn {
                run.turn = Turn::Waiting;
                retried.push(run.id.clone());
            }
        }
        self.count();
        retried
    }

    /// Lets the runs wait that other processes had in work, so that each is looked at again.
    pub fn look_again(&mut self) {
        for run in &mut self.runs {
            if let Turn::Elsewhere(_) = run.turn {
                run.turn = Turn::Waiting;
            }
        }
        self.count();
    }

    fn put(&mut self, id: &RunId, turn: Turn) {
        if let Some(index) = self.find(id) {
            self.runs[index].turn = turn;
            self.count();
        }
    }

    fn changed(&mut self) {
        self.revision += 1;
        self.count();
    }

    fn count(&mut self) {
        let mut counts = Counts {
            seconds: Some(0.0),
            ..Counts::default()
        };
        for run in &self.runs {
            match run.turn {
                Turn::Waiting => counts.waiting += 1,
                Turn::InWork => counts.in_work += 1,
                Turn::Elsewhere(_) => counts.elsewhere += 1,
                Turn::Failed(_) => counts.failed += 1,
            }
            if matches!(run.turn, Turn::Waiting | Turn::InWork) {
                let seconds = run.sweep.seconds(run.number);
                counts.seconds = counts.seconds.zip(seconds).map(|(sum, more)| sum + more);
            }
        }
        self.counts = counts;
    }

    /// The list as the text of a file. Where the runs stand is no part of it: that is read from the runs.
    pub fn to_json(&self) -> String {
        let mut waiting: Vec<Part> = Vec::new();
        for run in &self.runs {
            match waiting.last_mut() {
                Some(part) if part.sweep == run.sweep.name => part.runs.push(run.number),
                _ => waiting.push(Part {
                    sweep: run.sweep.name.clone(),
                    runs: vec![run.number],
                }),
            }
        }
        let file = QueueFile {
            format: FORMAT.into(),
            version: VERSION,
            waiting,
        };
        // The file is made of plain structs of numbers and words, so writing it can't fail.
        let mut text = serde_json::to_string(&file).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Reads the text of a list. `sweep` reads a sweep by its name; runs of a sweep that can't be read are
    /// left out, with its error.
    ///
    /// # Errors
    /// Where the text isn't that of a list; `path` stands in the error.
    pub fn parse(
        text: &str,
        path: &Path,
        sweep: &mut dyn FnMut(&str) -> Result<Arc<Shelved>, SweepError>,
    ) -> Result<(Self, Vec<SweepError>), SweepError> {
        let malformed = |message: String| SweepError::Malformed {
            message,
            path: path.to_path_buf(),
        };
        let file: QueueFile =
            serde_json::from_str(text).map_err(|err| malformed(shortened(&err.to_string())))?;
        if file.format != FORMAT || file.version != VERSION {
            return Err(malformed(format!(
                "this is no list of waiting runs that this version knows: expected \"format\": \
                 \"{FORMAT}\" and \"version\": {VERSION}; remove the file, or open it with the version \
                 of Overfit Lab that wrote it"
            )));
        }
        let mut list = Self::default();
        let mut errors = Vec::new();
        let mut read: Vec<(String, Option<Arc<Shelved>>)> = Vec::new();
        for part in file.waiting {
            let known = read.iter().find(|(name, _)| *name == part.sweep);
            let found = match known {
                Some((_, found)) => found.clone(),
                None => {
                    let found = sweep(&part.sweep).map_err(|err| errors.push(err)).ok();
                    read.push((part.sweep.clone(), found.clone()));
                    found
                }
            };
            if let Some(found) = found {
                list.add(
                    &found,
                    part.runs.into_iter().map(|run| (run, Turn::Waiting)),
                );
            }
        }
        list.revision = 0;
        Ok((list, errors))
    }
}

#[cfg(test)]
#[path = "waiting_tests.rs"]
mod tests;
