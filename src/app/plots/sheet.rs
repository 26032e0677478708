//! The sizes of the plots in the window: what the one layout of plots is asked for.

use crate::app::theme;
use crate::lab::plot::{Area, FlagStyle, Flagged, Naming, PanelHeights, Quantity, Sheet, XAxis};
use eframe::egui::{Pos2, Rect, TextStyle, Ui, pos2};

/// The sizes of the plots in a space, and what stands below them.
pub(super) struct WindowSheet {
    pub(super) sheet: Sheet,
    /// The plots, the uppermost first. A low window keeps the plot that says most.
    pub(super) quantities: &'static [Quantity],
    /// What is said where a plot that is wanted has no room.
    pub(super) lacks: Option<&'static str>,
    /// The row under the x axis for the scrubber; without height where none is wanted.
    pub(super) scrubber: Rect,
    /// The values under the plots.
    pub(super) strip: Rect,
}

/// Divides a space for the plots that are wanted.
pub(super) fn window_sheet(
    ui: &Ui,
    space: Rect,
    wanted: &'static [Quantity],
    along: XAxis,
    has_scrubber: bool,
) -> WindowSheet {
    // Values need a picture that they are of, and two plots need more room than values.
    let strip_height = strip_height(space.height());
    let strip_top = (space.bottom() - strip_height).max(space.top());
    let scrubber_height = match has_scrubber {
        true if space.height() < theme::LEAST_FOR_PLOTS_AND_VALUES => theme::LOW_SCRUBBER_HEIGHT,
        true => theme::SCRUBBER_HEIGHT,
        false => 0.0,
    };
    let plots_bottom = strip_top - scrubber_height;
    let quantities = if space.height() < theme::LEAST_FOR_TWO_PLOTS {
        &[Quantity::Accuracy]
    } else {
        wanted
    };
    let (naming, names_width) = match space.width() {
        width if width < theme::LEAST_FOR_VALUES_AT_LINES => {
            (Naming::Least, [theme::END_LABEL_LEAST; 2])
        }
        width if width < theme::LEAST_FOR_LONG_NAMES => {
            (Naming::Short, [theme::END_LABEL_NARROW; 2])
        }
        _ => (Naming::Full, theme::END_LABEL_WIDTH),
    };
    let flag_rows = if space.height() < theme::LEAST_FOR_PLOTS_AND_VALUES {
        1
    } else {
        theme::FLAG_ROWS
    };
    let x_spacing = match along {
        // Numbers of epochs are short: in a narrow window they may stand closer.
        XAxis::Epoch if naming == Naming::Least => theme::CLOSE_X_TICK_SPACING,
        XAxis::Epoch => theme::X_TICK_SPACING[0],
        XAxis::Step | XAxis::Time => theme::X_TICK_SPACING[1],
    };
    let sheet = Sheet {
        space: Area {
            left: f64::from(space.left()),
            top: f64::from(space.top()),
            right: f64::from(space.right()),
            bottom: f64::from(plots_bottom - theme::X_AXIS_HEIGHT),
        },
        marks_width: f64::from(theme::Y_AXIS_WIDTH),
        names_width: names_width.map(f64::from),
        names_step: f64::from(theme::END_LABEL_STEP),
        names_gap: f64::from(theme::LABEL_GAP),
        name_height: f64::from(ui.text_style_height(&TextStyle::Small)),
        heights: PanelHeights::Shared,
        title: f64::from(theme::FLAG_ROW_HEIGHT),
        title_inset: f64::from(theme::TITLE_INSET),
        least_plot: f64::from(theme::LEAST_PLOT),
        between: 0.0,
        x_spacing: f64::from(x_spacing),
        y_spacing: f64::from(theme::Y_TICK_SPACING),
        y_margin: f64::from(theme::Y_TICK_MARGIN),
        flags: FlagStyle {
            flagged: Flagged::LookedAt,
            // The lane of the flags is there from the start, so that no flag moves the plots.
            least_rows: flag_rows,
            most_rows: flag_rows,
            row: f64::from(theme::FLAG_ROW_HEIGHT),
            gap: f64::from(theme::FLAG_GAP),
            apart: f64::from(theme::FLAG_COUNT_WIDTH),
        },
        naming,
        best_words: 0,
    };
    WindowSheet {
        sheet,
        lacks: (quantities.len() < wanted.len())
            .then_some("no room for the loss: fold the runs, or make them lower"),
        quantities,
        scrubber: Rect::from_min_max(
            pos2(space.left(), plots_bottom),
            pos2(space.right(), strip_top),
        ),
        strip: Rect::from_min_max(pos2(space.left(), strip_top), space.max),
    }
}

/// The height of the values under the plots, in points. In a low window they have one line of two, and none where even
/// that would take a plot's room.
fn strip_height(space: f32) -> f32 {
    if space < theme::LEAST_FOR_VALUES
        || (theme::LEAST_FOR_TWO_PLOTS..theme::LEAST_FOR_PLOTS_AND_LINE).contains(&space)
    {
        0.0
    } else if (theme::LEAST_FOR_TWO_PLOTS..theme::LEAST_FOR_PLOTS_AND_VALUES).contains(&space) {
        theme::PLOT_LINE_HEIGHT
    } else {
        theme::PLOT_STRIP_HEIGHT
    }
}

/// An area of the layout on the screen.
pub(super) fn on_screen(area: &Area) -> Rect {
    Rect::from_min_max(
        place([area.left, area.top]),
        place([area.right, area.bottom]),
    )
}

/// A place of the layout on the screen.
pub(super) fn place([x, y]: [f64; 2]) -> Pos2 {
    pos2(x as f32, y as f32)
}
