//! The tab Samples.

use super::tabs::TabsView;
use crate::app::action::Action;
use eframe::egui::Ui;
use serde::{Deserialize, Serialize};

/// What is remembered over a restart.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SamplesPrefs {}

/// What lives as long as the window.
#[derive(Default)]
pub struct SamplesState {}

/// Draws the tab.
pub fn samples_ui(
    ui: &mut Ui,
    _prefs: &mut SamplesPrefs,
    _state: &mut SamplesState,
    _view: &TabsView<'_>,
    _actions: &mut Vec<Action>,
) {
    ui.label("");
}
