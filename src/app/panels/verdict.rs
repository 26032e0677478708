//! The verdict: the first line read, above the curves, its evidence behind *Why*; beside it, what
//! went wrong without ending the run.

use crate::app::theme;
use crate::lab::verdict::VerdictKind;
use crate::lab::{Run, RunState};
use eframe::egui::{Align2, Color32, Key, Modifiers, RichText, Ui, Visuals, Window};

/// What the line says.
pub struct VerdictView {
    /// The run that it is about.
    pub name: String,
    /// The sentence, or what to do first.
    pub sentence: String,
    /// Its kind, once there is one.
    pub kind: Option<VerdictKind>,
    /// The numbers behind it.
    pub evidence: Vec<String>,
    /// What went wrong without ending the run, the oldest first.
    pub warnings: Vec<String>,
}

/// Which of the line's windows are open.
#[derive(Default)]
pub struct VerdictState {
    why: bool,
    warnings: bool,
}

/// Makes the line's values.
pub fn view(run: Option<&Run>) -> VerdictView {
    let Some(run) = run else {
        return VerdictView {
            name: String::new(),
            sentence: "Press Train and watch the two curves part: that is overfitting.".into(),
            kind: None,
            evidence: Vec::new(),
            warnings: Vec::new(),
        };
    };
    let sentence = match (&run.state, run.epochs.is_empty()) {
        _ if run.diverged_in.is_some() => run.verdict.sentence.clone(),
        (RunState::Failed(message), _) => message.clone(),
        (state, true) if state.is_active() => "The first epoch takes a few seconds.".into(),
        (RunState::Elsewhere(by), true) => format!("Its first epoch is in work: {by} trains it."),
        (_, true) if run.resumes_at.is_some() => {
            "This run was ended before its first epoch. Resume, in its menu, goes on.".into()
        }
        (_, true) => "This run ended before its first epoch.".into(),
        (_, false) => run.verdict.sentence.clone(),
    };
    VerdictView {
        name: run.name.clone(),
        sentence,
        kind: (!run.epochs.is_empty() || run.diverged_in.is_some()).then_some(run.verdict.kind),
        evidence: run.verdict.evidence.clone(),
        warnings: run.warnings.clone(),
    }
}

fn color(kind: Option<VerdictKind>, visuals: &Visuals) -> Color32 {
    match kind {
        Some(VerdictKind::Overfitting | VerdictKind::Diverged) => theme::bad(visuals),
        Some(VerdictKind::Underfitting) => theme::changed(visuals),
        Some(VerdictKind::Improving | VerdictKind::GoodFit) => theme::good(visuals),
        Some(VerdictKind::TooEarly) | None => visuals.text_color(),
    }
}

/// Draws the line, and the evidence or the warnings where they are open.
pub fn verdict_ui(ui: &mut Ui, state: &mut VerdictState, view: &VerdictView) {
    ui.add_space(3.0);
    ui.horizontal_wrapped(|ui| {
        if !view.name.is_empty() {
            ui.weak(&view.name);
        }
        // Before the sentence, whose length changes.
        if !view.evidence.is_empty() {
            ui.toggle_value(&mut state.why, "Why")
                .on_hover_text("The numbers behind this sentence");
        }
        warnings_button(ui, &mut state.warnings, &view.warnings);
        let color = color(view.kind, ui.visuals());
        ui.label(RichText::new(&view.sentence).strong().color(color));
    });
    ui.add_space(3.0);
    if !view.evidence.is_empty() {
        window(ui, &mut state.why, "Why this verdict", |ui| {
            ui.label(RichText::new(&view.sentence).strong());
            ui.add_space(theme::GROUP_SPACE);
            for line in &view.evidence {
                ui.label(line);
            }
        });
    }
    if !view.warnings.is_empty() {
        let title = format!("What went wrong in {}", view.name);
        window(ui, &mut state.warnings, &title, |ui| {
            for warning in &view.warnings {
                ui.label(warning);
                ui.add_space(theme::GROUP_SPACE);
            }
        });
    }
}

fn warnings_button(ui: &mut Ui, open: &mut bool, warnings: &[String]) {
    let label = match warnings.len() {
        0 => return,
        1 => "1 warning".to_owned(),
        count => format!("{count} warnings"),
    };
    let text = RichText::new(label).color(theme::changed(ui.visuals()));
    ui.toggle_value(open, text)
        .on_hover_text("What went wrong without ending this run; it is kept with it");
}

/// A small window that Escape closes.
fn window(ui: &Ui, open: &mut bool, title: &str, contents: impl FnOnce(&mut Ui)) {
    if *open && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
        *open = false;
    }
    Window::new(title)
        .open(open)
        .collapsible(false)
        .pivot(Align2::CENTER_CENTER)
        .default_pos(ui.ctx().content_rect().center())
        .resizable(false)
        .default_width(theme::DIALOG_WIDTH)
        .show(ui.ctx(), contents);
}
