//! What to try, as buttons in a row.

use crate::app::action::Action;
use crate::experiment::{Liveness, Setting, Settings};
use crate::lab::suggest::{Suggestion, acts};
use crate::lab::{Run, RunState, format};
use eframe::egui::{Button, TextStyle, Ui};

/// A change that is offered.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The change in a few words.
    pub label: String,
    /// What the change brought when it was measured: `+3.7 pp`.
    pub gain: Option<String>,
    /// What is known of the change, in sentences.
    pub words: String,
    /// When the change acts, in a sentence.
    pub acts: String,
    /// The settings to change.
    pub change: Vec<Setting>,
    /// Whether the change has been made already, and only waits for its time.
    pub is_made: bool,
}

/// What is offered for a run, given the settings that the changes would go to.
pub fn of(run: &Run, to_change: &Settings) -> Vec<Offer> {
    let suggestions = run.suggestions().into_iter();
    suggestions
        .map(|suggestion| offer(suggestion, run, to_change))
        .collect()
}

fn offer(suggestion: Suggestion, run: &Run, to_change: &Settings) -> Offer {
    let is_made = suggestion.applied_to(to_change) == *to_change;
    let is_in_training = run.state.is_active() && run.state != RunState::Stopping;
    let liveness = if is_in_training {
        acts(&suggestion.change, &run.settings_now())
    } else {
        Liveness::NewRun
    };
    let name = &run.name;
    let acts = match (liveness, is_made) {
        (Liveness::NewRun, true) => "The next run has it: press Train.".into(),
        (Liveness::NewRun, false) => "A click sets it for the next run.".into(),
        (Liveness::Live, true) => format!("{name} gets it with its next batch."),
        (Liveness::Live, false) => format!("A click sets it in {name}, from the next batch on."),
        (Liveness::NextEpoch, true) => format!("{name} gets it with its next epoch."),
        (Liveness::NextEpoch, false) => {
            format!("A click sets it in {name}, from the next epoch on.")
        }
    };
    let gain = suggestion.measured.as_ref().map(|measured| {
        let points = 100.0 * measured.accuracy_difference;
        format!("+{}", format::points(points))
    });
    Offer {
        label: suggestion.label,
        gain,
        words: suggestion.words,
        acts,
        change: suggestion.change,
        is_made,
    }
}

/// Draws the offers as buttons. Where the row has no room for what they brought, the buttons say
/// that under the pointer alone.
pub fn offers_ui(ui: &mut Ui, offers: &[Offer], actions: &mut Vec<Action>) {
    if offers.is_empty() {
        return;
    }
    ui.weak("Try:");
    let with_gains = fits(ui, offers);
    for offer in offers {
        let text = match &offer.gain {
            Some(gain) if with_gains => format!("{} {gain}", offer.label),
            _ => offer.label.clone(),
        };
        let response = ui.add_enabled(!offer.is_made, Button::new(text).small());
        let hover = format!("{} {}", offer.words, offer.acts);
        let response = response
            .accessible_name(format!("Try {}", offer.label))
            .on_hover_text(&hover)
            .on_disabled_hover_text(&hover);
        if response.clicked() {
            actions.push(Action::TryOut(offer.change.clone()));
        }
    }
}

/// Whether all buttons fit into the row with what they brought.
fn fits(ui: &Ui, offers: &[Offer]) -> bool {
    let font = TextStyle::Button.resolve(ui.style());
    let spacing = ui.spacing();
    let around = 2.0 * spacing.button_padding.x + spacing.item_spacing.x;
    let widths = offers.iter().map(|offer| {
        let gain = offer.gain.as_deref().unwrap_or_default();
        let text = format!("{} {gain}", offer.label);
        let galley = ui
            .painter()
            .layout_no_wrap(text, font.clone(), ui.visuals().text_color());
        galley.size().x + around
    });
    widths.sum::<f32>() <= ui.available_width()
}
