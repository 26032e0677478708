//! The verdict above the curves: what is the case, how that is known, and what to try, each in a
//! row of its own, with the evidence behind *Why*, and the warnings of the run. The rows have the
//! same height whatever stands in them, so that the curves below don't jump while a run trains.

mod grouped;
mod offers;
mod sentences;
#[cfg(test)]
mod tests;
mod windows;

use crate::app::action::{Action, EpochChoice};
use crate::app::panels::hovers::{HoverAt, Hovers};
use crate::app::theme;
use crate::experiment::Settings;
use crate::lab::curves::{Note, OpenedRun};
use crate::lab::verdict::VerdictKind;
use crate::lab::{Run, RunState};
use eframe::egui::{Align, Button, Color32, Layout, RichText, Ui, Visuals, vec2};
use grouped::Grouped;
use offers::Offer;

/// What the verdict's rows show.
pub struct VerdictView {
    /// The name of the run that the verdict is about; empty where there is no run.
    pub name: String,
    /// What is the case, or what to do first.
    pub what: String,
    /// How that is known.
    pub how: String,
    /// The lines that how something is known may take; what is longer shows whole under the pointer.
    pub how_lines: usize,
    /// The kind of the verdict, once there is one.
    pub kind: Option<VerdictKind>,
    /// The numbers behind the verdict.
    pub evidence: Vec<String>,
    /// What to try.
    pub offers: Vec<Offer>,
    /// The best epoch of a run that overfits, where the tabs show the weights of another epoch.
    pub better: Option<usize>,
    /// What went wrong without ending the run, the oldest first.
    pub warnings: Vec<String>,
    /// What was assumed when the run was read from a file of curves.
    pub notes: Vec<String>,
    /// What is said of groups in place of a verdict.
    pub grouped: Option<Grouped>,
    /// What stands where the offers do, where there is nothing to try.
    pub remark: String,
}

/// The usual lines of how something is known.
const HOW_LINES: usize = 2;
/// The lines of how something is known where the texts are large and nobody points at them.
pub const HOW_LINES_FOR_ALL: usize = 3;

/// What the two curves are, for somebody who hasn't seen them yet.
const FIRST_WORDS: &str =
    "Dashed: the images that it learns from. Solid: images that it never learns from.";

pub use grouped::{view_of_group, view_of_two};

impl VerdictView {
    /// What is said where there is no verdict of a run.
    pub fn said(name: String, what: String, how: String) -> Self {
        Self {
            name,
            what,
            how,
            how_lines: HOW_LINES,
            kind: None,
            evidence: Vec::new(),
            offers: Vec::new(),
            better: None,
            warnings: Vec::new(),
            notes: Vec::new(),
            grouped: None,
            remark: String::new(),
        }
    }
}

/// Which of the line's windows are open.
#[derive(Default)]
pub struct VerdictState {
    why: bool,
    warnings: bool,
    notes: bool,
    /// Height at the lower end of the right column that these windows leave to notices, in points.
    below: f32,
}

/// Makes the rows' values from a run, from which of its epochs the tabs show, and from the settings
/// that what is tried would change.
pub fn view(run: Option<&Run>, choice: EpochChoice, to_change: &Settings) -> VerdictView {
    let Some(run) = run else {
        let what = "Press Train and watch the two curves part: that is overfitting.";
        return VerdictView::said(String::new(), what.into(), FIRST_WORDS.into());
    };
    let judged = (run.verdict.what.clone(), run.verdict.how.clone());
    let only = |what: &str| (what.to_owned(), String::new());
    let (what, how) = match (&run.state, run.epochs.is_empty()) {
        _ if run.diverged_in.is_some() => judged,
        (RunState::Failed(message), _) => ("The run failed.".into(), message.clone()),
        (state, true) if state.is_active() => only("The first epoch takes a few seconds."),
        (RunState::Elsewhere(by), true) => {
            let by = format!("This run is trained by {by}.");
            ("The first epoch is in work.".into(), by)
        }
        (_, true) if run.resumes_at.is_some() => (
            "This run was ended before its first epoch.".into(),
            "Resume, in its menu, goes on.".into(),
        ),
        (_, true) => only("This run ended before its first epoch."),
        (_, false) => judged,
    };
    VerdictView {
        kind: (!run.epochs.is_empty() || run.diverged_in.is_some()).then_some(run.verdict.kind),
        evidence: run.verdict.evidence.clone(),
        offers: offers::of(run, to_change),
        better: better(run, choice),
        warnings: run.warnings.clone(),
        ..VerdictView::said(run.name.clone(), what, how)
    }
}

/// Makes the rows' values from a run that was opened from a file of curves.
pub fn view_of_file(opened: &OpenedRun) -> VerdictView {
    let verdict = &opened.verdict;
    let (what, how) = (verdict.what.clone(), verdict.how.clone());
    VerdictView {
        kind: Some(verdict.kind),
        evidence: verdict.evidence.clone(),
        offers: offers::in_general(verdict),
        notes: opened.notes.iter().map(Note::to_string).collect(),
        ..VerdictView::said(opened.name.clone(), what, how)
    }
}

/// The best epoch of a run that overfits, where its weights are kept and others are shown.
fn better(run: &Run, choice: EpochChoice) -> Option<usize> {
    if run.verdict.kind != VerdictKind::Overfitting {
        return None;
    }
    let best = run.best()?.epoch;
    let is_shown = match choice {
        EpochChoice::Auto => !run.state.is_active(),
        EpochChoice::Epoch(epoch) => epoch == best,
    };
    (run.best_kept() == Some(best) && !is_shown).then_some(best)
}

/// Green means that validation has newly got better, red that it got worse or that nothing can get
/// better; every other verdict is in the colour of text.
fn color(kind: Option<VerdictKind>, visuals: &Visuals) -> Color32 {
    match kind {
        Some(VerdictKind::Overfitting | VerdictKind::Diverged) => theme::bad(visuals),
        Some(VerdictKind::Improving | VerdictKind::Mended) => theme::good(visuals),
        Some(
            VerdictKind::Underfitting
            | VerdictKind::GoodFit
            | VerdictKind::Plateau
            | VerdictKind::TooEarly
            | VerdictKind::Unclear,
        )
        | None => visuals.text_color(),
    }
}

/// Draws the rows, and the evidence or the warnings where they are open.
pub fn verdict_ui(
    ui: &mut Ui,
    state: &mut VerdictState,
    view: &VerdictView,
    actions: &mut Vec<Action>,
) {
    ui.spacing_mut().item_spacing.y = theme::VERDICT_ROW_SPACE;
    ui.add_space(3.0);
    let row_height = ui.spacing().interact_size.y;
    let mut is_left_over = false;
    row(ui, theme::HEADLINE_HEIGHT, |ui| {
        is_left_over = sentences::what_row(ui, view, |ui| buttons(ui, state, view, actions));
    });
    let how_height = sentences::how_height(ui, view.how_lines);
    row(ui, how_height, |ui| {
        sentences::how_row(ui, view, is_left_over)
    });
    row(ui, row_height, |ui| match &view.grouped {
        Some(grouped) => grouped::interval_ui(ui, grouped),
        None if view.offers.is_empty() => {
            ui.label(&view.remark);
        }
        None => offers::offers_ui(ui, &view.offers, actions),
    });
    ui.add_space(3.0);
    windows::windows(ui, state, view);
}

impl VerdictState {
    /// Whether the numbers behind the verdict are open.
    pub fn shows_numbers(&self) -> bool {
        self.why
    }

    /// Has the small windows leave so much height to notices at the lower end of the right column, in points.
    pub fn leave_below(&mut self, height: f32) {
        self.below = height;
    }
}

/// Draws something in a row of this height, however little it takes.
fn row(ui: &mut Ui, height: f32, add: impl FnOnce(&mut Ui)) {
    let size = vec2(ui.available_width(), height);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_size(size);
        add(ui);
    });
}

/// The buttons of the first row, the rightmost first.
fn buttons(ui: &mut Ui, state: &mut VerdictState, view: &VerdictView, actions: &mut Vec<Action>) {
    if !view.evidence.is_empty() {
        let button = ui.add(Button::new("Why").selected(state.why));
        if button
            .hover_at(
                HoverAt::Above,
                "The numbers behind this verdict, and where they were taken",
            )
            .clicked()
        {
            state.why = !state.why;
        }
    }
    if let Some(best) = view.better {
        let hover = "Draw, Errors and Layers show the weights of this epoch, from before \
                     validation loss rose";
        let button = ui.small_button(format!("Use epoch {best}"));
        if button.hover_at(HoverAt::Above, hover).clicked() {
            actions.push(Action::ChooseEpoch(EpochChoice::Epoch(best)));
        }
    }
    warnings_button(ui, &mut state.warnings, &view.warnings);
    notes_button(ui, &mut state.notes, &view.notes);
}

fn notes_button(ui: &mut Ui, open: &mut bool, notes: &[String]) {
    let label = match notes.len() {
        0 => return,
        1 => "1 note".to_owned(),
        count => format!("{count} notes"),
    };
    ui.toggle_value(open, label)
        .hover_at(HoverAt::Above, "What was assumed when the file was read");
}

fn warnings_button(ui: &mut Ui, open: &mut bool, warnings: &[String]) {
    let label = match warnings.len() {
        0 => return,
        1 => "1 warning".to_owned(),
        count => format!("{count} warnings"),
    };
    let text = RichText::new(label).color(theme::changed(ui.visuals()));
    ui.toggle_value(open, text).hover_at(
        HoverAt::Above,
        "What went wrong without ending this run; it is kept with it",
    );
}
