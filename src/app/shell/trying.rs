//! Suggestions tried out: which settings the change goes to, and what is said of it.

use super::App;
use crate::app::notices::Level;
use crate::experiment::{Liveness, Setting, Settings, differences};
use crate::lab::{RunId, RunState, suggest};

impl App {
    /// The settings that a suggestion's change would go to: those asked of the chosen run while it
    /// trains, else those of the next run.
    pub(super) fn settings_to_change(&self) -> &Settings {
        match &self.active {
            Some(active) if self.is_chosen_in_training() && !active.follows => &active.asked,
            _ => self.draft.settings(),
        }
    }

    fn is_chosen_in_training(&self) -> bool {
        let state = self.active_run().map(|run| &run.state);
        let is_chosen = self
            .active
            .as_ref()
            .is_some_and(|active| active.id.is_some() && active.id == self.chosen);
        is_chosen && state.is_some_and(|state| *state != RunState::Stopping)
    }

    /// What to say where a run has ended before changes that were asked of it came into force.
    pub(super) fn asked_too_late(&self, id: &RunId) -> Option<String> {
        let active = self.active.as_ref()?;
        // Changes that were planned before the start were never asked for by hand.
        if !active.experiment.changes().is_empty() {
            return None;
        }
        let asked = &active.asked;
        let run = self.runs.iter().find(|run| run.id == *id)?;
        let left = differences(&run.settings_now(), asked);
        let labels: Vec<&str> = left.iter().map(|left| left.field.label()).collect();
        (!labels.is_empty()).then(|| {
            format!(
                "{} ended before this was changed: {}. The next run gets it: press Train.",
                run.name,
                labels.join(", ")
            )
        })
    }

    /// Makes a suggestion's change: in the chosen run where it trains, which takes what can change
    /// in mid-run, else in the settings of the next run.
    pub(super) fn try_out(&mut self, change: &[Setting]) {
        self.deleted_last = false;
        let is_in_training = self.is_chosen_in_training();
        let acts = if is_in_training {
            suggest::acts(change, self.settings_to_change())
        } else {
            // Another run may be in work, which the change isn't for.
            self.detach();
            Liveness::NewRun
        };
        if acts != Liveness::NewRun && self.active.as_ref().is_some_and(|active| !active.follows) {
            self.follow_active_run();
        }
        let changed = suggest::applied(change, self.draft.settings());
        self.draft.edit(changed, false);
        let label = suggest::label(change);
        let name = self.active_run().map_or("The run", |run| &run.name);
        let note = match acts {
            Liveness::Live => format!("{name} gets {label} from its next batch on."),
            Liveness::NextEpoch => format!("{name} gets {label} from its next epoch on."),
            Liveness::NewRun if self.active.is_some() => {
                format!("The next run gets {label}: press Train when this one is over.")
            }
            Liveness::NewRun => format!("The next run gets {label}: press Train."),
        };
        match acts {
            // A flag over the curves shows a change in mid-run; a toast would cover the curves.
            Liveness::Live | Liveness::NextEpoch => self.notices.push_quiet(Level::Info, note),
            Liveness::NewRun => self.notices.push(Level::Info, note),
        }
    }
}
