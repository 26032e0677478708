//! The four tabs at the right: Draw, Samples, Errors, Layers. They share one place and follow the
//! chosen run and epoch; in a wide window two stand side by side, in a narrow one only their
//! names do.

use super::{draw, errors, layers, samples};
use crate::app::action::Action;
use crate::app::panels::export::{ExportKind, export_entries};
use crate::app::theme;
use crate::data::TrainingData;
use crate::experiment::Settings;
use crate::lab::{Run, RunId, inference, validation};
use eframe::egui::{Align, Layout, Panel, Popup, Rect, ScrollArea, Sense, SetOpenCommand, Ui};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One of the tabs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tab {
    /// Draw a digit, and see what the network makes of it.
    #[default]
    Draw,
    /// What augmentation makes of the training images.
    Samples,
    /// What the network gets wrong.
    Errors,
    /// What the network is made of and sees.
    Layers,
}

impl Tab {
    /// Every tab, in order.
    pub const ALL: [Self; 4] = [Self::Draw, Self::Samples, Self::Errors, Self::Layers];

    /// Its name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Draw => "Draw",
            Self::Samples => "Samples",
            Self::Errors => "Errors",
            Self::Layers => "Layers",
        }
    }

    /// What of it can be exported.
    pub fn exports(self) -> &'static [ExportKind] {
        match self {
            Self::Draw | Self::Samples => &[],
            Self::Errors => &[ExportKind::Matrix],
            Self::Layers => &[ExportKind::Table, ExportKind::Weights],
        }
    }

    /// What it is for.
    pub fn hover(self) -> &'static str {
        match self {
            Self::Draw => "Draw a digit and see what the network makes of it, also while it trains",
            Self::Samples => {
                "What augmentation makes of the training images, with the ranges as they are now"
            }
            Self::Errors => "Which classes are taken for which, and the images most wrong",
            Self::Layers => "The network layer by layer: sizes, filters and what they see",
        }
    }
}

/// What is remembered of the tabs over a restart.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct TabsPrefs {
    /// Whether they are shown in a window that has little room for them.
    pub open: bool,
    /// The tab shown.
    pub first: Tab,
    /// The one beside it in a wide window.
    pub second: Tab,
    /// Draw's choices.
    pub draw: draw::DrawPrefs,
    /// Samples' choices.
    pub samples: samples::SamplesPrefs,
    /// Errors' choices.
    pub errors: errors::ErrorsPrefs,
    /// Layers' choices.
    pub layers: layers::LayersPrefs,
}

impl Default for TabsPrefs {
    fn default() -> Self {
        Self {
            open: true,
            first: Tab::Draw,
            second: Tab::Errors,
            draw: Default::default(),
            samples: Default::default(),
            errors: Default::default(),
            layers: Default::default(),
        }
    }
}

impl TabsPrefs {
    /// Shows a tab, where it isn't visible already.
    pub fn show(&mut self, tab: Tab, arrangement: Arrangement) {
        self.open = true;
        if visible(self, arrangement).contains(&tab) {
            return;
        }
        if self.second == tab {
            self.second = self.first;
        }
        self.first = tab;
    }
}

/// What lives as long as the window.
#[derive(Default)]
pub struct TabsState {
    /// The canvas and what is kept of it.
    pub draw: draw::DrawState,
    /// The pictures made.
    pub samples: samples::SamplesState,
    /// The pictures shown.
    pub errors: errors::ErrorsState,
    /// The pictures shown.
    pub layers: layers::LayersState,
}

/// What the tabs show.
pub struct TabsView<'a> {
    /// The chosen run.
    pub run: Option<&'a Run>,
    /// Every run, the oldest first.
    pub runs: &'a [Run],
    /// The classes' names of the chosen run; of the settings where there is no run.
    pub classes: &'a [String],
    /// Rows and columns of an image that its network takes, alike.
    pub image_size: [usize; 2],
    /// What the newest weights, or those of the chosen epoch, make of the picture.
    pub known: &'a inference::Inferred,
    /// What the chosen epoch answered to the validation images, and the run compared with it.
    pub validation: &'a validation::Validations,
    /// The epoch that Errors shows.
    pub epoch: Option<usize>,
    /// Whether that epoch was picked by hand.
    pub epoch_is_picked: bool,
    /// The run compared with.
    pub compared: Option<&'a RunId>,
    /// The settings being edited.
    pub draft: &'a Settings,
    /// The data that these settings would train on, split; none while it loads.
    pub draft_data: Option<&'a Arc<TrainingData>>,
}

/// How the tabs stand in a window of this width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrangement {
    /// Only their names, at the right edge.
    Rail,
    /// One.
    One,
    /// Two side by side.
    Two,
}

impl Arrangement {
    /// For a width in points.
    pub fn of_width(width: f32, open: bool) -> Self {
        if width >= theme::TWO_TABS_FROM_WIDTH {
            Self::Two
        } else if width >= theme::TABS_FROM_WIDTH || open {
            Self::One
        } else {
            Self::Rail
        }
    }
}

/// The tabs that are visible.
pub fn visible(prefs: &TabsPrefs, arrangement: Arrangement) -> Vec<Tab> {
    match arrangement {
        Arrangement::Rail => Vec::new(),
        Arrangement::One => vec![prefs.first],
        Arrangement::Two => vec![prefs.first, prefs.second],
    }
}

/// Draws the tabs into a panel at the right edge.
pub fn tabs_ui(
    ui: &mut Ui,
    prefs: &mut TabsPrefs,
    state: &mut TabsState,
    arrangement: Arrangement,
    view: &TabsView<'_>,
    actions: &mut Vec<Action>,
) {
    if arrangement == Arrangement::Rail {
        Panel::right("tabs-rail")
            .resizable(false)
            .exact_size(theme::RAIL_WIDTH)
            .show(ui, |ui| rail_ui(ui, prefs));
        return;
    }
    if arrangement == Arrangement::Two {
        Panel::right("tabs-second")
            .resizable(false)
            .exact_size(theme::TABS_WIDTH)
            .show(ui, |ui| {
                let (tab, _) = bar_ui(ui, prefs.second, false);
                if tab == prefs.first {
                    prefs.first = prefs.second;
                }
                prefs.second = tab;
                tab_ui(ui, tab, prefs, state, view, actions);
            });
    }
    Panel::right("tabs-first")
        .resizable(false)
        .exact_size(theme::TABS_WIDTH)
        .show(ui, |ui| {
            let foldable = ui.ctx().content_rect().width() < theme::TABS_FROM_WIDTH;
            let (tab, folds) = bar_ui(ui, prefs.first, foldable);
            prefs.open = !folds;
            if tab == prefs.second {
                prefs.second = prefs.first;
            }
            prefs.first = tab;
            tab_ui(ui, tab, prefs, state, view, actions);
        });
}

/// The names of the tabs: the one that is shown after a click, and whether to fold.
fn bar_ui(ui: &mut Ui, shown: Tab, foldable: bool) -> (Tab, bool) {
    let mut tab = shown;
    let mut folds = false;
    ui.horizontal(|ui| {
        for other in Tab::ALL {
            ui.selectable_value(&mut tab, other, other.label())
                .on_hover_text(other.hover());
        }
        if foldable {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let fold = ui.small_button("Fold");
                let fold = fold.on_hover_text("Leaves the room to the curves");
                folds = fold.clicked();
            });
        }
    });
    ui.separator();
    (tab, folds)
}

/// What went wrong on a thread that answers.
pub fn problem_ui(ui: &mut Ui, problem: &str) {
    ui.colored_label(theme::bad(ui.visuals()), problem);
}

fn rail_ui(ui: &mut Ui, prefs: &mut TabsPrefs) {
    for tab in Tab::ALL {
        if ui.button(tab.label()).on_hover_text(tab.hover()).clicked() {
            prefs.first = tab;
            prefs.open = true;
        }
    }
}

fn tab_ui(
    ui: &mut Ui,
    tab: Tab,
    prefs: &mut TabsPrefs,
    state: &mut TabsState,
    view: &TabsView<'_>,
    actions: &mut Vec<Action>,
) {
    let area = ui.available_rect_before_wrap();
    ScrollArea::vertical()
        .id_salt(tab.label())
        .auto_shrink(false)
        .show(ui, |ui| {
            // The scroll bar stands beside what it scrolls.
            ui.set_max_width(ui.available_width() - theme::SCROLL_BAR_COLUMN);
            match tab {
                Tab::Draw => draw::draw_ui(ui, &mut prefs.draw, &mut state.draw, view, actions),
                Tab::Samples => {
                    samples::samples_ui(ui, &mut prefs.samples, &mut state.samples, view, actions);
                }
                Tab::Errors => {
                    errors::errors_ui(ui, &mut prefs.errors, &mut state.errors, view, actions);
                }
                Tab::Layers => {
                    layers::layers_ui(ui, &mut prefs.layers, &mut state.layers, view, actions);
                }
            }
        });
    right_click_ui(ui, area, tab, view, actions);
}

fn has_epochs(view: &TabsView<'_>) -> bool {
    view.run.is_some_and(|run| !run.epochs.is_empty())
}

/// The exports of a tab, on right click anywhere in it, also on what lies in it.
fn right_click_ui(
    ui: &mut Ui,
    area: Rect,
    tab: Tab,
    view: &TabsView<'_>,
    actions: &mut Vec<Action>,
) {
    let kinds = tab.exports();
    if kinds.is_empty() {
        return;
    }
    let ground = ui.interact(area, ui.scope_id().with(("exports", tab)), Sense::hover());
    let asked = ground.contains_pointer() && ui.input(|input| input.pointer.secondary_clicked());
    Popup::menu(&ground)
        .open_memory(asked.then_some(SetOpenCommand::Bool(true)))
        .at_pointer_fixed()
        .show(|ui| export_entries(ui, kinds, has_epochs(view), actions));
}
