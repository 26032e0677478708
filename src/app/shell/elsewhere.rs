//! Runs that another process trains. They are read again every few seconds, so that the window
//! shows where they stand, and offers to resume them once no process trains them.

use super::App;
use super::report::Report;
use crate::app::notices::Level;
use crate::lab::store::read_run;
use crate::lab::{Run, RunId, RunState, StoreError};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How often these runs are read.
const EVERY: Duration = Duration::from_secs(3);

fn is_elsewhere(run: &Run) -> bool {
    matches!(run.state, RunState::Elsewhere(_))
}

impl App {
    /// Has the runs read that other processes train, when it is time.
    pub(super) fn follow_elsewhere(&mut self) {
        let elsewhere = self.runs.iter().filter(|run| is_elsewhere(run));
        let wanted: Vec<(RunId, PathBuf)> = elsewhere
            .map(|run| (run.id.clone(), run.folder.clone()))
            .collect();
        if wanted.is_empty() {
            return;
        }
        let waited = self.elsewhere_read.map_or(EVERY, |read| read.elapsed());
        if waited < EVERY {
            return self.governor.wake_after(EVERY - waited);
        }
        self.elsewhere_read = Some(Instant::now());
        self.governor.wake_after(EVERY);
        for (id, folder) in wanted {
            self.in_order(move || Report::ReadAgain(id, read_run(&folder).map(Box::new)));
        }
    }

    /// Takes in where such a run stands now.
    pub(super) fn take_elsewhere(&mut self, id: &RunId, read: Result<Box<Run>, StoreError>) {
        let Some(run) = self.run_mut(id).filter(|run| is_elsewhere(run)) else {
            return;
        };
        match read {
            Ok(read) => {
                *run = *read;
                self.want_kept(id);
                self.offer_to_resume();
            }
            Err(err) => {
                run.state = RunState::Interrupted;
                self.notices.push(Level::Warning, err.to_string());
            }
        }
    }
}
