//! The two menus that a presentation has in place of the settings at the left and of the table of runs: what the
//! next run is, and which curves are drawn.

use crate::app::action::Action;
use crate::app::panels::forms;
use crate::app::theme;
use crate::experiment::{Preset, Settings, limits};
use crate::lab::run::difference;
use crate::lab::{Run, RunId};
use eframe::egui::{Checkbox, Color32, DragValue, RichText, ScrollArea, Ui};

/// So many rows stand in the menu of curves, the newest ones.
pub const ROWS: usize = 30;

/// What the menus show.
pub struct PresentingView<'a> {
    /// The preset that the settings started from.
    pub preset: Option<Preset>,
    /// The settings of the next run.
    pub settings: &'a Settings,
    /// The newest runs and groups, the newest first.
    pub rows: Vec<PresentedRow<'a>>,
}

/// A run in the menu of curves, or a group of runs that differ in their seed alone.
pub struct PresentedRow<'a> {
    /// The name of the run or of the group in the store.
    pub id: &'a RunId,
    /// What people call it.
    pub name: &'a str,
    /// The run; of a group the first.
    pub run: &'a Run,
    /// The colour of the curves.
    pub color: Color32,
    /// Whether it is the chosen one, whose curves are always drawn.
    pub is_chosen: bool,
    /// Whether the curves are drawn.
    pub is_drawn: bool,
}

/// Draws both menus.
pub fn presenting_ui(ui: &mut Ui, view: &PresentingView<'_>, actions: &mut Vec<Action>) {
    forms::open_menu_ui(ui, "Settings", |ui| settings_ui(ui, view, actions))
        .on_hover_text("What the next run is: a preset, and for how long it trains.");
    forms::open_menu_ui(ui, "Curves", |ui| curves_ui(ui, &view.rows, actions))
        .on_hover_text("Which runs are drawn, and which of them is judged.");
}

fn settings_ui(ui: &mut Ui, view: &PresentingView<'_>, actions: &mut Vec<Action>) {
    for preset in Preset::ALL {
        let entry = ui.radio(view.preset == Some(preset), preset.label());
        if entry.on_hover_text(preset.why()).clicked() {
            actions.push(Action::ChoosePreset(preset));
        }
    }
    ui.separator();
    ui.horizontal(|ui| {
        let mut epochs = view.settings.training.epochs;
        let label = ui.label("Epochs");
        // A menu draws its entries without frames; a number that can be changed is seen by one.
        let inactive = &mut ui.visuals_mut().widgets.inactive;
        inactive.weak_bg_fill = inactive.bg_fill;
        let value = ui
            .add(DragValue::new(&mut epochs).range(limits::EPOCHS))
            .labelled_by(label.id);
        if value.changed() {
            let mut settings = view.settings.clone();
            settings.training.epochs = epochs;
            actions.push(Action::Edit(Box::new(settings)));
        }
    });
}

fn curves_ui(ui: &mut Ui, rows: &[PresentedRow<'_>], actions: &mut Vec<Action>) {
    if rows.is_empty() {
        ui.weak("No runs yet. Press Train.");
        return;
    }
    ScrollArea::vertical()
        .max_height(theme::CHOICES_HEIGHT)
        .show(ui, |ui| {
            for row in rows {
                curve_ui(ui, row, actions);
            }
        });
}

fn curve_ui(ui: &mut Ui, row: &PresentedRow<'_>, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        let mut is_drawn = row.is_drawn;
        let mark = ui
            .add_enabled(!row.is_chosen, Checkbox::without_text(&mut is_drawn))
            .accessible_name(format!("Draw {}", row.name))
            .on_hover_text("Draws these curves.")
            .on_disabled_hover_text("The curves that are judged are always drawn.");
        if mark.changed() {
            actions.push(Action::ShowRun(row.id.clone(), is_drawn));
        }
        let mut name = RichText::new(row.name).strong();
        if row.is_drawn {
            name = name.color(row.color);
        }
        let name = ui
            .selectable_label(row.is_chosen, name)
            .on_hover_text("Makes this the one that is judged.");
        if name.clicked() {
            actions.push(Action::ChooseRun(row.id.clone()));
        }
        ui.label(difference::from_preset(row.run));
    });
}
