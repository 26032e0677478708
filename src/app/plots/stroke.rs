//! How curves look on the screen: hue says which run, stroke which images.

use crate::app::theme;
use crate::lab::plot::{BandKind, BatchCurve, Curves, FlagKind, Layer, Line, Role, Split};
use eframe::egui::{Color32, Stroke, Visuals};
use egui_plot::LineStyle;

/// A stroke and how it goes on.
#[derive(Clone, Copy)]
pub(super) struct Stroked {
    pub(super) stroke: Stroke,
    pub(super) style: LineStyle,
}

/// The colour that curves are known by.
pub(super) fn color(curves: &Curves<'_>) -> Color32 {
    let [red, green, blue] = curves.color;
    Color32::from_rgb(red, green, blue)
}

/// How strongly curves are drawn.
pub(super) fn presence(curves: &Curves<'_>) -> f32 {
    let emphasis = &curves.emphasis;
    match (emphasis.faded, emphasis.highlighted, emphasis.role) {
        (true, ..) => theme::FADED_ALPHA,
        (false, true, _) => 1.0,
        (false, false, Role::Ghost | Role::Member) => theme::GHOST_ALPHA,
        (false, false, Role::Shown | Role::Chosen) => 1.0,
    }
}

/// The colour of words about curves: faint curves, and those of a colour with little contrast, still have words that
/// can be read.
pub(super) fn text_color(curves: &Curves<'_>, split: Split, visuals: &Visuals) -> Color32 {
    let alpha = match split {
        Split::Batches => theme::LEAST_TEXT_ALPHA,
        _ => presence(curves).max(theme::LEAST_TEXT_ALPHA),
    };
    theme::readable(theme::faint(color(curves), alpha), visuals)
}

/// The fill of an area.
pub(super) fn area(kind: BandKind, curves: &Curves<'_>) -> Color32 {
    let alpha = match kind {
        BandKind::Gap => theme::GAP_ALPHA,
        BandKind::Error | BandKind::Spread => theme::ERROR_BAND_ALPHA,
    };
    theme::faint(color(curves), alpha * presence(curves))
}

/// The line of batches as seen. Few points are a thin line, many an area: the more of the columns
/// they fill, the fainter, and fainter still behind their smoothed line.
pub(super) fn batches(curves: &Curves<'_>, curve: &BatchCurve, columns: usize) -> Stroked {
    let filled = (curve.raw.len() as f32 / (2 * columns.max(1)) as f32).min(1.0);
    let alpha = theme::BATCH_ALPHA + filled * (theme::DENSE_BATCH_ALPHA - theme::BATCH_ALPHA);
    let behind = if curve.smoothed.is_empty() {
        1.0
    } else {
        theme::BEHIND_ALPHA
    };
    thin(curves, alpha * behind)
}

/// The smoothed line of batches as seen.
pub(super) fn smoothed_batches(curves: &Curves<'_>) -> Stroked {
    thin(curves, theme::BATCH_ALPHA)
}

fn thin(curves: &Curves<'_>, alpha: f32) -> Stroked {
    let color = theme::faint(color(curves), presence(curves) * alpha);
    Stroked {
        stroke: Stroke::new(theme::BATCH_WIDTH, color),
        style: LineStyle::Solid,
    }
}

/// A line that was measured after each epoch.
pub(super) fn line(line: &Line, curves: &Curves<'_>) -> Stroked {
    if line.layer == Layer::Behind {
        return thin(curves, theme::BEHIND_ALPHA);
    }
    let more = if curves.emphasis.highlighted {
        theme::HIGHLIGHT_WIDTH
    } else {
        0.0
    };
    let (width, style) = match line.split {
        Split::Validation if curves.emphasis.role == Role::Member => {
            (theme::BATCH_WIDTH + more, LineStyle::Solid)
        }
        Split::Validation => (theme::VALIDATION_WIDTH + more, LineStyle::Solid),
        Split::Training => (
            theme::TRAINING_WIDTH + more,
            LineStyle::Dashed {
                length: theme::DASH_LENGTH,
            },
        ),
        Split::Learned | Split::Batches => (
            theme::DOT_LINE_RADIUS,
            LineStyle::Dotted {
                spacing: theme::DOT_LINE_SPACING,
            },
        ),
    };
    let color = theme::faint(color(curves), presence(curves));
    Stroked {
        stroke: Stroke::new(width, color),
        style,
    }
}

/// The colour of a flag: the best epoch has the colour of its run, a change that of text.
pub(super) fn flag_color(kind: FlagKind, curves: &Curves<'_>, visuals: &Visuals) -> Color32 {
    match kind {
        FlagKind::Best => color(curves),
        FlagKind::Change => visuals.text_color(),
        FlagKind::Planned => theme::faint(visuals.text_color(), theme::PLANNED_ALPHA),
    }
}

/// The line of a flag.
pub(super) fn flag(kind: FlagKind, curves: &Curves<'_>, visuals: &Visuals) -> Stroke {
    let alpha = match kind {
        FlagKind::Best => theme::BEST_LINE_ALPHA,
        FlagKind::Change | FlagKind::Planned => theme::FLAG_LINE_ALPHA,
    };
    let color = flag_color(kind, curves, visuals);
    Stroke::new(1.0, theme::faint(color, alpha))
}

/// Changes are dashed, so that they aren't taken for the cursor or the grid.
pub(super) fn flag_style(kind: FlagKind) -> LineStyle {
    match kind {
        FlagKind::Best => LineStyle::Solid,
        FlagKind::Change | FlagKind::Planned => LineStyle::Dashed {
            length: theme::DASH_LENGTH,
        },
    }
}
