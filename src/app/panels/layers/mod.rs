//! The tab Layers.

use super::tabs::TabsView;
use crate::app::action::Action;
use eframe::egui::Ui;
use serde::{Deserialize, Serialize};

/// What is remembered over a restart.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LayersPrefs {}

/// What lives as long as the window.
#[derive(Default)]
pub struct LayersState {}

/// Draws the tab.
pub fn layers_ui(
    ui: &mut Ui,
    _prefs: &mut LayersPrefs,
    _state: &mut LayersState,
    _view: &TabsView<'_>,
    _actions: &mut Vec<Action>,
) {
    ui.label("");
}
