//! The tab Errors.

use super::tabs::TabsView;
use crate::app::action::Action;
use eframe::egui::Ui;
use serde::{Deserialize, Serialize};

/// What is remembered over a restart.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ErrorsPrefs {}

/// What lives as long as the window.
#[derive(Default)]
pub struct ErrorsState {}

/// Draws the tab.
pub fn errors_ui(
    ui: &mut Ui,
    _prefs: &mut ErrorsPrefs,
    _state: &mut ErrorsState,
    _view: &TabsView<'_>,
    _actions: &mut Vec<Action>,
) {
    ui.label("");
}
