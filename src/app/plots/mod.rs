//! The plots: accuracy, loss and the gap over one x, their values in a strip under them.
//!
//! Hue says which run, stroke which images: validation is solid, clean training dashed, batches
//! as seen are faint. What is drawn where is [`crate::lab::plot`]'s, the layout that exports have,
//! too. One idea a file:
//!
//! - `state` is what is remembered; `shown` says which curves there are, and `sheet` how large
//!   things are in the window;
//! - `draw` draws curves with egui_plot, in the strokes of `stroke`, and `meshes` keeps them as triangles;
//!   `overlay` writes beside them;
//! - `scrubbed` is the run whose epochs the scrubber moves along;
//! - `zoom` takes in the pointer and the keys, `toolbar` and `strip` stand over and under the plots.

mod draw;
mod meshes;
mod overlay;
mod scrubbed;
mod sheet;
mod shown;
mod state;
mod strip;
mod stroke;
mod toolbar;
mod zoom;

pub use crate::lab::plot::Role as PlotRole;
#[cfg(test)]
pub(in crate::app) use crate::lab::plot::testing;
pub use scrubbed::Scrubbed;
pub use state::PlotsState;

use super::action::{Action, ExportKind};
use super::panels::export::{Exportable, export_entries};
use super::spine::Spine;
use super::theme;
use crate::lab::Run;
use crate::lab::curves::OpenedRun;
use crate::lab::plot::{Curves, Layout, Look, Panel, Quantity, Reach, Request, lay_out, whole_x};
use crate::lab::sweep::GroupCurve;
use crate::lab::verdict::Mark;
use draw::Drawn;
use eframe::egui::{Color32, Rect, Role, TextStyle, Ui, UiBuilder, WidgetInfo};
use overlay::Overlay;
use sheet::{WindowSheet, window_sheet};
use std::cell::RefCell;
use strip::Strip;
use toolbar::ToolbarView;

/// A run to be drawn.
#[derive(Clone, Copy, Debug)]
pub struct PlotRun<'a> {
    /// The run.
    pub run: &'a Run,
    /// The colour that it is known by.
    pub color: Color32,
    /// What it is in the picture.
    pub role: PlotRole,
    /// The pointer is on the row or a line of this run.
    pub highlighted: bool,
}

/// The mean of several runs to be drawn.
#[derive(Clone, Copy, Debug)]
pub struct PlotGroup<'a> {
    /// The mean.
    pub curve: &'a GroupCurve<'a>,
    /// The colour that it is known by.
    pub color: Color32,
    /// What it is in the picture.
    pub role: PlotRole,
    /// The pointer is on the row or the line of the group.
    pub highlighted: bool,
}

/// A run to be drawn that was opened from a file.
#[derive(Clone, Copy, Debug)]
pub struct PlotOpened<'a> {
    /// The run.
    pub run: &'a OpenedRun,
    /// The colour that it is known by.
    pub color: Color32,
    /// What it is in the picture.
    pub role: PlotRole,
    /// The pointer is on the row or a line of this run.
    pub highlighted: bool,
}

/// What the plots show.
#[derive(Clone, Copy, Debug)]
pub struct PlotsView<'a> {
    /// The runs to be drawn.
    pub runs: &'a [PlotRun<'a>],
    /// The groups whose means are drawn.
    pub groups: &'a [PlotGroup<'a>],
    /// The runs to be drawn that were opened from files.
    pub opened: &'a [PlotOpened<'a>],
    /// Stretches of epochs to be marked on the chosen run's loss.
    pub marks: &'a [Mark],
    /// What the scrubber moves along.
    pub scrubbed: Option<Scrubbed<'a>>,
    /// Whether a row under the plots is left free for the scrubber.
    pub has_scrubber: bool,
    /// Whether the row of choices over the plots is left out.
    pub is_plain: bool,
}

/// Draws the plots, their toolbar and their values into the space that is left, and gives the row for the
/// scrubber where one is wanted.
pub fn plots_ui(
    ui: &mut Ui,
    state: &mut PlotsState,
    view: &PlotsView<'_>,
    actions: &mut Vec<Action>,
) -> Option<Spine> {
    // A row that finds no room in a narrow window makes the space wider than what is in sight.
    let in_sight = ui.max_rect();
    let window = ui.ctx().content_rect();
    let toolbar = ToolbarView {
        gap_fits: window.height() >= theme::GAP_PLOT_FROM_HEIGHT,
        has_epochs: view.runs.iter().any(|run| !run.run.epochs.is_empty()),
        of_file: view.opened.first().map(|opened| opened.run.name.as_str()),
    };
    if !view.is_plain {
        toolbar::toolbar_ui(ui, state, &toolbar, actions);
    }
    let wanted = if toolbar.gap_fits && state.gap_plot {
        Quantity::ALL.as_slice()
    } else {
        &Quantity::WITHOUT_GAP
    };
    let space = ui.available_rect_before_wrap().intersect(in_sight);
    ui.advance_cursor_after_rect(space);

    let along = state.x_axis();
    let curves = shown::curves(view, along);
    let whole_x = whole_x(&curves);
    let mut sheet = window_sheet(ui, space, wanted, along, view.has_scrubber);
    state.keep_names_width(&curves, &mut sheet.sheet);
    let layout = layout(ui, state, &curves, whole_x, &sheet);
    state.note_names_width(&layout, &sheet.sheet);
    let meshes = RefCell::new(std::mem::take(&mut state.meshes));
    meshes.borrow_mut().begin_frame();
    let drawn: Vec<Drawn> = layout
        .plots
        .iter()
        .map(|plot| draw::draw(ui, plot, &layout, &curves, &meshes))
        .collect();
    state.meshes = meshes.into_inner();
    let pointed = zoom::react(ui, state, &layout, &drawn, &curves, whole_x, actions);
    // Without a pointer the values are those of the epoch that was picked.
    let scrubbed = view.scrubbed;
    let at = pointed.or_else(|| scrubbed.and_then(|scrubbed| scrubbed.picked_x(&curves)));
    let strip = strip::strip(&curves, at, along);
    // Where the values are those of the last epoch, no line need say where that is.
    let cursor = at.and(strip.x);
    let overlay = Overlay::new(ui, &curves, &layout);
    for (plot, drawn) in layout.plots.iter().zip(&drawn) {
        drawn.response.context_menu(|ui| {
            toolbar::batches_ui(ui, state);
            if !view.groups.is_empty() {
                ui.separator();
                toolbar::spread_ui(ui, state);
                ui.separator();
            }
            if toolbar::whole_view_ui(ui, state) {
                ui.close();
            }
            ui.separator();
            let of = match toolbar.has_epochs {
                true => Exportable::Run,
                false => Exportable::Nothing,
            };
            export_entries(ui, &[ExportKind::Curves], of, actions);
        });
        overlay.plot(plot, drawn, cursor);
        if let Some(zoom_box) = zoom::box_in(ui, state, plot, drawn) {
            overlay.zoom_box(zoom_box);
        }
        describe(drawn, &plot.panel, &strip);
    }
    if let Some(loss) = layout
        .plots
        .iter()
        .find(|plot| plot.panel.quantity == Quantity::Loss)
    {
        overlay.marks(loss, view.marks);
    }
    overlay.flags();
    overlay.x_axis(along);
    if let Some(lacks) = sheet.lacks {
        overlay.lacks(lacks);
    }
    if let (Some(first), Some(sentence)) = (drawn.first(), empty_sentence(view, &curves)) {
        overlay.sentence(first.frame, sentence);
    }
    values_ui(ui, sheet.strip, &strip);
    scrubbed.map(|scrubbed| Spine::new(sheet.scrubber, &layout, scrubbed.curves(&curves)))
}

/// Lays the plots out as they are looked at.
fn layout(
    ui: &Ui,
    state: &mut PlotsState,
    curves: &[Curves<'_>],
    whole_x: [f64; 2],
    sheet: &WindowSheet,
) -> Layout {
    let font = TextStyle::Small.resolve(ui.style());
    let measure = |text: &str| {
        let painter = ui.painter();
        let galley = painter.layout_no_wrap(text.into(), font.clone(), Color32::PLACEHOLDER);
        f64::from(galley.size().x)
    };
    let held = state.zoom.clone();
    let request = Request {
        curves,
        quantities: sheet.quantities,
        along: state.x_axis(),
        look: Look {
            view: state.y_view(),
            smoothing: state.smoothing(),
            x: held.x().unwrap_or(whole_x),
            columns: columns(ui, &sheet.sheet.space),
            reach: Reach::Compared,
            batches: state.batches,
        },
        held: &|quantity| held.y(quantity),
        sheet: &sheet.sheet,
        measure: &measure,
    };
    state.cache.begin_frame();
    lay_out(&request, &mut state.cache)
}

/// Columns of pixels across the plots, as wide as they are with the least names beside them.
fn columns(ui: &Ui, space: &crate::lab::plot::Area) -> usize {
    let beside = theme::Y_AXIS_WIDTH + theme::END_LABEL_WIDTH[0];
    let width = (space.width() as f32 - beside) * ui.pixels_per_point();
    width.round().max(1.0) as usize
}

/// Draws the values under the plots.
fn values_ui(ui: &mut Ui, at: Rect, strip: &Strip) {
    ui.scope_builder(UiBuilder::new().id_salt("values").max_rect(at), |ui| {
        ui.set_clip_rect(at.intersect(ui.clip_rect()));
        strip::strip_ui(ui, strip);
    });
}

/// Says what a plot shows to those who can't see it.
fn describe(drawn: &Drawn, panel: &Panel, strip: &Strip) {
    drawn.response.widget_info(|| {
        let name = match panel.quantity {
            Quantity::Accuracy => "Accuracy plot",
            Quantity::Loss => "Loss plot",
            Quantity::Gap => "Gap plot",
        };
        let text = if strip.x.is_some() {
            format!("{name}. {}", strip.sentence())
        } else {
            format!("{name}, empty")
        };
        WidgetInfo::labeled(Role::Figure, true, text)
    });
}

/// What to say where nothing is drawn.
fn empty_sentence(view: &PlotsView<'_>, curves: &[Curves<'_>]) -> Option<&'static str> {
    let anything = curves.iter().any(|curves| {
        !curves.points.is_empty() || curves.run.is_some_and(|run| !run.batches.is_empty())
    });
    let any_active = view.runs.iter().any(|run| run.run.state.is_active());
    let is_empty = view.runs.is_empty() && view.opened.is_empty();
    match (anything, is_empty, any_active) {
        (true, ..) => None,
        (false, true, _) => Some("Press Train: the first epoch takes seconds"),
        (false, false, true) => Some("The first epoch takes seconds"),
        (false, false, false) => Some("This run has no epoch"),
    }
}

#[cfg(test)]
mod ui_tests;
