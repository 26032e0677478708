//! The five strategies against overfitting, each a group of settings, and how the network is
//! trained. Which settings there are, in which group, with which control and words, comes from
//! the table of settings. View state and drawing only: an edit goes out as a changed copy of the
//! settings.

mod controls;
mod fold;
mod foot;
mod heading;
mod network;
mod numbers;
mod row;
mod rules;
mod table;
#[cfg(test)]
mod tests;

use crate::app::action::Action;
use crate::app::panels::hovers::{HoverAt, Hovers};
use crate::app::theme;
use crate::experiment::{Change, ExperimentError, Field, Preset, Settings, Strategy};
use crate::lab::RunId;
use eframe::egui::{
    Align, Button, ComboBox, Frame, Label, Layout, Margin, Panel, RichText, ScrollArea, Ui,
};
use row::Sheet;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
pub use table::sentence_case;

/// What the panel shows.
pub struct StrategiesView<'a> {
    /// The settings being edited.
    pub draft: &'a Settings,
    /// What the dots compare with: the preset's settings, or those of the file or run taken.
    pub baseline: &'a Settings,
    /// Changes in mid-run that came with an experiment file or a run.
    pub scheduled: &'a [Change],
    /// The preset that the settings started from.
    pub preset: Option<Preset>,
    /// The run that a thread works on.
    pub active: Option<ActiveView<'a>>,
    /// The chosen run, where its settings are others than those shown.
    pub other: Option<(RunId, String)>,
    /// What is wrong with the draft.
    pub error: Option<&'a ExperimentError>,
    /// Parameters of the network.
    pub parameters: Option<usize>,
    /// What an epoch will take.
    pub seconds_per_epoch: Option<f64>,
    /// Whether the seconds come from a run on this machine, not from a guess.
    pub seconds_estimate_is_measured: bool,
}

/// The run that a thread works on, as the panel needs it.
pub struct ActiveView<'a> {
    /// The run's name.
    pub run_name: &'a str,
    /// The run's settings as far as they have been asked for.
    pub settings_now: &'a Settings,
    /// Whether edits of live fields go to it.
    pub follows: bool,
}

/// View state, saved: which groups are open, and the numbers of settings that are off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StrategiesState {
    /// Which groups are open, in their order.
    open: [bool; Strategy::ALL.len()],
    /// The groups whose settings without effect are shown, in their order.
    unfolded: [bool; Strategy::ALL.len()],
    /// The last value of each number that can be off, by its name, for when it is switched on
    /// again.
    numbers: BTreeMap<String, f64>,
}

impl Default for StrategiesState {
    fn default() -> Self {
        Self {
            open: [true, true, true, true, true, false],
            unfolded: [false; Strategy::ALL.len()],
            numbers: BTreeMap::new(),
        }
    }
}

/// Draws the panel.
pub fn strategies_ui(
    ui: &mut Ui,
    state: &mut StrategiesState,
    view: &StrategiesView<'_>,
    actions: &mut Vec<Action>,
) {
    remember_numbers(&mut state.numbers, view.draft);
    let mut sheet = Sheet {
        view,
        edited: view.draft.clone(),
        numbers: &mut state.numbers,
        actions,
    };
    Panel::bottom("strategies foot")
        .frame(Frame::NONE.inner_margin(Margin {
            top: theme::GROUP_SPACE as i8,
            ..Margin::ZERO
        }))
        .resizable(false)
        .show(ui, |ui| foot::foot_ui(ui, view, sheet.actions));
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            ui.set_max_width(ui.available_width() - theme::SCROLL_BAR_COLUMN);
            whose_ui(ui, view, sheet.actions);
            preset_ui(ui, view, sheet.actions);
            scheduled_ui(ui, view, sheet.actions);
            let folds = state.open.iter_mut().zip(&mut state.unfolded);
            for (strategy, (open, unfolded)) in Strategy::ALL.into_iter().zip(folds) {
                group_ui(ui, [open, unfolded], &mut sheet, strategy);
            }
        });
    let edited = sheet.edited;
    if edited != *view.draft {
        actions.push(Action::Edit(Box::new(edited)));
    }
}

/// Says whose settings these are: those of the run in training, which an edit changes, or those of the next
/// run. The settings of a chosen run that differ are one click away.
fn whose_ui(ui: &mut Ui, view: &StrategiesView<'_>, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        match view.active.as_ref().filter(|active| active.follows) {
            Some(active) => {
                let text = RichText::new(format!("{}, live", active.run_name)).heading();
                let color = theme::live(ui.visuals());
                ui.label(text.color(color)).hover_at(
                    HoverAt::Settings,
                    "What has a line at its left changes this run while it trains. All else is for \
                     the next run.",
                );
            }
            None => {
                ui.heading("Next run")
                    .hover_at(HoverAt::Settings, "Train starts a run with these settings.");
            }
        }
        if let Some((id, name)) = &view.other {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let button = ui.add(
                    Button::new(format!("Use {name}'s settings"))
                        .small()
                        .truncate(),
                );
                let hover = format!(
                    "The next run begins with the settings of {name}, whose curves are shown."
                );
                if button.hover_at(HoverAt::Settings, hover).clicked() {
                    actions.push(Action::UseSettingsOf(id.clone()));
                }
            });
        }
    });
    ui.add_space(theme::GROUP_SPACE / 2.0);
}

/// The changes that the next run will make by itself, since its experiment schedules them.
fn scheduled_ui(ui: &mut Ui, view: &StrategiesView<'_>, actions: &mut Vec<Action>) {
    if view.scheduled.is_empty() || view.active.is_some() {
        return;
    }
    ui.colored_label(theme::changed(ui.visuals()), "Scheduled in mid-run:");
    for change in view.scheduled {
        ui.small(format!(
            "from epoch {}, batch {}: {}",
            change.epoch, change.batch, change.to
        ));
    }
    let forget = ui.button("Forget these changes").hover_at(
        HoverAt::Settings,
        "The next run then keeps the settings below from start to end.",
    );
    if forget.clicked() {
        actions.push(Action::ForgetChanges);
    }
}

fn preset_ui(ui: &mut Ui, view: &StrategiesView<'_>, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        let label = ui.label("Preset");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let shown = view.preset.map_or("Settings of a run or file", Preset::label);
            let response = ComboBox::from_id_salt("preset")
                .selected_text(shown)
                .width(ui.available_width())
                .height(theme::CHOICES_HEIGHT)
                .truncate()
                .show_ui(ui, |ui| {
                    for preset in Preset::ALL {
                        let chosen = view.preset == Some(preset);
                        let response = ui.selectable_label(chosen, preset.label());
                        let response = response.hover_at(HoverAt::Beside, preset.why());
                        if response.clicked() {
                            actions.push(Action::ChoosePreset(preset));
                        }
                    }
                })
                .response
                .labelled_by(label.id);
            response.hover_at(
                HoverAt::Settings,
                "Where to start from. First make it overfit, then fight it with the five strategies.",
            );
        });
    });
    if let Some(preset) = view.preset {
        ui.add(Label::new(RichText::new(preset.why()).weak()).wrap());
    }
}

fn group_ui(
    ui: &mut Ui,
    [open, unfolded]: [&mut bool; 2],
    sheet: &mut Sheet<'_, '_>,
    strategy: Strategy,
) {
    // A group that holds an error opens, so that the error is seen.
    let error = sheet.view.error.map(ExperimentError::field);
    let holds_error = error.is_some_and(|field| field.strategy() == strategy);
    let is_open = *open || holds_error;
    ui.add_space(theme::GROUP_SPACE);
    if heading::heading_ui(ui, sheet.view, strategy, is_open) {
        *open = !is_open;
    }
    if strategy == Strategy::Training {
        row::row_ui(ui, sheet, Field::Epochs);
    }
    if is_open {
        for field in table::fields(strategy, sheet.view, &sheet.edited) {
            row::row_ui(ui, sheet, field);
        }
        if strategy == Strategy::Architecture {
            network::network_ui(ui, sheet);
        }
        fold::fold_ui(ui, unfolded, sheet, strategy);
    }
}

/// Notes the numbers that can be off and are on.
fn remember_numbers(numbers: &mut BTreeMap<String, f64>, settings: &Settings) {
    for field in Field::ALL {
        let can_be_off = field.entry().number().is_some_and(|it| it.off.is_some());
        if let Some(value) = field.number(settings).filter(|_| can_be_off)
            && numbers.get(field.name()) != Some(&value)
        {
            numbers.insert(field.name().into(), value);
        }
    }
}
