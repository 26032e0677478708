//! What sweeps found, in place of the curves: pictures with a sentence each, and the table of the cells.
//!
//! `table` draws the cells; the pictures come from [`findings`](crate::lab::findings).

mod table;

use self::table::Order;
use crate::app::action::{Action, SweepAction};
use crate::app::commands::UserCommand;
use crate::app::panels::chart::{chart_ui, text_width};
use crate::app::panels::export;
use crate::app::theme;
use crate::lab::charts::Chart;
use crate::lab::findings::{Findings, InTraining};
use crate::lab::format;
use crate::lab::sweep::Metric;
use eframe::egui::{Button, ComboBox, RichText, ScrollArea, Ui};
use std::path::Path;
use std::sync::Arc;

/// A sweep of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The name of its folder, such as `S1`.
    pub folder: String,
    /// What a person calls it.
    pub title: String,
    /// How many runs it has.
    pub runs: usize,
}

/// What is shown.
pub struct FindingsView<'a> {
    /// The sweeps, the newest last.
    pub listed: &'a [Listed],
    /// The folder of the chosen sweep.
    pub chosen: Option<&'a str>,
    /// The figure by which cells are compared.
    pub metric: Metric,
    /// What the chosen sweep says.
    pub found: Option<&'a Arc<Findings>>,
    /// What is known of its runs in training just now.
    pub in_training: InTraining,
    /// Whether that is still being read.
    pub is_reading: bool,
    /// What can't be read, in words.
    pub problem: Option<&'a str>,
    /// The folder of the runs, where none of the chosen sweep's runs waits in the queue.
    pub looked_in: Option<&'a Path>,
    /// How many runs of the chosen sweep wait in the queue, or are in work there.
    pub queued: usize,
}

/// How the findings are looked at.
#[derive(Debug, Default)]
pub struct FindingsState {
    order: Order,
    /// The pictures, laid out for these findings and this width.
    laid_out: Option<(Arc<Findings>, f64, Vec<Chart>)>,
}

impl FindingsState {
    /// The pictures for a width. They are laid out when the findings or the width have changed.
    fn charts(&mut self, ui: &Ui, found: &Arc<Findings>, width: f64) -> &[Chart] {
        let is_there = matches!(
            &self.laid_out,
            Some((of, at, _)) if Arc::ptr_eq(of, found) && (at - width).abs() < 0.5
        );
        if !is_there {
            let measure = text_width(ui);
            let views = found.views.iter();
            let charts =
                views.map(|view| view.picture.lay_out(found.table.metric, width, &measure));
            self.laid_out = Some((Arc::clone(found), width, charts.collect()));
        }
        self.laid_out.as_ref().map_or(&[], |(_, _, charts)| charts)
    }
}

/// Draws the findings.
pub fn findings_ui(
    ui: &mut Ui,
    state: &mut FindingsState,
    view: &FindingsView<'_>,
    actions: &mut Vec<Action>,
) {
    head_ui(ui, view, actions);
    ui.separator();
    ScrollArea::vertical()
        // Each sweep is read from its top.
        .id_salt(("findings", view.chosen))
        .auto_shrink(false)
        .show(ui, |ui| {
            ui.set_max_width(ui.available_width() - theme::SCROLL_BAR_COLUMN);
            if let Some(problem) = view.problem {
                ui.colored_label(theme::bad(ui.visuals()), problem);
            }
            match view.found {
                Some(found) => found_ui(ui, state, found, view, actions),
                None if view.is_reading => drop(ui.label("Reading the runs…")),
                None if view.listed.is_empty() => empty_ui(ui, actions),
                None => {}
            }
        });
}

fn head_ui(ui: &mut Ui, view: &FindingsView<'_>, actions: &mut Vec<Action>) {
    let [least, most] = theme::SWEEPS_LIST_WIDTH;
    let list_width = (ui.available_width() - theme::BESIDE_SWEEPS_LIST).clamp(least, most);
    ui.horizontal_wrapped(|ui| {
        if ui
            .button("Back to the curves")
            .on_hover_text("Shows the verdict and the curves of the chosen run again")
            .clicked()
        {
            actions.push(Action::Sweep(SweepAction::ToggleFindings));
        }
        if view.listed.is_empty() {
            return;
        }
        let title = |listed: &Listed| format!("{} · {}", listed.folder, listed.title);
        let chosen = view
            .listed
            .iter()
            .find(|listed| Some(listed.folder.as_str()) == view.chosen);
        let name = ui.label("Sweep");
        ComboBox::from_id_salt("sweep")
            .selected_text(chosen.map(title).unwrap_or_default())
            .width(list_width)
            .truncate()
            .height(theme::CHOICES_HEIGHT)
            .show_ui(ui, |ui| {
                for listed in view.listed.iter().rev() {
                    let is_chosen = Some(listed.folder.as_str()) == view.chosen;
                    if ui.selectable_label(is_chosen, title(listed)).clicked() {
                        let choose = SweepAction::Choose(listed.folder.clone());
                        actions.push(Action::Sweep(choose));
                    }
                }
            })
            .response
            .labelled_by(name.id);
        // What belongs together goes to the next line together.
        if ui.available_size_before_wrap().x < theme::SWEEP_FIGURE_WIDTH {
            ui.end_row();
        }
        metric_ui(ui, view.metric, actions);
        if let Some(listed) = chosen {
            let more = ui.menu_button("More", |ui| menu_ui(ui, listed, view.queued > 0, actions));
            let name = format!("More about the sweep {}", listed.folder);
            more.response.accessible_name(name);
        }
    });
}

/// Draws the choice of the figure.
fn metric_ui(ui: &mut Ui, chosen: Metric, actions: &mut Vec<Action>) {
    let name = ui.label("by");
    ComboBox::from_id_salt("figure")
        .selected_text(chosen.name())
        .show_ui(ui, |ui| {
            for metric in Metric::ALL {
                let label = ui.selectable_label(metric == chosen, metric.name());
                if label.on_hover_text(metric.title()).clicked() {
                    actions.push(Action::Sweep(SweepAction::CompareBy(metric)));
                }
            }
        })
        .response
        .labelled_by(name.id)
        .on_hover_text("The figure by which the combinations of settings are compared");
}

/// Draws what can be done with a sweep.
fn menu_ui(ui: &mut Ui, listed: &Listed, is_waiting: bool, actions: &mut Vec<Action>) {
    export::sweep_entry(ui, true, actions);
    if ui
        .button(UserCommand::Report.text())
        .on_hover_text(UserCommand::Report.tooltip())
        .clicked()
    {
        actions.push(Action::OpenReport);
    }
    ui.separator();
    for (text, hover, with_runs) in [
        (
            "Remove from the list",
            "Takes the sweep off this list, and deletes no run. It can be undone.",
            false,
        ),
        (
            "Delete with its runs",
            "Moves the sweep and its runs into the bin, but for runs that another sweep of the list has, too. The \
             deletion can be undone.",
            true,
        ),
    ] {
        let entry = ui
            .add_enabled(!is_waiting, Button::new(text))
            .on_hover_text(hover)
            .on_disabled_hover_text(
                "Runs of this sweep wait in the queue: take them off the queue first.",
            );
        if entry.clicked() {
            let folder = listed.folder.clone();
            actions.push(Action::Sweep(SweepAction::Remove { folder, with_runs }));
        }
    }
}

/// What is said where no sweep was planned yet.
fn empty_ui(ui: &mut Ui, actions: &mut Vec<Action>) {
    use crate::app::action::SweepKind;
    ui.strong("Is it luck? Many runs can tell.");
    ui.label(
        "One run shows what happened once. An ablation trains with and without several remedies, a learning curve on \
         more and more images, and a sweep with any values of any settings; all with several seeds.",
    );
    ui.horizontal(|ui| {
        for kind in [
            SweepKind::Ablation,
            SweepKind::LearningCurve,
            SweepKind::Free,
        ] {
            if ui.button(format!("{}…", kind.title())).clicked() {
                actions.push(Action::Sweep(SweepAction::Plan(kind)));
            }
        }
    });
}

/// Offers to train what waits in no queue of this window: runs that were taken off it, or that were planned
/// elsewhere.
fn rest_ui(ui: &mut Ui, found: &Findings, view: &FindingsView<'_>, actions: &mut Vec<Action>) {
    let progress = &found.progress;
    let left = (progress.waiting + progress.running).saturating_sub(view.queued);
    let count = left.min(progress.waiting);
    let Some(folder) = view.chosen.filter(|_| count > 0) else {
        return;
    };
    let text = match count {
        1 => "Train the 1 that isn't in the queue".to_owned(),
        count => format!(
            "Train the {} that aren't in the queue",
            format::whole(count)
        ),
    };
    let hover =
        "They were taken off the queue, or were planned elsewhere. This puts them into the queue.";
    if ui.button(text).on_hover_text(hover).clicked() {
        actions.push(Action::Sweep(SweepAction::TrainRest(folder.to_owned())));
    }
}

fn found_ui(
    ui: &mut Ui,
    state: &mut FindingsState,
    found: &Arc<Findings>,
    view: &FindingsView<'_>,
    actions: &mut Vec<Action>,
) {
    ui.horizontal_wrapped(|ui| {
        ui.label(found.progress.sentence(view.in_training));
        rest_ui(ui, found, view, actions);
    });
    if let Some(folder) = view.looked_in.filter(|_| found.progress.is_untouched()) {
        ui.label(format!(
            "None of its runs lies in {}. If they were trained into another folder of runs, open the window with \
             --runs-dir and that folder.",
            folder.display()
        ));
    }
    let width = f64::from(ui.available_width().min(theme::CHART_MOST_WIDTH));
    let charts = state.charts(ui, found, width).to_vec();
    // Before the first run has begun there is nothing to see.
    let views = found.views.iter().zip(&charts);
    for (view, chart) in views.filter(|_| !found.progress.is_untouched()) {
        heading_ui(ui, &view.heading);
        ui.label(&view.says);
        if !view.picture.is_empty() {
            chart_ui(ui, chart, &view.says);
        }
    }
    heading_ui(ui, "Figures");
    let about = format!(
        "The {} of each combination: mean and standard deviation over its seeds, and the interval that holds the \
         true mean with 95%.",
        found.table.metric.title()
    );
    ui.label(about);
    table::table_ui(ui, &mut state.order, &found.table);
    for note in found.table.notes() {
        ui.label(note);
    }
}

fn heading_ui(ui: &mut Ui, heading: &str) {
    ui.add_space(theme::FINDING_SPACE);
    ui.label(RichText::new(heading).heading());
}
