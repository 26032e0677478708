//! The verdict: the line above the curves that is read first, with its evidence behind *Why*, and
//! the warnings of the run.

use crate::app::action::{Action, EpochChoice};
use crate::app::theme;
use crate::lab::verdict::VerdictKind;
use crate::lab::{Run, RunState};
use eframe::egui::{Align2, Color32, Key, Modifiers, RichText, Ui, Visuals, Window};

/// What the verdict's line shows.
pub struct VerdictView {
    /// The name of the run that the verdict is about.
    pub name: String,
    /// The sentence, or what to do first.
    pub sentence: String,
    /// The kind of the verdict, once there is one.
    pub kind: Option<VerdictKind>,
    /// The numbers behind the verdict.
    pub evidence: Vec<String>,
    /// The best epoch of a run that overfits, where the tabs show the weights of another epoch.
    pub better: Option<usize>,
    /// What went wrong without ending the run, the oldest first.
    pub warnings: Vec<String>,
}

/// Which of the line's windows are open.
#[derive(Default)]
pub struct VerdictState {
    why: bool,
    warnings: bool,
}

/// Makes the line's values from a run and from which of its epochs the tabs show.
pub fn view(run: Option<&Run>, choice: EpochChoice) -> VerdictView {
    let Some(run) = run else {
        return VerdictView {
            name: String::new(),
            sentence: "Press Train and watch the two curves part: that is overfitting.".into(),
            kind: None,
            evidence: Vec::new(),
            better: None,
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
        better: better(run, choice),
        warnings: run.warnings.clone(),
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

fn color(kind: Option<VerdictKind>, visuals: &Visuals) -> Color32 {
    match kind {
        Some(VerdictKind::Overfitting | VerdictKind::Diverged) => theme::bad(visuals),
        Some(VerdictKind::Underfitting) => theme::changed(visuals),
        Some(VerdictKind::Improving | VerdictKind::GoodFit) => theme::good(visuals),
        Some(VerdictKind::TooEarly | VerdictKind::Unclear) | None => visuals.text_color(),
    }
}

/// Draws the line, and the evidence or the warnings where they are open.
pub fn verdict_ui(
    ui: &mut Ui,
    state: &mut VerdictState,
    view: &VerdictView,
    actions: &mut Vec<Action>,
) {
    ui.add_space(3.0);
    ui.horizontal_wrapped(|ui| {
        if !view.name.is_empty() {
            ui.weak(&view.name);
        }
        // The buttons stand before the sentence, whose length changes.
        if !view.evidence.is_empty() {
            ui.toggle_value(&mut state.why, "Why")
                .on_hover_text("The numbers behind this sentence");
        }
        if let Some(best) = view.better {
            let hover = "Draw, Errors and Layers show the weights of this epoch, from before \
                         validation loss rose";
            let button = ui.small_button(format!("Use epoch {best}"));
            if button.on_hover_text(hover).clicked() {
                actions.push(Action::ChooseEpoch(EpochChoice::Epoch(best)));
            }
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

/// Draws a small window that Escape closes.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::plots::testing::{metrics, run_of};
    use eframe::egui::accesskit::Role;
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable;

    /// A run that knows its training images by heart from epoch 6 on, while validation gets worse.
    fn overfit(state: RunState) -> Run {
        let mut run = run_of("A1", 0);
        let epochs = (1..=14).map(|epoch| {
            let train = (0.70 + 0.05 * epoch as f64).min(1.0);
            let best = 0.94 - 0.02 * (epoch as f64 - 6.0).abs();
            metrics(epoch, train, best)
        });
        run.epochs = epochs.collect();
        run.state = state;
        run.weights.best = Some(6);
        run.judge();
        assert_eq!(run.verdict.kind, VerdictKind::Overfitting);
        run
    }

    #[test]
    fn the_best_epoch_is_offered_while_a_worse_one_is_shown() {
        let better = |run: &Run, choice| view(Some(run), choice).better;
        let run = overfit(RunState::Running);
        assert_eq!(better(&run, EpochChoice::Auto), Some(6));
        assert_eq!(better(&run, EpochChoice::Epoch(9)), Some(6));
        assert_eq!(better(&run, EpochChoice::Epoch(6)), None);
        let over = overfit(RunState::Interrupted);
        assert_eq!(better(&over, EpochChoice::Auto), None);
        assert_eq!(better(&over, EpochChoice::Epoch(9)), Some(6));
        // The weights of the best epoch found no room on disk.
        let mut unkept = overfit(RunState::Running);
        unkept.weights.best = Some(5);
        assert_eq!(better(&unkept, EpochChoice::Auto), None);
        let good = run_of("A2", 8);
        assert_eq!(better(&good, EpochChoice::Epoch(1)), None);
    }

    #[test]
    fn a_click_shows_its_weights() {
        let mut shown = view(Some(&overfit(RunState::Running)), EpochChoice::Auto);
        // The sentence has arrows, which the harness's font lacks.
        shown.sentence = "It overfits.".into();
        let mut harness = Harness::new_ui_state(
            move |ui, (state, actions): &mut (VerdictState, Vec<Action>)| {
                verdict_ui(ui, state, &shown, actions);
            },
            (VerdictState::default(), Vec::new()),
        );
        harness.run();
        harness
            .get_by_role_and_label(Role::Button, "Use epoch 6")
            .click();
        harness.run();
        let expected = Action::ChooseEpoch(EpochChoice::Epoch(6));
        assert_eq!(harness.state().1, [expected]);
    }
}
