//! Colours and sizes of the tab Draw. Sizes are in points.

use super::plot_grid;
use eframe::egui::{Color32, Stroke, Visuals};

/// Background of the canvas in both themes, since MNIST's digits are bright on dark.
pub const CANVAS_GROUND: Color32 = Color32::BLACK;
/// The text on an empty canvas.
pub const CANVAS_HINT: Color32 = Color32::from_gray(140);
/// Side of the canvas at most.
pub const CANVAS_LARGEST: f32 = 280.0;
/// Side of the canvas at least.
pub const CANVAS_SMALLEST: f32 = 168.0;
/// Height of what shall be seen below the canvas, without the rows of bars.
pub const BELOW_CANVAS: f32 = 246.0;
/// Width that the tools take beside a small canvas, with the space before them.
pub const TOOLS_BESIDE_WIDTH: f32 = 116.0;
/// Height that the tools take below the canvas.
pub const TOOLS_BELOW_HEIGHT: f32 = 60.0;
/// Width of the pen's slider.
pub const PEN_SLIDER_WIDTH: f32 = 56.0;
/// Space between the canvas's tools.
pub const TOOL_SPACE: f32 = 4.0;
/// Side of the picture as the network sees it: two for each pixel of MNIST's.
pub const SEEN_SIDE: f32 = 56.0;
/// Text size of the prediction.
pub const PREDICTION_SIZE: f32 = 52.0;
/// Width of the column in which a predicted digit stands.
pub const PREDICTION_WIDTH: f32 = 38.0;
/// Height of the prediction with its title and its probability.
pub const ANSWER_HEAD_HEIGHT: f32 = 64.0;
/// Space above the title beside a predicted digit.
pub const ANSWER_TITLE_SPACE: f32 = 14.0;
/// Space between the answers of two epochs.
pub const ANSWER_GAP: f32 = 12.0;
/// Size of the probability under the predicted class, in points.
pub const PREDICTION_SHARE_SIZE: f32 = 16.0;
/// Height of the line that says whose weights answer: two lines of text.
pub const SAYS_HEIGHT: f32 = 42.0;
/// Width of the words on how sure a network can be, in points.
pub const SURE_WIDTH: f32 = 280.0;
/// Text size of the prediction where the class has a long name.
pub const LONG_PREDICTION_SIZE: f32 = 17.0;
/// Height of a class's bar and its name.
pub const BAR_ROW_HEIGHT: f32 = 15.0;
/// Space above and below a bar in its row.
pub const BAR_INSET: f32 = 2.5;
/// Space between a bar and the name on its left and the number on its right.
pub const BAR_GAP: f32 = 6.0;
/// Space at the right of each column of bars where there are two columns.
pub const BAR_COLUMN_GAP: f32 = 10.0;
/// Radius of a bar's corners.
pub const BAR_CORNER: u8 = 2;
/// Colour of the rail on which a bar lies.
pub fn bar_rail(visuals: &Visuals) -> Color32 {
    plot_grid(visuals)
}

/// Opacity of the bars of all classes but the most probable one.
pub const OTHER_BAR_ALPHA: f32 = 0.55;
/// Width of a class's name beside its bar at most.
pub const LONGEST_CLASS_WIDTH: f32 = 76.0;
/// Width of the field in which a class is chosen.
pub const KEEP_CLASS_WIDTH: f32 = 90.0;

/// The stroke around the canvas.
pub fn canvas_edge(visuals: &Visuals) -> Stroke {
    Stroke::new(1.0, visuals.widgets.inactive.bg_fill)
}

/// The stroke of the ring that shows the pen's width.
pub fn pen_ring() -> Stroke {
    Stroke::new(1.0, Color32::from_gray(150))
}

/// Width of the choice of how pictures are read, in the dialog of data.
pub const READ_AS_WIDTH: f32 = 400.0;
