//! Colours and sizes of the pictures of many runs. Sizes are in points.

use super::{prominent, readable, run_color, text_on};
use crate::lab::charts::Ink;
use eframe::egui::{Color32, Visuals};

/// Width of the dialog of the learning-rate finder.
pub const RATES_DIALOG_WIDTH: f32 = 520.0;
/// Height of the picture of the learning-rate finder.
pub const RATES_HEIGHT: f32 = 200.0;
/// Width of the dialogs that plan sweeps.
pub const SWEEP_DIALOG_WIDTH: f32 = 560.0;
/// Width of the field of a setting in such a dialog.
pub const SWEEP_FIELD_WIDTH: f32 = 150.0;
/// Width of the field in which another value is typed there.
pub const SWEEP_VALUE_WIDTH: f32 = 90.0;
/// Width of the list of sweeps, at least and at most.
pub const SWEEPS_LIST_WIDTH: [f32; 2] = [120.0, 300.0];
/// Width of what stands beside that list.
pub const BESIDE_SWEEPS_LIST: f32 = 410.0;
/// Width of the choice of the figure by which a sweep is compared, with the word before it.
pub const SWEEP_FIGURE_WIDTH: f32 = 135.0;
/// Width of a picture at most: wider ones are harder to read, not easier.
pub const CHART_MOST_WIDTH: f32 = 860.0;
/// Space before a heading in the findings of a sweep.
pub const FINDING_SPACE: f32 = 14.0;

/// The colour of an ink.
pub fn ink(visuals: &Visuals, ink: Ink) -> Color32 {
    let dark = visuals.dark_mode;
    let grey = |on_dark, on_light| Color32::from_gray(if dark { on_dark } else { on_light });
    match ink {
        Ink::Words => visuals.text_color(),
        Ink::Quiet => visuals.weak_text_color(),
        Ink::Grid => grey(58, 226),
        Ink::Axis => grey(130, 138),
        Ink::Real => run_color(0, dark),
        Ink::Chance => grey(112, 165),
        Ink::Marked => prominent(visuals).gamma_multiply(0.25),
        Ink::Series(number) => run_color(number, dark),
        Ink::OfSeries(number) => readable(run_color(number, dark), visuals),
        Ink::Heat(share) => heat(visuals, share),
        Ink::OnHeat(share) => text_on(heat(visuals, share)),
    }
}

/// The colour of a place in a heat map: from the panel's own to blue.
fn heat(visuals: &Visuals, share: f64) -> Color32 {
    let cold = visuals.faint_bg_color;
    let cold = Color32::from_rgb(cold.r(), cold.g(), cold.b());
    let cold = if visuals.dark_mode {
        Color32::from_gray(44)
    } else {
        cold.lerp_to_gamma(Color32::from_rgb(0xE4, 0xEC, 0xF4), 1.0)
    };
    cold.lerp_to_gamma(
        run_color(0, visuals.dark_mode),
        share.clamp(0.0, 1.0) as f32,
    )
}
