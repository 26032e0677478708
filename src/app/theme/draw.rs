//! The tab Draw.

use super::plot_grid;
use eframe::egui::{Color32, Stroke, Visuals};

/// Ground of the canvas in both themes: MNIST's digits are bright on dark.
pub const CANVAS_GROUND: Color32 = Color32::BLACK;
/// The word on an empty canvas.
pub const CANVAS_HINT: Color32 = Color32::from_gray(140);
/// Side of the canvas at most, in points.
pub const CANVAS_LARGEST: f32 = 280.0;
/// And at least.
pub const CANVAS_SMALLEST: f32 = 168.0;
/// Height of what shall be seen below the canvas.
pub const BELOW_CANVAS: f32 = 282.0;
/// The same with the bars of 26 classes.
pub const BELOW_CANVAS_MANY: f32 = 420.0;
/// Width of the pen's slider.
pub const PEN_SLIDER_WIDTH: f32 = 32.0;
/// Between the canvas's tools.
pub const TOOL_SPACE: f32 = 4.0;
/// Side of the picture as the network sees it: three for each pixel of MNIST's.
pub const SEEN_SIDE: f32 = 84.0;
/// Type of the prediction.
pub const PREDICTION_SIZE: f32 = 30.0;
/// And where the class has a long name.
pub const LONG_PREDICTION_SIZE: f32 = 17.0;
/// Height of a class's bar and its name.
pub const BAR_ROW_HEIGHT: f32 = 15.0;
/// Above and below a bar in its row.
pub const BAR_INSET: f32 = 2.5;
/// Between a bar and its name and its number.
pub const BAR_GAP: f32 = 6.0;
/// Right of a column of bars where there are two.
pub const BAR_COLUMN_GAP: f32 = 10.0;
/// Rounding of a bar.
pub const BAR_CORNER: u8 = 2;
/// Where a bar isn't.
pub fn bar_rail(visuals: &Visuals) -> Color32 {
    plot_grid(visuals)
}

/// Bars that aren't the best's.
pub const OTHER_BAR_ALPHA: f32 = 0.55;
/// Names up to this width leave room for two columns of bars.
pub const SHORT_CLASS_WIDTH: f32 = 16.0;
/// A class's name beside its bar at most.
pub const LONGEST_CLASS_WIDTH: f32 = 76.0;
/// Width of the choice of a class.
pub const KEEP_CLASS_WIDTH: f32 = 90.0;

/// The canvas's edge.
pub fn canvas_edge(visuals: &Visuals) -> Stroke {
    Stroke::new(1.0, visuals.widgets.inactive.bg_fill)
}

/// The ring that shows the pen.
pub fn pen_ring() -> Stroke {
    Stroke::new(1.0, Color32::from_gray(150))
}
