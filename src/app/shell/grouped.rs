//! Groups of runs that differ in the seed alone: which is chosen, which are drawn, and what is said of them.

use super::App;
use crate::app::action::EpochChoice;
use crate::app::panels::verdict::{self, VerdictView};
use crate::app::plots::{PlotGroup, PlotRole};
use crate::app::theme::RunColors;
use crate::lab::sweep::{Group, GroupCurve, SpreadKind, set_against};
use crate::lab::verdict::VerdictKind;
use crate::lab::{Run, RunId};

impl App {
    /// Makes a group the chosen one. What was chosen before stands beside it.
    pub(super) fn choose_group(&mut self, id: &RunId) {
        if self.chosen_group.as_ref() == Some(id) {
            return;
        }
        let Some(first) = self.groups.get(id).and_then(|group| group.members.first()) else {
            return;
        };
        let first = first.clone();
        let before = self.chosen_group.take().or_else(|| self.chosen.clone());
        self.look.epoch = EpochChoice::Auto;
        self.want_kept(&first);
        if self.look.compared.as_ref() == Some(&first) {
            self.look.compared = None;
        }
        self.chosen = Some(first);
        let is_within = |before: &RunId| {
            let group = self.groups.get(id);
            group.is_some_and(|group| group.members.contains(before))
        };
        self.ghost = before.filter(|before| !is_within(before));
        self.chosen_group = Some(id.clone());
    }

    /// Gives the runs of a group a name that they have in common before the seed, by which the group is called.
    pub(super) fn rename_group(&mut self, id: &RunId, name: &str) {
        let name = without_count(name.trim());
        let Some(group) = self.groups.get(id).filter(|_| !name.is_empty()) else {
            return;
        };
        for member in group.members.clone() {
            let seed = self.run(&member).map(|run| run.experiment.settings().seed);
            if let Some(seed) = seed {
                self.label(&member, |label| label.name = format!("{name}.{seed}"));
            }
        }
    }

    /// The name that a person has given to a group, where its runs have it in common.
    pub(super) fn given_name(&self, group: &RunId) -> Option<&str> {
        let group = self.groups.get(group)?;
        let stem = group.stem();
        let is_common = |id: &RunId| {
            let name = self.run(id).and_then(|run| run.name.rsplit_once('.'));
            name.is_some_and(|(before, _)| before == stem)
        };
        let is_of_sweep = |stem: &str| {
            let number = stem.strip_prefix('S').unwrap_or("?");
            number
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'-')
        };
        (!is_of_sweep(stem) && group.members.iter().all(is_common)).then_some(stem)
    }

    /// The chosen group, where one is chosen.
    pub(super) fn group_chosen(&self) -> Option<&Group> {
        self.groups.get(self.chosen_group.as_ref()?)
    }

    /// Whether a run is the chosen one, and no group is.
    pub(super) fn is_chosen(&self, id: &RunId) -> bool {
        self.chosen_group.is_none() && self.chosen.as_ref() == Some(id)
    }

    /// Whether the curves of a run are shown beside the chosen one's. The runs of a closed group aren't shown by
    /// themselves: they come back as they were when it is opened.
    pub(super) fn is_shown(&self, id: &RunId) -> bool {
        let is_folded_away = || {
            let group = self.groups.of_run(id);
            group.is_some_and(|group| self.prefs.runs.folds_away(id, &group.id))
        };
        self.shown.contains(id) && !is_folded_away()
    }

    /// The groups whose means are drawn: the chosen one, those that are shown, and the one that was chosen
    /// before.
    pub(super) fn drawn_groups(&self) -> impl Iterator<Item = &Group> {
        let is_drawn = |group: &&Group| self.group_role(&group.id).is_some();
        self.groups.all().iter().filter(is_drawn)
    }

    fn group_role(&self, id: &RunId) -> Option<PlotRole> {
        if self.chosen_group.as_ref() == Some(id) {
            Some(PlotRole::Chosen)
        } else if self.shown.contains(id) {
            Some(PlotRole::Shown)
        } else {
            let is_before = self.drawn_ghost() == Some(id);
            // Beside a group the one before it is what it is compared with, and as plain to see.
            is_before.then_some(if self.chosen_group.is_some() {
                PlotRole::Shown
            } else {
                PlotRole::Ghost
            })
        }
    }

    /// By whose colour a run is known: by that of its group, where it is drawn behind the group's mean.
    pub(super) fn drawn_as<'a>(&'a self, id: &'a RunId) -> &'a RunId {
        let is_itself = self.is_chosen(id) || self.is_shown(id);
        // The runs of an average are told apart, also where they are seeds of one group.
        if is_itself || self.members_of_chosen().contains(id) {
            return id;
        }
        let group = self.groups.of_run(id);
        let drawn = group.filter(|group| self.group_role(&group.id).is_some());
        drawn.map_or(id, |group| &group.id)
    }

    /// How the means are drawn.
    pub(super) fn plot_groups<'a>(
        &self,
        curves: &'a [GroupCurve<'a>],
        colors: &RunColors,
        dark: bool,
    ) -> Vec<PlotGroup<'a>> {
        let of_curve = |curve: &'a GroupCurve<'a>| {
            Some(PlotGroup {
                curve,
                color: colors.color(&curve.id, dark),
                role: self.group_role(&curve.id)?,
                highlighted: self.hovered.as_ref() == Some(&curve.id),
            })
        };
        curves.iter().filter_map(of_curve).collect()
    }

    /// The group that the chosen one is set against: one that is shown, or else the one that was chosen before.
    fn other_group(&self) -> Option<&Group> {
        let chosen = self.chosen_group.as_ref()?;
        let shown = self.shown.iter().filter(|id| *id != chosen);
        let before = self.drawn_ghost().into_iter();
        shown.chain(before).find_map(|id| self.groups.get(id))
    }

    /// What is said where a group is chosen.
    pub(super) fn group_verdict(&self) -> Option<VerdictView> {
        let group = self.group_chosen()?;
        let of = |group: &Group| self.run(group.members.first()?);
        let Some(other) = self.other_group() else {
            return Some(verdict::view_of_group(group, &self.verdicts_in(group)));
        };
        // The later one is what was tried, whichever of the two is chosen: the same two groups say the same.
        let (group, other) = match group.created_secs < other.created_secs {
            true => (other, group),
            false => (group, other),
        };
        let (run, other_run) = (of(group)?, of(other)?);
        let names = [group.name.as_str(), other.name.as_str()];
        let mut said = set_against((group, run), (other, other_run));
        if let [Some(after), Some(before)] = [group, other].map(|group| self.overfitting_in(group))
        {
            said.how += &format!(
                " Overfitting: {after} with {}, {before} with {}.",
                names[0], names[1]
            );
        }
        Some(verdict::view_of_two(names, said))
    }

    /// The verdicts on a group's finished runs.
    fn verdicts_in(&self, group: &Group) -> Vec<VerdictKind> {
        let ended = group.figures.iter().filter_map(|(_, _, id)| self.run(id));
        ended.map(|run| run.verdict.kind).collect()
    }

    /// In how many of a group's finished runs the network overfits, in words; none where no run is finished.
    fn overfitting_in(&self, group: &Group) -> Option<String> {
        let kinds = self.verdicts_in(group);
        let overfitting = kinds
            .iter()
            .filter(|kind| **kind == VerdictKind::Overfitting);
        (!kinds.is_empty()).then(|| format!("{} of {} runs", overfitting.count(), kinds.len()))
    }
}

/// A name without how many seeds there are, such as ` ×5`, which is counted.
fn without_count(name: &str) -> &str {
    let (before, count) = name.rsplit_once('×').unwrap_or((name, "?"));
    match count.bytes().all(|byte| byte.is_ascii_digit()) {
        true => before.trim_end(),
        false => name,
    }
}

/// The means of groups.
pub(super) fn group_curves<'a>(
    runs: &'a [Run],
    groups: &[&Group],
    kind: SpreadKind,
) -> Vec<GroupCurve<'a>> {
    let of_group = |group: &&Group| {
        let is_within = |run: &&Run| group.members.contains(&run.id);
        let members: Vec<&'a Run> = runs.iter().filter(is_within).collect();
        GroupCurve::of(group.id.clone(), group.name.clone(), &members, kind)
    };
    groups.iter().filter_map(of_group).collect()
}
