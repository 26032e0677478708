//! The runs that are drawn with their colours, and the two panels that show runs: the table and the plots.
//!
//! What is found by looking at every run is kept while the runs and what is chosen of them stay the same.

use super::App;
use super::grouped::group_curves;
use crate::app::action::{Action, EpochChoice};
use crate::app::panels::runs::{self, EnsembleRow, Folding, Rows, RowsKey};
use crate::app::plots::{self, PlotOpened, PlotRole, PlotRun, PlotsView, Scrubbed};
use crate::app::theme::{self, Like, RunColors};
use crate::lab::sweep::Group;
use crate::lab::verdict::Mark;
use crate::lab::{Run, RunId};
use eframe::egui::Ui;
use std::hash::{DefaultHasher, Hasher};

/// What the drawn runs follow from: where it is the same as before, so are they and their colours.
#[derive(PartialEq)]
pub(super) struct DrawnKey {
    rows: RowsKey,
    folding: Folding,
}

/// The runs whose curves are drawn.
#[derive(Default)]
pub(super) struct Drawn {
    /// The colours of the runs. A group has the colour of its first run, where that isn't drawn by itself.
    pub(super) colors: RunColors,
    /// The runs by their places, each with what it is in the picture.
    runs: Vec<(usize, PlotRole)>,
}

impl App {
    /// Finds anew what is kept of the runs, where they or what is chosen of them have changed.
    pub(super) fn follow_changes(&mut self) {
        self.follow_groups();
        let ensembles = self.ensemble_rows();
        let key = DrawnKey {
            rows: self.rows_key(&ensembles),
            folding: self.prefs.runs.folding(),
        };
        drop(ensembles);
        if !self.drawn.is_of(&key) {
            let drawn = Drawn {
                colors: self.run_colors(),
                runs: self.drawn_runs(),
            };
            self.drawn.put(key, drawn);
        }
    }

    /// Finds the groups anew, where a run has changed.
    pub(super) fn follow_groups(&mut self) {
        let revision = (self.runs.revision(), self.queue.list.revision());
        if self.grouped != Some(revision) {
            self.groups.update(&self.runs, &self.queue.list);
            self.grouped = Some(revision);
        }
    }

    fn rows_key(&self, ensembles: &[EnsembleRow<'_>]) -> RowsKey {
        let mut hasher = DefaultHasher::new();
        for row in ensembles {
            row.note(&mut hasher);
        }
        RowsKey {
            runs: self.runs.revision(),
            waiting: self.queue.list.revision(),
            opened: self.opened.revision(),
            shown: self.shown.revision(),
            ensembles: hasher.finish(),
            chosen: [self.chosen.clone(), self.chosen_group.clone()],
            previous: self.drawn_ghost().cloned(),
            members: self.members_of_chosen().to_vec(),
        }
    }

    /// The run that was chosen before, where it is to be drawn.
    pub(super) fn drawn_ghost(&self) -> Option<&RunId> {
        self.ghost
            .as_ref()
            .filter(|_| self.prefs.runs.shows_previous())
    }

    /// The colours of all runs: those that are drawn have different ones, and keep them while others come and go.
    fn run_colors(&self) -> RunColors {
        let is_drawn = |id: &&RunId| {
            self.is_chosen(id)
                || self.drawn_ghost() == Some(*id)
                || self.is_shown(id)
                || self.members_of_chosen().contains(id)
        };
        let runs = self.runs.iter().map(|run| &run.id);
        let opened = self.opened.iter().map(|run| &run.id);
        let own = runs.chain(opened).filter(is_drawn).map(|id| (id, id));
        let groups = self.drawn_groups().map(of_group);
        // The mark of an average in the table isn't that of one of its runs.
        let average = self.chosen.iter().filter(|id| self.is_ensemble(id));
        let seen = groups.chain(own).chain(average.map(|id| (id, id)));
        let before = &self.drawn.value().colors;
        before.then(seen, self.not_drawn())
    }

    /// All that a colour is kept ready for: groups first, then runs by themselves, then those of groups.
    fn not_drawn(&self) -> impl Iterator<Item = Like<'_>> {
        let groups = self.groups.all().iter().map(of_group);
        let runs = self.runs.iter().map(|run| &run.id);
        let (within, alone): (Vec<&RunId>, Vec<&RunId>) =
            runs.partition(|id| self.groups.of_run(id).is_some());
        let opened = self.opened.iter().map(|run| &run.id);
        let own = alone.into_iter().chain(opened).chain(within);
        groups.chain(own.map(|id| (id, id)))
    }

    fn drawn_runs(&self) -> Vec<(usize, PlotRole)> {
        let role = |run: &Run| {
            if self.is_chosen(&run.id) {
                Some(PlotRole::Chosen)
            } else if self.is_shown(&run.id) || self.members_of_chosen().contains(&run.id) {
                Some(PlotRole::Shown)
            } else if self.drawn_as(&run.id) != &run.id {
                Some(PlotRole::Member)
            } else {
                (self.drawn_ghost() == Some(&run.id)).then_some(PlotRole::Ghost)
            }
        };
        let runs = self.runs.iter().enumerate();
        runs.filter_map(|(place, run)| Some((place, role(run)?)))
            .collect()
    }

    pub(super) fn draw_runs(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        // A panel shrinks to what it holds; this one keeps the height that a person gave it.
        ui.set_min_height(ui.available_height());
        let dark = theme::is_dark(ui);
        let color = |id: &RunId| self.drawn.value().colors.color(id, dark);
        let ensembles = self.ensemble_rows();
        let key = self.rows_key(&ensembles);
        let rows = Rows {
            runs: &self.runs,
            opened: &self.opened,
            groups: &self.groups,
            ensembles: &ensembles,
            chosen: self.chosen.as_ref(),
            chosen_group: self.chosen_group.as_ref(),
            previous: self.drawn_ghost(),
            shown: &self.shown,
            reference: self.chosen_run(),
            in_tabs: self.run_in_tabs(),
            colors: &color,
        };
        // The rows borrow the window's state, and the table changes its own.
        let mut state = self.prefs.runs.clone();
        runs::runs_ui(ui, &mut state, (&rows, key), self.hovered.as_ref(), actions);
        self.prefs.runs = state;
    }

    pub(super) fn draw_plots(&mut self, ui: &mut Ui, actions: &mut Vec<Action>) {
        let dark = theme::is_dark(ui);
        let colors = &self.drawn.value().colors;
        let groups: Vec<&Group> = self.drawn_groups().collect();
        let curves = group_curves(&self.runs, &groups, self.prefs.plots.spread());
        let groups = self.plot_groups(&curves, colors, dark);
        let all: &[Run] = &self.runs;
        let plot_run = |(place, role): &(usize, PlotRole)| {
            let run = all.get(*place)?;
            let highlighted = self.hovered.as_ref() == Some(&run.id);
            // Behind its group's mean a run has the group's colour. Under the pointer it has its own, as in its row.
            let known_as = match highlighted {
                true => &run.id,
                false => self.drawn_as(&run.id),
            };
            Some(PlotRun {
                run,
                color: colors.color(known_as, dark),
                role: *role,
                highlighted,
            })
        };
        let drawn = self.drawn.value().runs.iter();
        let runs: Vec<PlotRun<'_>> = drawn.filter_map(plot_run).collect();
        let opened: Vec<PlotOpened<'_>> = self
            .opened
            .iter()
            .filter_map(|run| {
                let is = |other: &Option<RunId>| other.as_ref() == Some(&run.id);
                let role = match (is(&self.chosen), self.shown.contains(&run.id)) {
                    (true, _) => PlotRole::Chosen,
                    (false, true) => PlotRole::Shown,
                    (false, false) if self.drawn_ghost() == Some(&run.id) => PlotRole::Ghost,
                    (false, false) => return None,
                };
                Some(PlotOpened {
                    run,
                    color: colors.color(&run.id, dark),
                    role,
                    highlighted: is(&self.hovered),
                })
            })
            .collect();
        let marks = if self.verdict.shows_numbers() && self.chosen_group.is_none() {
            self.chosen_marks().to_vec()
        } else {
            Vec::new()
        };
        // The scrubber has its row before the first run, so that nothing moves when it comes.
        let is_run = self.chosen_run().is_some();
        let has_scrubber = is_run || self.chosen.is_none();
        let scrubbed = self.chosen.as_ref().filter(|_| is_run).map(|run| Scrubbed {
            run,
            picked: match self.look.epoch {
                EpochChoice::Epoch(epoch) => Some(epoch),
                EpochChoice::Auto => None,
            },
        });
        let view = PlotsView {
            groups: &groups,
            runs: &runs,
            opened: &opened,
            marks: &marks,
            scrubbed,
            has_scrubber,
            is_plain: self.is_presenting(),
        };
        let spine = plots::plots_ui(ui, &mut self.prefs.plots, &view, actions);
        self.draw_scrubber(ui, spine.as_ref(), actions);
    }

    /// The epochs that the verdict on the chosen run took its numbers from.
    fn chosen_marks(&self) -> &[Mark] {
        match (self.chosen_opened(), self.chosen_run()) {
            (Some(opened), _) => &opened.verdict.marks,
            (None, Some(run)) => &run.verdict.marks,
            (None, None) => &[],
        }
    }
}

/// What a group is called, and the run whose colour it has.
fn of_group(group: &Group) -> Like<'_> {
    (&group.id, &group.first)
}
