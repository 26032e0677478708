//! Draws one plot with egui_plot: grid, areas, flags' lines and curves. egui_plot also zooms and
//! says which line the pointer is on. What is written beside and over the curves is `overlay`'s.

use super::meshes::{KeptLine, LineId, Meshes, PiledLines};
use super::sheet::on_screen;
use super::stroke::{self, Stroked};
use crate::app::theme;
use crate::lab::plot::{Band, Curves, Layer, Layout, Line, Panel, Plot, Point, Quantity};
use eframe::egui::{Color32, Rect, Response, Stroke, Ui, UiBuilder, Visuals};
use egui_plot::{
    FilledArea, HLine, ItemId, LineStyle, PlotBounds, PlotPoint, PlotPoints, PlotUi, VLine,
};
use std::cell::RefCell;

/// A plot that was drawn.
pub(super) struct Drawn {
    pub(super) response: Response,
    /// The picture on the screen.
    pub(super) frame: Rect,
    /// What it shows, after the wheel.
    pub(super) shown: PlotBounds,
    /// The index of the curves whose line the pointer is on.
    pub(super) hovered: Option<usize>,
}

/// Draws a plot at its place.
pub(super) fn draw(
    ui: &mut Ui,
    plot: &Plot,
    layout: &Layout,
    curves: &[Curves<'_>],
    meshes: &RefCell<Meshes>,
) -> Drawn {
    let frame = on_screen(&plot.area);
    let panel = &plot.panel;
    let asked = PlotBounds::from_min_max([panel.x[0], panel.y[0]], [panel.x[1], panel.y[1]]);
    let visuals = ui.visuals().clone();
    let mut child = ui.new_child(UiBuilder::new().max_rect(frame));
    let drawn = egui_plot::Plot::new(("plot", panel.quantity))
        .width(frame.width())
        .height(frame.height())
        // Marks and their words have their places in the layout.
        .show_axes(false)
        .show_grid(false)
        // The wheel zooms, and new data never move what a person chose. The box is `zoom`'s: the
        // box of egui_plot begins where the pointer is when a drag is noticed, and a window that
        // draws ten times a second notices it far from where the button was pressed.
        .allow_boxed_zoom(false)
        .allow_drag(false)
        .allow_scroll(false)
        .allow_double_click_reset(false)
        // The pointer finds lines, and its values stand in a strip under the plots.
        .show_crosshair(false)
        .show(&mut child, |plot_ui| {
            plot_ui.set_plot_bounds(asked);
            add_items(plot_ui, plot, layout, curves, &visuals);
            add_lines(plot_ui, panel, curves, meshes);
        });
    let painter = child
        .painter()
        .with_clip_rect(around(frame).intersect(child.clip_rect()));
    painter.extend(meshes.borrow_mut().take_hovered());
    let is_hovered = |of: &usize| drawn.hovered_plot_item == Some(ItemId::new(of));
    Drawn {
        hovered: (0..curves.len()).find(is_hovered),
        shown: *drawn.transform.bounds(),
        response: drawn.response,
        frame,
    }
}

/// The picture of a plot with what may stand over its edge: a dot there shall be whole.
pub(super) fn around(frame: Rect) -> Rect {
    frame.expand(theme::BEST_DOT + 1.0)
}

/// Areas first, then the lines of marks and flags, batches, and the lines that are compared.
fn add_items(
    plot_ui: &mut PlotUi<'_>,
    plot: &Plot,
    layout: &Layout,
    curves: &[Curves<'_>],
    visuals: &Visuals,
) {
    let panel = &plot.panel;
    let grid = Stroke::new(1.0, theme::plot_grid(visuals));
    for tick in &layout.x_ticks {
        plot_ui.vline(VLine::new("grid", tick.figure).stroke(grid));
    }
    for tick in &plot.y_ticks {
        plot_ui.hline(HLine::new("grid", tick.figure).stroke(grid));
    }
    for band in &panel.bands {
        if let Some(curves) = curves.get(band.of) {
            plot_ui.add(area(band, curves));
        }
    }
    if panel.quantity == Quantity::Gap {
        let stroke = Stroke::new(1.0, theme::plot_zero(visuals));
        plot_ui.hline(HLine::new("zero", 0.0).stroke(stroke));
    }
    for flag in &layout.flags.flags {
        let Some(curves) = curves.get(flag.of) else {
            continue;
        };
        let line = VLine::new("flag", flag.x).stroke(stroke::flag(flag.kind, curves, visuals));
        plot_ui.vline(line.style(stroke::flag_style(flag.kind)));
    }
    for batches in &panel.batches {
        let Some(curves) = curves.get(batches.of) else {
            continue;
        };
        let curve = &batches.curve;
        let raw = stroke::batches(curves, curve, panel.columns);
        add_line(plot_ui, &curve.raw, raw, None);
        let smoothed = stroke::smoothed_batches(curves);
        add_line(plot_ui, &curve.smoothed, smoothed, None);
    }
}

/// The lines that were measured after each epoch, above all else.
fn add_lines<'a>(
    plot_ui: &mut PlotUi<'a>,
    panel: &Panel,
    curves: &[Curves<'_>],
    meshes: &'a RefCell<Meshes>,
) {
    let mut piles = 0;
    for line in &panel.lines {
        let Some(curves) = curves.get(line.of) else {
            continue;
        };
        let stroked = stroke::line(line, curves);
        if stroked.stroke.color == Color32::TRANSPARENT {
            continue;
        }
        let is_dotted = matches!(stroked.style, LineStyle::Dotted { .. });
        for (number, stretch) in stretches(&line.points).enumerate() {
            if stretch.is_empty() {
                continue;
            }
            // A line of dots is made of circles, and so is the only point of a line.
            if is_dotted || stretch.len() == 1 {
                plot_ui.add(PiledLines::new((panel.quantity, piles), meshes));
                piles += 1;
                plot_ui.line(one_line(stretch, stroked, target(line)));
                continue;
            }
            let id = LineId {
                of: curves.id().clone(),
                quantity: panel.quantity,
                split: line.split,
                layer: line.layer,
                stretch: number,
            };
            let points = stretch.iter().map(|point| PlotPoint::new(point.x, point.y));
            let white = Stroked {
                stroke: Stroke::new(stroked.stroke.width, Color32::WHITE),
                ..stroked
            };
            let strokes = (stroked.stroke.width, stroked.style, stroked.stroke.color);
            let drawn = one_line(stretch, white, target(line));
            plot_ui.add(KeptLine::new(id, points.collect(), strokes, drawn, meshes));
        }
    }
    plot_ui.add(PiledLines::new((panel.quantity, piles), meshes));
}

/// The index of its curves, where the pointer can be on this line.
fn target(line: &Line) -> Option<usize> {
    (line.layer == Layer::Main).then_some(line.of)
}

fn area(band: &Band, curves: &Curves<'_>) -> FilledArea {
    FilledArea::new("area", &band.xs, &band.low, &band.high)
        .fill_color(stroke::area(band.kind, curves))
        .allow_hover(false)
}

/// A line, broken where it isn't finite.
fn add_line(plot_ui: &mut PlotUi<'_>, points: &[Point], stroked: Stroked, target: Option<usize>) {
    if stroked.stroke.color == Color32::TRANSPARENT {
        return;
    }
    for stretch in stretches(points) {
        plot_ui.line(one_line(stretch, stroked, target));
    }
}

/// The parts of a line between the points that aren't finite.
fn stretches(points: &[Point]) -> impl Iterator<Item = &[Point]> {
    points.split(|point| !point.is_finite())
}

fn one_line(
    stretch: &[Point],
    stroked: Stroked,
    target: Option<usize>,
) -> egui_plot::Line<'static> {
    let points: PlotPoints<'static> = stretch.iter().map(|point| [point.x, point.y]).collect();
    let line = egui_plot::Line::new("line", points)
        .stroke(stroked.stroke)
        .style(stroked.style)
        // Batches are thinned already, and egui_plot's bands blur what they join.
        .allow_band(false);
    match target {
        Some(of) => line.id(of),
        None => line.allow_hover(false),
    }
}
