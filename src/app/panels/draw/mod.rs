//! The tab Draw.

use super::tabs::TabsView;
use crate::app::action::Action;
use crate::lab::inference::{InputImage, OwnSet};
use eframe::egui::Ui;
use serde::{Deserialize, Serialize};

/// What is remembered over a restart.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DrawPrefs {}

/// What lives as long as the window.
#[derive(Default)]
pub struct DrawState {}

impl DrawState {
    /// The picture as the network takes it, where there is one.
    pub fn picture(&self) -> Option<InputImage> {
        None
    }

    /// The person's own set, prepared for the network.
    pub fn own_set(&self) -> Option<OwnSet> {
        None
    }
}

/// Draws the tab.
pub fn draw_ui(
    ui: &mut Ui,
    _prefs: &mut DrawPrefs,
    _state: &mut DrawState,
    _view: &TabsView<'_>,
    _actions: &mut Vec<Action>,
) {
    ui.label("");
}
