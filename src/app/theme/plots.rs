//! Colours and sizes of the plots. Sizes are in points.

use eframe::egui::{Color32, Visuals};

/// Width of a validation curve, in points.
pub const VALIDATION_WIDTH: f32 = 2.5;
/// Width of a training curve, in points.
pub const TRAINING_WIDTH: f32 = 1.5;
/// Width of the curve of batches as seen, in points.
pub const BATCH_WIDTH: f32 = 1.0;
/// Height of the window's centre from which the gap has a plot of its own, in points.
pub const GAP_PLOT_FROM_HEIGHT: f32 = 1000.0;
/// Width of the marks of the height axis, at the left of the plots.
pub const Y_AXIS_WIDTH: f32 = 48.0;
/// Width of the names at the ends of lines, at the right of the plots, at least and at most.
pub const END_LABEL_WIDTH: [f32; 2] = [128.0, 176.0];
/// Steps that this width grows in, so that the plots don't move with each digit.
pub const END_LABEL_STEP: f32 = 16.0;
/// Height that a mark on the height axis needs.
pub const Y_TICK_SPACING: f32 = 30.0;
/// Distance that the words of a mark keep from the ends of the height axis.
pub const Y_TICK_MARGIN: f32 = 7.0;
/// Width that an epoch's number needs on the x axis, and that a step's number or a time needs.
pub const X_TICK_SPACING: [f32; 2] = [42.0, 84.0];
/// Room that a mark of epochs wants in a narrow window.
pub const CLOSE_X_TICK_SPACING: f32 = 30.0;
/// Height of the x axis's marks.
pub const X_AXIS_HEIGHT: f32 = 16.0;
/// Height of a row of flags over the plots, and of a plot's title.
pub const FLAG_ROW_HEIGHT: f32 = 15.0;
/// Height of the values under the plots: two lines.
pub const PLOT_STRIP_HEIGHT: f32 = 40.0;
/// Height of the only line of values under the plots in a low window.
pub const PLOT_LINE_HEIGHT: f32 = 16.0;
/// Length of a dash of a training line.
pub const DASH_LENGTH: f32 = 6.0;
/// Radius of the dots of a dotted line.
pub const DOT_LINE_RADIUS: f32 = 1.2;
/// Distance between the dots of a dotted line.
pub const DOT_LINE_SPACING: f32 = 5.0;
/// Width that is added to a highlighted line.
pub const HIGHLIGHT_WIDTH: f32 = 1.0;
/// Opacity of the lines of all runs but the highlighted one.
pub const FADED_ALPHA: f32 = 0.25;
/// Opacity of the run that was chosen before.
pub const GHOST_ALPHA: f32 = 0.55;
/// Opacity of the batches as seen, where they are drawn as a line.
pub const BATCH_ALPHA: f32 = 0.5;
/// Opacity of the batches as seen, where they are so many that they fill an area.
pub const DENSE_BATCH_ALPHA: f32 = 0.15;
/// Opacity of the measured points behind a smoothed line.
pub const BEHIND_ALPHA: f32 = 0.4;
/// Opacity of the area between the curves of training and validation.
pub const GAP_ALPHA: f32 = 0.10;
/// Opacity of the band of one standard error.
pub const ERROR_BAND_ALPHA: f32 = 0.22;
/// Opacity of the best epoch's line.
pub const BEST_LINE_ALPHA: f32 = 0.6;
/// Opacity of a flag's line.
pub const FLAG_LINE_ALPHA: f32 = 0.45;
/// Opacity of a planned flag.
pub const PLANNED_ALPHA: f32 = 0.5;
/// Radius of the best epoch's dot.
pub const BEST_DOT: f32 = 4.5;
/// Radius of the dots at the cursor.
pub const CURSOR_DOT: f32 = 3.0;
/// Width of the rim of a dot.
pub const DOT_RIM: f32 = 1.5;
/// Half the size of the cross where figures stop being numbers.
pub const CROSS: f32 = 4.5;
/// Half the width of the mark of a point beyond the edge of a plot.
pub const CLIPPED_MARK: f32 = 3.5;
/// Rows of flags over the plots, where there is room for more than one.
pub const FLAG_ROWS: usize = 2;
/// From the left end of the plots' marks to the titles.
pub const TITLE_INSET: f32 = 4.0;
/// Height of each of two plots, before one of them is made larger.
pub const LEAST_PLOT: f32 = 140.0;

/// The colour of the plots' grid.
pub fn plot_grid(visuals: &Visuals) -> Color32 {
    if visuals.dark_mode {
        Color32::from_gray(38)
    } else {
        Color32::from_gray(232)
    }
}

/// The colour of the line at which the gap is 0.
pub fn plot_zero(visuals: &Visuals) -> Color32 {
    if visuals.dark_mode {
        Color32::from_gray(90)
    } else {
        Color32::from_gray(170)
    }
}

/// The colour of the cursor through all plots.
pub fn plot_cursor(visuals: &Visuals) -> Color32 {
    if visuals.dark_mode {
        Color32::from_gray(120)
    } else {
        Color32::from_gray(150)
    }
}

/// The background of a text that stands over curves.
pub fn plot_text_ground(visuals: &Visuals) -> Color32 {
    visuals.extreme_bg_color.gamma_multiply(0.8)
}
/// Least opacity of a line's name, so that the name of a faint line can be read.
pub const LEAST_TEXT_ALPHA: f32 = 0.8;
/// How far the mark of a stretch of epochs reaches beyond its first and its last.
pub const MARK_MARGIN: f32 = 5.0;
/// Width of a field with a choice over the plots.
pub const PLOT_COMBO_WIDTH: f32 = 112.0;
/// Width of the smoothing's rail.
pub const SMOOTH_WIDTH: f32 = 84.0;
/// Width of the smoothing's rail in a narrow window.
pub const SHORT_SMOOTH_WIDTH: f32 = 48.0;
/// Width of the centre from which the smoothing's rail is long.
pub const LEAST_FOR_LONG_SLIDER: f32 = 560.0;
/// Width that the smoothing needs with its name and its number.
pub const SMOOTH_ROOM: f32 = 196.0;
/// Opacity of the leader from the end of a line to its name.
pub const THREAD_ALPHA: f32 = 0.7;
/// Distance of the dots of a leader.
pub const LEADER_SPACING: f32 = 5.0;
/// Radius of the dots of a leader.
pub const LEADER_DOT: f32 = 0.6;
/// Width of the short names at the ends of lines with their values, in a narrow window.
pub const END_LABEL_NARROW: f32 = 108.0;
/// Width of the short names without values, in a yet narrower window.
pub const END_LABEL_LEAST: f32 = 70.0;
/// Space between the end of a line and its name.
pub const LABEL_GAP: f32 = 8.0;
/// Space between a flag's line and its text.
pub const FLAG_GAP: f32 = 3.0;
/// Width of the count of flags for which there is no room.
pub const FLAG_COUNT_WIDTH: f32 = 24.0;
/// Width of the count of values for which there is no room.
pub const MORE_WIDTH: f32 = 70.0;
/// Side of the square before a run's values.
pub const VALUE_SQUARE: f32 = 9.0;
/// Side from which on a dragged box zooms in its direction, so that a level stroke zooms x alone.
pub const LEAST_BOX: f32 = 8.0;
/// Height of the centre from which there are two plots.
pub const LEAST_FOR_TWO_PLOTS: f32 = 250.0;
/// Height of the centre from which there are values under two plots.
pub const LEAST_FOR_PLOTS_AND_VALUES: f32 = 400.0;
/// Height of the centre from which there is a line of values under two plots.
pub const LEAST_FOR_PLOTS_AND_LINE: f32 = 364.0;
/// Height of the centre from which there are values under a single plot.
pub const LEAST_FOR_VALUES: f32 = 130.0;
/// Width of the centre from which the names of lines have their values.
pub const LEAST_FOR_VALUES_AT_LINES: f32 = 420.0;
/// Width of the centre from which the names of the plots' lines are long.
pub const LEAST_FOR_LONG_NAMES: f32 = 520.0;
