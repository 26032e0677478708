//! How far the queue's runs are, and how long the rest will take.

use super::Work;
use crate::app::shell::App;
use crate::lab::RunId;
use crate::lab::sweep::{Shelved, WaitingRun};

/// What a run in work has done so far.
struct Part {
    /// Seconds that it was expected to take, by the count of multiplications.
    expected: f64,
    /// Seconds that its whole epochs were expected to take.
    expected_of_epochs: f64,
    /// The run's part of the seconds that these epochs took while several runs were in work.
    taken: f64,
}

impl App {
    /// What a run of the queue is called: by its own name, where it has begun, and before that by the one that it
    /// will have.
    pub(in crate::app::shell) fn waiting_name(&self, waiting: &WaitingRun) -> String {
        let own = self.run(&waiting.id).map(|run| &run.name);
        let own = own.filter(|name| **name != waiting.id.0).cloned();
        own.or_else(|| self.name_by_group(&waiting.sweep, waiting.number))
            .unwrap_or_else(|| waiting.sweep.run_name(waiting.number))
    }

    /// What a run of a sweep is called where a person has given its group a name while others of its runs waited.
    pub(super) fn name_by_group(&self, sweep: &Shelved, number: usize) -> Option<String> {
        let (group, seed) = sweep.group_and_seed(number)?;
        Some(format!("{}.{seed}", self.given_name(group)?))
    }

    /// How far a run in work is, in words.
    pub(in crate::app::shell) fn queue_progress(&self, id: &RunId) -> String {
        let Some(run) = self.run(id) else {
            return "begins".into();
        };
        match &run.progress {
            Some(progress) => format!(
                "{}, epoch {}/{}",
                run.state.label(),
                progress.epoch,
                progress.epochs
            ),
            None => run.state.label().into(),
        }
    }

    /// Where a run that waits was stopped, in words; none where it hasn't begun.
    pub(in crate::app::shell) fn queue_stopped(&self, id: &RunId) -> Option<String> {
        let run = self.run(id)?;
        let last = run.epochs.last()?.epoch;
        let planned = run.settings_now().training.epochs;
        Some(format!("stopped, epoch {last}/{planned}"))
    }

    /// Seconds until the last run is over, by what runs took here; none where nobody can tell.
    pub(in crate::app::shell) fn queue_seconds_left(&self) -> Option<f64> {
        let parts = || {
            self.queue
                .work
                .iter()
                .filter_map(|work| self.part_done(work))
        };
        let done: f64 = parts().map(|part| part.expected).sum();
        let left = (self.queue.list.counts().seconds? - done).max(0.0);
        // Before the first run is over, those in work say how fast this machine is.
        let begun = parts().filter(|part| part.expected_of_epochs > 0.0);
        let begun = begun
            .map(|part| part.taken / part.expected_of_epochs)
            .reduce(f64::max);
        Some(left * self.queue.pace.or(begun).unwrap_or(1.0))
    }

    /// What a run in work has done.
    fn part_done(&self, work: &Work) -> Option<Part> {
        let run = self.run(&work.id)?;
        let mut waiting = self.queue.list.runs().iter();
        let waiting = waiting.find(|run| run.id == work.id)?;
        let expected = waiting.sweep.seconds(waiting.number)?;
        let epochs = run.experiment.settings().training.epochs.max(1);
        Some(Part {
            expected: run.share_done() * expected,
            expected_of_epochs: run.epochs.len() as f64 / epochs as f64 * expected,
            taken: run.epochs_secs() / work.beside as f64,
        })
    }

    /// Notes what a run took that is over, beside what was expected.
    pub(super) fn note_pace(&mut self, index: usize, elapsed: f64) {
        let Work { id, beside, .. } = &self.queue.work[index];
        let waiting = self.queue.list.runs().iter().find(|run| run.id == *id);
        let expected = waiting.and_then(|run| run.sweep.seconds(run.number));
        if let Some(expected) = expected.filter(|expected| *expected > 0.0) {
            self.queue.pace = Some(elapsed / *beside as f64 / expected);
        }
    }
}
