//! The four tabs at the right: Draw, Samples, Errors, Layers. The tabs share one place and follow
//! the chosen run and epoch; in a wide window two stand side by side, in a narrow one only their
//! names do.

use super::export::{Exportable, export_entries};
use super::tab_view::{TabsView, problem_ui};
use super::{draw, errors, layers, samples};
use crate::app::action::{Action, Tab};
use crate::app::theme;
use eframe::egui::{Align, Layout, Panel, Popup, Rect, ScrollArea, Sense, SetOpenCommand, Ui};
use serde::{Deserialize, Serialize};

/// What is remembered of the tabs over a restart.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct TabsPrefs {
    /// Whether a tab is shown in a window that has little room for one.
    pub open: bool,
    /// The tab that is shown, or the left one of two.
    pub first: Tab,
    /// The right one of two tabs, in a wide window.
    pub second: Tab,
    /// The choices made in Draw.
    pub draw: draw::DrawPrefs,
    /// The choices made in Samples.
    pub samples: samples::SamplesPrefs,
    /// The choices made in Errors.
    pub errors: errors::ErrorsPrefs,
    /// The choices made in Layers.
    pub layers: layers::LayersPrefs,
}

impl Default for TabsPrefs {
    fn default() -> Self {
        Self {
            open: false,
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
    /// Shows a tab, unless the tab is visible already.
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

/// The tabs' state, which lives as long as the window.
#[derive(Default)]
pub struct TabsState {
    /// The canvas and the drawings kept from it.
    pub draw: draw::DrawState,
    /// The page of training images.
    pub samples: samples::SamplesState,
    /// The tables and the images listed.
    pub errors: errors::ErrorsState,
    /// The pictures of filters and activations.
    pub layers: layers::LayersState,
}

/// How the tabs stand in a window, which depends on the window's width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrangement {
    /// Only the tabs' names, at the right edge.
    Rail,
    /// One tab.
    One,
    /// Two tabs side by side.
    Two,
    /// The tab Draw alone, without the names of the tabs.
    Presentation,
}

impl Arrangement {
    /// The arrangement for a width in points, with a tab opened or folded by a person.
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

/// Width of the column at the right end of the window, in points.
pub fn column_width(arrangement: Arrangement) -> f32 {
    match arrangement {
        Arrangement::Rail => theme::RAIL_WIDTH,
        Arrangement::One | Arrangement::Two | Arrangement::Presentation => theme::TABS_WIDTH,
    }
}

/// The tabs that are visible.
pub fn visible(prefs: &TabsPrefs, arrangement: Arrangement) -> Vec<Tab> {
    match arrangement {
        Arrangement::Rail => Vec::new(),
        Arrangement::One => vec![prefs.first],
        Arrangement::Two => vec![prefs.first, prefs.second],
        Arrangement::Presentation => vec![Tab::Draw],
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
    if arrangement == Arrangement::Presentation {
        Panel::right("tabs-presentation")
            .resizable(false)
            .exact_size(theme::TABS_WIDTH)
            .show(ui, |ui| tab_ui(ui, Tab::Draw, prefs, state, view, actions));
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
            if foldable {
                prefs.open = !folds;
            }
            if tab == prefs.second {
                prefs.second = prefs.first;
            }
            prefs.first = tab;
            tab_ui(ui, tab, prefs, state, view, actions);
        });
}

/// Draws the tabs' names. Gives the tab that is shown from now on, and whether it shall be folded.
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
    let mut area = ui.available_rect_before_wrap();
    area.max.y -= view.room_below(ui);
    ScrollArea::vertical()
        .id_salt(tab.label())
        .max_height(area.height())
        .auto_shrink(false)
        .show(ui, |ui| {
            // The scroll bar stands beside the tab's content and doesn't cover it.
            ui.set_max_width(ui.available_width() - theme::SCROLL_BAR_COLUMN);
            if let Some(name) = view.of_file.filter(|_| tab != Tab::Samples) {
                ui.label(format!(
                    "{name} was read from a file of curves, which holds no weights: there is no \
                     network to look at. Choose a run of this program in the table below."
                ));
                return;
            }
            if let Some(ensemble) = view.ensemble.filter(|_| tab != Tab::Samples) {
                if let Err(why) = ensemble.together {
                    problem_ui(ui, why);
                    return;
                }
                if tab == Tab::Layers {
                    ui.label(LAYERS_OF_ENSEMBLE);
                    return;
                }
            }
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

/// Why Layers has nothing to show of an ensemble.
const LAYERS_OF_ENSEMBLE: &str = "An average has no layers of its own: its runs are networks apart, and only their \
     probabilities are averaged. Choose one of its runs in the table below to look into it.";

/// What of the chosen run or average can be exported.
fn exportable(view: &TabsView<'_>) -> Exportable {
    match view.ensemble {
        Some(_) => Exportable::Average,
        None => Exportable::of_run(view.run),
    }
}

/// Offers the exports of a tab on a right click anywhere in the tab.
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
        .show(|ui| export_entries(ui, kinds, exportable(view), actions));
}
