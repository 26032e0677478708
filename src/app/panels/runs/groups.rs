//! The rows of groups: runs that differ in the seed alone are one row, which opens to its runs.

use super::resuming::NotResumable;
use super::rows::{BestEpoch, Differing, Origin, Rows, RunRow};
use crate::lab::run::Sharing;
use crate::lab::sweep::Group;
use std::borrow::Cow;

impl<'a> Rows<'a> {
    /// The row of a group; none where none of its runs is in the table.
    pub(super) fn of_group(&self, group: &'a Group) -> Option<RunRow<'a>> {
        let run = self.runs.iter().find(|run| run.id == group.first)?;
        let is_shown = self.shown.contains(&group.id);
        Some(RunRow {
            id: group.id.clone(),
            origin: Origin::Store,
            name: group.name.clone(),
            color: (self.colors)(&group.id),
            state_label: "",
            active: group.in_work > 0,
            resumes_at: Err(NotResumable::Completed),
            starred: false,
            shown: is_shown,
            chosen: self.chosen_group == Some(&group.id),
            previous: self.previous == Some(&group.id) && !is_shown,
            best: group
                .accuracy
                .zip(group.epoch)
                .map(|(accuracy, epoch)| BestEpoch {
                    accuracy: accuracy.mean,
                    epoch: epoch.mean.round() as usize,
                    validation_count: run.validation_size(),
                }),
            most_accurate: None,
            gap: group.gap.map(|gap| gap.mean),
            last_gap: None,
            sharing: self.reference.map_or(Sharing::Same, |reference| {
                run.shares_validation_images(reference)
            }),
            epochs: run.epochs.len(),
            difference: match self.reference {
                Some(reference) if !group.members.contains(&reference.id) => {
                    Differing::FromRun(run, reference)
                }
                _ => Differing::FromPreset(run),
            },
            settings: Some(Cow::Borrowed(run.experiment.settings())),
            created_secs: group.created_secs,
            note: None,
            warnings: Cow::Borrowed(&[]),
            remarks: Vec::new(),
            group: None,
            seeds: Some(group),
            chosen_within: self
                .runs
                .iter()
                .find(|run| self.is_chosen(&run.id))
                .filter(|run| group.members.contains(&run.id)),
            previous_within: group
                .members
                .iter()
                .any(|id| self.previous == Some(id) && !self.shown.contains(id)),
        })
    }
}

/// Which seeds the figures of a group are of.
pub fn state_words(group: &Group) -> String {
    if group.finished == group.seeds {
        format!("{} seeds", group.seeds)
    } else {
        format!("{} of {} seeds", group.finished, group.seeds)
    }
}

/// What the state of a group says. Runs without a row of their own are told of here: those in training, and the
/// chosen one.
pub fn state_text(row: &RunRow<'_>, group: &Group, is_open: bool) -> String {
    let mut words = if group.in_work > 0 {
        format!("training, {}", state_words(group))
    } else {
        state_words(group)
    };
    if group.left_out > 0 {
        words += &format!(", {} left out", group.left_out);
    }
    if let Some(run) = row.chosen_within.filter(|_| !is_open) {
        words += &format!(" (seed {} is chosen)", run.experiment.settings().seed);
    }
    words
}
