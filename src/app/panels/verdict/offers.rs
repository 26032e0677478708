//! What to try, as buttons in a row.

use crate::app::action::Action;
use crate::experiment::{Liveness, Setting, Settings};
use crate::lab::suggest::{self, Suggestion, acts};
use crate::lab::verdict::Verdict;
use crate::lab::{Run, RunState, format};
use eframe::egui::{Button, TextStyle, Ui};

/// A change that is offered.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The change in a few words.
    pub label: String,
    /// What the change brought when it was measured: `+3.7 points`.
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

/// What is offered for a run whose settings aren't known here. The buttons only tell.
pub fn in_general(verdict: &Verdict) -> Vec<Offer> {
    let suggestions = suggest::in_general(verdict).into_iter();
    suggestions
        .map(|suggestion| Offer {
            label: suggestion.label,
            gain: None,
            words: suggestion.words,
            acts: "This run was read from a file of curves: change it where it was trained.".into(),
            change: Vec::new(),
            is_made: true,
        })
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

/// What the buttons have room to say.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Room {
    /// The change, and what it brought.
    Gains,
    /// The change, and what it brought without the unit.
    Numbers,
    /// The change.
    Labels,
    /// The changes of so many buttons, beside a menu of the others.
    Some(usize),
}

/// Draws the offers as buttons in a row. What a button has no room for it says under the pointer; the buttons that have
/// no room at all stand in a menu.
pub fn offers_ui(ui: &mut Ui, offers: &[Offer], actions: &mut Vec<Action>) {
    if offers.is_empty() {
        return;
    }
    ui.label("Try:");
    let room = room(ui, offers);
    let beside = match room {
        Room::Some(count) => count,
        Room::Gains | Room::Numbers | Room::Labels => offers.len(),
    };
    let (shown, others) = offers.split_at(beside);
    for offer in shown {
        let text = match room {
            Room::Gains => with_gain(offer),
            Room::Numbers => with_number(offer),
            Room::Labels | Room::Some(_) => offer.label.clone(),
        };
        offer_ui(ui, offer, text, actions);
    }
    if others.is_empty() {
        return;
    }
    let menu = ui.menu_button(more(others.len()), |ui| {
        for offer in others {
            if offer_ui(ui, offer, with_gain(offer), actions) {
                ui.close();
            }
        }
    });
    menu.response
        .on_hover_text("What else may help, for which this row has no room");
}

/// The button of a menu of so many offers.
fn more(count: usize) -> String {
    format!("{count} more")
}

/// Draws an offer's button. True where it was clicked.
fn offer_ui(ui: &mut Ui, offer: &Offer, text: String, actions: &mut Vec<Action>) -> bool {
    // The button's id is its label's, so that a click isn't lost where others come and go.
    let response = ui.push_id(&offer.label, |ui| {
        let is_set = offer.is_made && !offer.change.is_empty();
        // A remedy that was chosen is to look chosen, and one that only tells is to be read: neither is faint.
        ui.visuals_mut().disabled_alpha = 1.0;
        ui.add_enabled(!offer.is_made, Button::new(text).small().selected(is_set))
    });
    let hover = format!("{} {}", offer.words, offer.acts);
    let response = response
        .inner
        .accessible_name(format!("Try {}", offer.label))
        .on_hover_text(&hover)
        .on_disabled_hover_text(&hover);
    if response.clicked() {
        actions.push(Action::TryOut(offer.change.clone()));
    }
    response.clicked()
}

fn with_gain(offer: &Offer) -> String {
    with(offer, offer.gain.as_deref())
}

/// The change with what it brought, as a number alone: `augmentation +2.9`.
fn with_number(offer: &Offer) -> String {
    let number = offer.gain.as_ref().and_then(|gain| gain.split(' ').next());
    with(offer, number)
}

fn with(offer: &Offer, gain: Option<&str>) -> String {
    match gain {
        Some(gain) => format!("{} {gain}", offer.label),
        None => offer.label.clone(),
    }
}

fn room(ui: &Ui, offers: &[Offer]) -> Room {
    let font = TextStyle::Button.resolve(ui.style());
    let spacing = ui.spacing();
    let around = 2.0 * spacing.button_padding.x + spacing.item_spacing.x;
    let width = |text: String| {
        let color = ui.visuals().text_color();
        let galley = ui.painter().layout_no_wrap(text, font.clone(), color);
        galley.size().x + around
    };
    let room = ui.available_width();
    let fits = |text: &dyn Fn(&Offer) -> String| {
        let widths = offers.iter().map(|offer| width(text(offer)));
        widths.sum::<f32>() <= room
    };
    if fits(&with_gain) {
        Room::Gains
    } else if fits(&with_number) {
        Room::Numbers
    } else if fits(&|offer| offer.label.clone()) {
        Room::Labels
    } else {
        let mut left = room - width(more(offers.len()));
        let widths = offers.iter().map(|offer| width(offer.label.clone()));
        let fitting = widths.take_while(|width| {
            left -= width;
            left >= 0.0
        });
        Room::Some(fitting.count())
    }
}
