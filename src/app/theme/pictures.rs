//! Pictures and the cells of the confusion matrix.

use super::bad;
use eframe::egui::{Color32, Visuals};

/// Pictures: between two of them, and the side of the bigger one in a hover.
pub const PICTURE_GAP: f32 = 4.0;
/// The bigger picture in a hover.
pub const PICTURE_HOVER: f32 = 168.0;
/// A picture beside its words.
pub const PICTURE_BESIDE: f32 = 52.0;
/// Width that a picture with its words beside it wants.
pub const PICTURE_CARD: f32 = 132.0;
/// Corners of a picture's frame, and its stroke where it matters.
pub const PICTURE_CORNER: f32 = 2.0;
/// Stroke of a frame that means something.
pub const PICTURE_FRAME: f32 = 2.0;
/// Font sizes in the cells of the confusion matrix, the largest first; none fits in the smallest
/// cells.
pub const CELL_FONTS: [f32; 4] = [11.0, 10.0, 9.0, 8.0];
/// Side of a cell of the confusion matrix at most.
pub const CELL_MOST: f32 = 44.0;
/// Length of a class's name beside the confusion matrix at most.
pub const CELL_NAME_MOST: f32 = 64.0;

/// The frame of a picture: pictures are light on dark in both themes.
pub fn picture_frame(visuals: &Visuals) -> Color32 {
    if visuals.dark_mode {
        Color32::from_gray(70)
    } else {
        Color32::from_gray(170)
    }
}

/// A grey of a picture.
pub fn grey(value: u8) -> Color32 {
    Color32::from_gray(value)
}

/// Signed values, -1 to 1: blue, through white at 0, to orange.
pub fn diverging(value: f32) -> Color32 {
    const BLUE: [f32; 3] = [0.0, 90.0, 181.0];
    const ORANGE: [f32; 3] = [213.0, 94.0, 0.0];
    let (end, share) = if value < 0.0 {
        (BLUE, -value)
    } else {
        (ORANGE, value)
    };
    let share = if share.is_nan() { 0.0 } else { share.min(1.0) };
    let mix = |end: f32| (255.0 + share * (end - 255.0)).round() as u8;
    Color32::from_rgb(mix(end[0]), mix(end[1]), mix(end[2]))
}

/// The ground of a confusion: from the panel's to the colour of errors, by a share from 0 to 1.
pub fn error_ground(visuals: &Visuals, share: f32) -> Color32 {
    visuals.panel_fill.lerp_to_gamma(bad(visuals), share)
}

/// The ground of what was recognized: neutral, so that errors are seen.
pub fn right_ground(visuals: &Visuals) -> Color32 {
    if visuals.dark_mode {
        Color32::from_gray(52)
    } else {
        Color32::from_gray(226)
    }
}

/// Text that is read on a ground.
pub fn text_on(ground: Color32) -> Color32 {
    if ground.intensity() > 0.5 {
        Color32::BLACK
    } else {
        Color32::WHITE
    }
}
