//! Colours and sizes of the drawing of a network. Sizes are in points.

use super::prominent;
use eframe::egui::{Color32, Visuals};

/// Space above and beneath the drawing.
pub const NETWORK_SPACE: f32 = 2.0;
/// Half the height of a mark between two blocks, at least.
pub const NETWORK_MARK: f32 = 5.0;
/// Width of the funnel that stands for a pool.
pub const NETWORK_POOL: f32 = 5.0;
/// Height of a row of an image in the drawing, where there is room.
pub const NETWORK_ROW: f32 = 1.6;
/// Width of a channel in the drawing, where there is room.
pub const NETWORK_CHANNEL: f32 = 0.2;
/// Height of the blocks at most.
pub const NETWORK_TALLEST: f32 = 46.0;
/// Side of a block at least.
pub const NETWORK_LEAST: f32 = 3.0;
/// Space between two blocks at least.
pub const NETWORK_GAP: f32 = 14.0;
/// Height of a line of the drawing's words.
pub const NETWORK_TEXT: f32 = 14.0;
/// Height of the bar of parameters.
pub const NETWORK_BAR: f32 = 6.0;

/// The colour of what a convolution gives out.
pub fn network_convolution(visuals: &Visuals) -> Color32 {
    prominent(visuals).gamma_multiply(0.45)
}

/// The colour of a dense layer.
pub fn network_dense(visuals: &Visuals) -> Color32 {
    prominent(visuals)
}

/// The colour of a block's edge.
pub fn network_edge(visuals: &Visuals) -> Color32 {
    visuals.weak_text_color()
}
