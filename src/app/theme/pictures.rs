//! Colours and sizes of small pictures and of the confusion matrix. Sizes are in points.

use super::bad;
use eframe::egui::{Color32, Visuals};

/// Space between two pictures.
pub const PICTURE_GAP: f32 = 4.0;
/// Width of the larger picture that a hover shows.
pub const PICTURE_HOVER: f32 = 168.0;
/// Width of a picture that has words beside it.
pub const PICTURE_BESIDE: f32 = 52.0;
/// Width that a picture needs together with the words beside it.
pub const PICTURE_CARD: f32 = 132.0;
/// Radius of the corners of a picture's frame.
pub const PICTURE_CORNER: f32 = 2.0;
/// Width of the frame around a picture that is chosen or marked.
pub const PICTURE_FRAME: f32 = 2.0;
/// Font sizes in the cells of the confusion matrix, the largest first. Cells in which none of them
/// fits have no text.
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

/// The grey of a picture's pixel.
pub fn grey(value: u8) -> Color32 {
    Color32::from_gray(value)
}

/// The colour of a signed value, -1 to 1: from blue, through white at 0, to orange.
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

/// The background of a cell with confused images: from the panel's colour at a share of 0 to the
/// colour of errors at 1.
pub fn error_ground(visuals: &Visuals, share: f32) -> Color32 {
    visuals.panel_fill.lerp_to_gamma(bad(visuals), share)
}

/// The background of a cell with recognized images, which is neutral, so that errors stand out.
pub fn right_ground(visuals: &Visuals) -> Color32 {
    if visuals.dark_mode {
        Color32::from_gray(52)
    } else {
        Color32::from_gray(226)
    }
}

/// Black or white, whichever is easier to read on a background.
pub fn text_on(ground: Color32) -> Color32 {
    if ground.intensity() > 0.5 {
        Color32::BLACK
    } else {
        Color32::WHITE
    }
}
