//! Draws one plot: grid, marks on the axes, areas and lines. What lies over them is `overlay.rs`'s.

use super::flags::{self, Mark};
use super::panel::{Curve, Fill, FillKind, Layer, Panel};
use super::scale::Quantity;
use super::subject::{Role, Split, Subject};
use super::ticks::{Tick, y_ticks};
use crate::app::theme;
use eframe::egui::{
    Color32, CursorIcon, Rangef, Rect, Response, Stroke, TextStyle, Ui, UiBuilder, Visuals,
};
use egui_plot::{
    AxisHints, FilledArea, GridMark, HLine, Line, LineStyle, Plot, PlotPoint, PlotTransform,
    PlotUi, VLine,
};

/// A plot that was drawn.
pub(super) struct Drawn {
    pub(super) response: Response,
    pub(super) transform: PlotTransform,
}

/// What all plots share.
pub(super) struct Shared<'a> {
    pub(super) subjects: &'a [Subject<'a>],
    pub(super) marks: &'a [Mark],
    pub(super) x_ticks: &'a [Tick],
}

/// How much of the x axis a plot shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum XMarks {
    /// Lines alone: the plot below names them.
    Lines,
    /// Lines and their names.
    Named,
}

/// Draws a plot into a rectangle.
pub(super) fn draw(
    ui: &mut Ui,
    rect: Rect,
    panel: &Panel,
    shared: &Shared<'_>,
    x_marks: XMarks,
) -> Drawn {
    let visuals = ui.visuals().clone();
    let y_ticks = y_ticks(
        &panel.scale,
        panel.y,
        f64::from(rect.height()),
        f64::from(theme::Y_TICK_SPACING),
        // Half a label must not stand out over a title or the x axis.
        f64::from(theme::Y_TICK_MARGIN),
    );
    let (grid_x, labels_x) = spacer(shared.x_ticks);
    let (grid_y, labels_y) = spacer(&y_ticks);
    let plot = inert(Plot::new(("plot", panel.quantity)))
        .width(rect.width())
        .height(rect.height())
        .custom_x_axes(vec![axis(ui, AxisHints::new_x()).formatter(labels_x)])
        .custom_y_axes(vec![
            axis(ui, AxisHints::new_y())
                .min_thickness(theme::Y_AXIS_WIDTH)
                .formatter(labels_y),
        ])
        .show_axes([x_marks == XMarks::Named, true])
        .x_grid_spacer(grid_x)
        .y_grid_spacer(grid_y)
        .grid_spacing(Rangef::new(0.5, 1.0))
        .grid_fade(0.0)
        .grid_color(theme::plot_grid(&visuals));
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect));
    let shown = plot.show(&mut child, |plot_ui| {
        plot_ui.set_plot_bounds_x(panel.x[0]..=panel.x[1]);
        plot_ui.set_plot_bounds_y(panel.y[0]..=panel.y[1]);
        add_items(plot_ui, panel, shared, &visuals);
    });
    Drawn {
        response: shown.response.on_hover_cursor(CursorIcon::Crosshair),
        transform: shown.transform,
    }
}

/// A plot that does nothing by itself. Zoom is ours: one x through all plots, and new data never
/// move what a person chose; so are the cursor and its values.
fn inert(plot: Plot<'_>) -> Plot<'_> {
    plot.allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_axis_zoom_drag(false)
        .allow_double_click_reset(false)
        .show_x(false)
        .show_y(false)
        .show_crosshair(false)
}

/// An axis whose marks are chosen by their room: all are shown, none is faded.
fn axis(ui: &Ui, hints: AxisHints<'static>) -> AxisHints<'static> {
    hints
        .tick_label_font(TextStyle::Small.resolve(ui.style()))
        .tick_label_color(ui.visuals().weak_text_color())
        .label_spacing(Rangef::new(0.0, 0.1))
}

type Spacer<'a> = (
    Box<dyn Fn(egui_plot::GridInput) -> Vec<GridMark> + 'a>,
    Box<dyn Fn(GridMark, &std::ops::RangeInclusive<f64>) -> String + 'static>,
);

/// The library asks for marks and then for the words of each: both answered from one list.
fn spacer(ticks: &[Tick]) -> Spacer<'_> {
    let words = ticks.to_vec();
    (
        Box::new(move |input| {
            // Wide enough apart that the library's own thinning lets all pass.
            let step_size = 1e3 * input.base_step_size.max(f64::MIN_POSITIVE);
            ticks
                .iter()
                .map(|tick| GridMark {
                    value: tick.at,
                    step_size,
                })
                .collect()
        }),
        Box::new(move |mark, _| {
            words
                .iter()
                .find(|tick| tick.at == mark.value)
                .map_or_else(String::new, |tick| tick.label.clone())
        }),
    )
}

/// Areas first, then the marks' lines, batches, and the lines that are compared.
fn add_items<'a>(
    plot_ui: &mut PlotUi<'a>,
    panel: &'a Panel,
    shared: &'a Shared<'a>,
    visuals: &Visuals,
) {
    let subject = |index: usize| shared.subjects.get(index);
    for fill in &panel.fills {
        if let Some(subject) = subject(fill.subject) {
            plot_ui.add(area(fill, subject));
        }
    }
    if panel.quantity == Quantity::Gap {
        let stroke = Stroke::new(1.0, theme::plot_zero(visuals));
        plot_ui.hline(HLine::new("zero", 0.0).stroke(stroke).allow_hover(false));
    }
    for mark in shared.marks {
        let line = VLine::new("mark", mark.x).stroke(flags::stroke(mark));
        plot_ui.vline(line.style(flags::line_style(mark)).allow_hover(false));
    }
    for batches in &panel.batches {
        let Some(subject) = subject(batches.subject) else {
            continue;
        };
        let curve = &batches.curve;
        let alpha = batch_alpha(curve.raw.len(), panel.columns);
        let behind = if curve.smoothed.is_empty() {
            1.0
        } else {
            theme::BEHIND_ALPHA
        };
        add_line(plot_ui, &curve.raw, batch_style(subject, alpha * behind));
        add_line(
            plot_ui,
            &curve.smoothed,
            batch_style(subject, theme::BATCH_ALPHA),
        );
    }
    for curve in &panel.curves {
        if let Some(subject) = subject(curve.subject) {
            add_line(plot_ui, &curve.points, style(curve, subject));
        }
    }
}

fn area(fill: &Fill, subject: &Subject<'_>) -> FilledArea {
    let alpha = match fill.kind {
        FillKind::Gap => theme::GAP_ALPHA,
        FillKind::Error => theme::ERROR_BAND_ALPHA,
    };
    let color = theme::faint(subject.color, alpha * presence(subject));
    FilledArea::new("area", &fill.xs, &fill.low, &fill.high)
        .fill_color(color)
        .allow_hover(false)
}

/// How a line is drawn.
struct Style {
    stroke: Stroke,
    line: LineStyle,
}

/// How strongly a subject is drawn.
pub(super) fn presence(subject: &Subject<'_>) -> f32 {
    match (subject.faded, subject.highlighted, subject.role) {
        (true, ..) => theme::FADED_ALPHA,
        (false, true, _) => 1.0,
        (false, false, Role::Ghost | Role::Elsewhere) => theme::GHOST_ALPHA,
        (false, false, Role::Shown | Role::Chosen) => 1.0,
    }
}

/// Few points are a thin line, many an area: the more of the columns they fill, the fainter.
fn batch_alpha(points: usize, columns: usize) -> f32 {
    let filled = (points as f32 / (2 * columns.max(1)) as f32).min(1.0);
    theme::BATCH_ALPHA + filled * (theme::DENSE_BATCH_ALPHA - theme::BATCH_ALPHA)
}

fn batch_style(subject: &Subject<'_>, alpha: f32) -> Style {
    let alpha = presence(subject) * alpha;
    Style {
        stroke: Stroke::new(theme::BATCH_WIDTH, theme::faint(subject.color, alpha)),
        line: LineStyle::Solid,
    }
}

fn style(curve: &Curve, subject: &Subject<'_>) -> Style {
    let more = if subject.highlighted {
        theme::HIGHLIGHT_WIDTH
    } else {
        0.0
    };
    let alpha = match curve.layer {
        Layer::Main => presence(subject),
        Layer::Behind => presence(subject) * theme::BEHIND_ALPHA,
    };
    let (width, line) = match (curve.split, curve.layer) {
        (_, Layer::Behind) => (theme::BATCH_WIDTH, LineStyle::Solid),
        (Split::Validation, Layer::Main) => (theme::VALIDATION_WIDTH + more, LineStyle::Solid),
        (Split::Training, Layer::Main) => (
            theme::TRAINING_WIDTH + more,
            LineStyle::Dashed {
                length: theme::DASH_LENGTH,
            },
        ),
        (Split::Learned | Split::Batches, Layer::Main) => (
            theme::DOT_LINE_RADIUS,
            LineStyle::Dotted {
                spacing: theme::DOT_LINE_SPACING,
            },
        ),
    };
    Style {
        stroke: Stroke::new(width, theme::faint(subject.color, alpha)),
        line,
    }
}

/// A line, broken where it isn't finite.
fn add_line<'a>(plot_ui: &mut PlotUi<'a>, points: &'a [PlotPoint], style: Style) {
    if style.stroke.color == Color32::TRANSPARENT {
        return;
    }
    for stretch in points.split(|point| !(point.x.is_finite() && point.y.is_finite())) {
        plot_ui.line(
            Line::new("line", stretch)
                .stroke(style.stroke)
                .style(style.line)
                // Thinned already, and the library's bands blur what they join.
                .allow_band(false)
                .allow_hover(false),
        );
    }
}
