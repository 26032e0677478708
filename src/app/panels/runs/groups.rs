//! The rows of groups: runs that differ in the seed alone are one row, which opens to its runs.

use super::resuming::NotResumable;
use super::rows::{BestEpoch, Differing, Origin, RunRow};
use crate::lab::run::Sharing;
use crate::lab::sweep::{Group, Groups};
use crate::lab::{Run, RunId};
use eframe::egui::Color32;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// What the rows of groups are made of.
pub struct GroupView<'a, 'b> {
    /// The groups.
    pub groups: &'a Groups,
    /// The group that is chosen.
    pub chosen: Option<&'b RunId>,
    /// The group that was chosen before.
    pub previous: Option<&'b RunId>,
}

/// Adds a row for each group behind the rows of the runs, and notes for each run which group it belongs to.
pub fn add_group_rows<'a>(
    rows: &mut Vec<RunRow<'a>>,
    view: &GroupView<'a, '_>,
    (runs, chosen_run): (&'a [Run], Option<&RunId>),
    shown: &BTreeSet<RunId>,
    colors: &dyn Fn(&RunId) -> Color32,
) {
    let reference = runs.iter().find(|run| Some(&run.id) == chosen_run);
    let mut first: BTreeMap<&RunId, (&'a Run, u64)> = BTreeMap::new();
    for (row, run) in rows.iter_mut().zip(runs) {
        let Some(group) = view.groups.of_run(&run.id) else {
            continue;
        };
        row.group = Some(group.id.clone());
        let known = first.entry(&group.id).or_insert((run, run.created_secs));
        known.1 = known.1.max(run.created_secs);
    }
    let of_groups = view.groups.all().iter().filter_map(|group| {
        let (run, created_secs) = *first.get(&group.id)?;
        let is_chosen = view.chosen == Some(&group.id);
        Some(RunRow {
            id: group.id.clone(),
            origin: Origin::Store,
            name: group.name.clone(),
            color: colors(&group.id),
            state_label: "",
            active: false,
            resumes_at: Err(NotResumable::Completed),
            starred: false,
            shown: shown.contains(&group.id),
            chosen: is_chosen,
            previous: view.previous == Some(&group.id) && !shown.contains(&group.id),
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
            sharing: reference.map_or(Sharing::Same, |reference| {
                run.shares_validation_images(reference)
            }),
            epochs: run.epochs.len(),
            difference: match reference {
                Some(reference) if !group.members.contains(&reference.id) => {
                    Differing::FromRun(run, reference)
                }
                _ => Differing::FromPreset(run),
            },
            settings: Some(Cow::Borrowed(run.experiment.settings())),
            created_secs,
            note: None,
            warnings: Cow::Borrowed(&[]),
            remarks: Vec::new(),
            group: None,
            seeds: Some(group),
        })
    });
    rows.extend(of_groups);
}

/// What the state of a group says: how many of its seeds are over.
pub fn state_words(group: &Group) -> String {
    if group.finished == group.seeds {
        format!("{} seeds", group.seeds)
    } else {
        format!("{} of {} seeds", group.finished, group.seeds)
    }
}
