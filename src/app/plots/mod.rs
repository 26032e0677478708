//! The plots: accuracy, loss and the gap over one x, their values in a strip under them.
//!
//! Hue says which run, stroke which images: validation is solid, clean training dashed, batches
//! as seen are faint. Pure parts first, drawing last, one idea a file:
//!
//! - `state` is what is remembered; `subject` brings runs and curves from elsewhere into one form;
//! - `x_axis`, `scale`, `range` and `ticks` are the axes; `smooth` and `thin` the points;
//! - `panel` is what one plot holds, `batches` its thinned batch curves, kept between frames;
//! - `flags`, `labels` and `ends` place words; `draw` and `overlay` put all on the screen;
//! - `gestures` takes in the pointer, `toolbar` and `strip` stand over and under the plots.

mod batches;
mod draw;
mod ends;
mod flags;
mod gestures;
mod labels;
mod layout;
mod overlay;
mod panel;
mod range;
mod scale;
mod smooth;
mod state;
mod strip;
mod subject;
#[cfg(test)]
pub(in crate::app) mod testing;
mod thin;
mod ticks;
mod toolbar;
mod x_axis;

#[cfg(test)]
use state::YView;
pub use state::{PlotsState, XAxis};

use super::action::{Action, ExportKind};
use super::panels::export::export_entries;
use super::theme;
use crate::lab::Run;
use crate::lab::verdict::CurvePoint;
use draw::{Drawn, Shared, XMarks};
use eframe::egui::{Align2, Color32, Pos2, Rect, Role, TextStyle, Ui, UiBuilder, WidgetInfo};
use flags::FlagBand;
use layout::Layout;
use overlay::Overlay;
use panel::{Look, Panel};
use scale::Quantity;
use strip::Strip;
use subject::Subject;
use toolbar::ToolbarView;

/// A run to be drawn.
#[derive(Clone, Copy, Debug)]
pub struct PlotRun<'a> {
    /// The run.
    pub run: &'a Run,
    /// Its colour.
    pub color: Color32,
    /// Everything follows it.
    pub chosen: bool,
    /// It is the run before, drawn faint.
    pub ghost: bool,
    /// The pointer is on its row or its line.
    pub highlighted: bool,
}

/// What the plots show.
#[derive(Clone, Copy, Debug)]
pub struct PlotsView<'a> {
    /// The runs to be drawn.
    pub runs: &'a [PlotRun<'a>],
    /// The epoch of the chosen run whose weights the tabs show, where it was picked by hand.
    pub picked_epoch: Option<usize>,
    /// A curve from elsewhere and its name.
    pub curves_from_elsewhere: Option<(&'a str, &'a [CurvePoint])>,
}

/// Draws the plots, their toolbar and their values into the space that is left.
pub fn plots_ui(
    ui: &mut Ui,
    state: &mut PlotsState,
    view: &PlotsView<'_>,
    actions: &mut Vec<Action>,
) {
    let window = ui.ctx().content_rect();
    let toolbar = ToolbarView {
        gap_fits: window.height() >= theme::GAP_PLOT_FROM_HEIGHT,
        has_epochs: view.runs.iter().any(|run| !run.run.epochs.is_empty()),
        elsewhere: view.curves_from_elsewhere.map(|(name, _)| name),
    };
    toolbar::toolbar_ui(ui, state, &toolbar, actions);
    let wanted = if toolbar.gap_fits && state.gap_plot {
        Quantity::ALL.as_slice()
    } else {
        &Quantity::WITHOUT_GAP
    };
    let space = ui.available_rect_before_wrap();
    ui.advance_cursor_after_rect(space);

    let grey = theme::ghost(ui.visuals());
    let subjects = subject::subjects(view, state.x_axis(), grey);
    let scene = Scene::new(ui, state, &subjects, space, wanted);
    let plots = scene.draw(ui, state);
    let pointed = gestures::react(ui, state, &plots, &subjects, scene.follow_x, actions);
    // Without a pointer the values are those of the epoch that was picked.
    let at = pointed.or_else(|| picked_x(view, &subjects));
    let strip = strip::strip(&subjects, at, state.x_axis());
    let overlay = Overlay {
        subjects: &subjects,
        // Of the last values no line need say where they are.
        cursor: at.and(strip.x),
        drag: state.drag,
        naming: scene.layout.naming(),
    };
    for (index, (panel, drawn)) in plots.iter().enumerate() {
        drawn.response.context_menu(|ui| {
            export_entries(ui, &[ExportKind::Curves], toolbar.has_epochs, actions);
        });
        overlay::title(ui, scene.layout.title(index), panel);
        overlay::paint(ui, panel, drawn, overlay);
        describe(drawn, panel, &strip);
    }
    if let Some((_, drawn)) = plots.first() {
        let x_of = |x| drawn.transform.position_from_point_x(x);
        scene.band.paint(ui, scene.layout.band(), x_of);
        if let Some(sentence) = empty_sentence(view, &subjects) {
            overlay::empty_sentence(ui, *drawn.transform.frame(), sentence);
        }
    }
    x_axis_name(ui, state.x_axis(), scene.layout.x_axis_name());
    let values = scene.layout.strip();
    ui.scope_builder(UiBuilder::new().id_salt("values").max_rect(values), |ui| {
        ui.set_clip_rect(values.intersect(ui.clip_rect()));
        strip::strip_ui(ui, &strip);
    });
}

/// Where the picked epoch of the chosen run lies.
fn picked_x(view: &PlotsView<'_>, subjects: &[Subject<'_>]) -> Option<f64> {
    let epoch = view.picked_epoch?;
    let chosen = view.runs.iter().find(|run| run.chosen)?;
    let subject = subjects
        .iter()
        .find(|subject| subject.id() == Some(&chosen.run.id))?;
    let point = subject.points.iter().find(|point| point.epoch == epoch)?;
    Some(point.x)
}

/// What all plots of a frame share.
struct Scene<'a> {
    subjects: &'a [Subject<'a>],
    look: Look,
    /// The whole x axis.
    follow_x: [f64; 2],
    band: FlagBand,
    layout: Layout,
}

impl<'a> Scene<'a> {
    fn new(
        ui: &Ui,
        state: &PlotsState,
        subjects: &'a [Subject<'a>],
        space: Rect,
        wanted: &'static [Quantity],
    ) -> Self {
        let follow_x = follow_x(subjects);
        let ends = Layout::ends(space);
        let columns = (ends[1] - ends[0]) * ui.pixels_per_point();
        let look = Look {
            view: state.y_view(),
            smoothing: state.smoothing(),
            x: state.zoom.x().unwrap_or(follow_x),
            columns: columns.round().max(1.0) as usize,
        };
        let marks = flags::marks(subjects, look.x, ui.visuals().text_color());
        let band = FlagBand::new(ui, marks, look.x, ends);
        let layout = Layout::new(space, band.height(), wanted);
        Self {
            subjects,
            look,
            follow_x,
            band,
            layout,
        }
    }

    /// Makes the plots and draws them.
    fn draw(&self, ui: &mut Ui, state: &mut PlotsState) -> Vec<(Panel, Drawn)> {
        let ends = self.layout.picture_ends();
        let x_ticks = x_ticks(state.x_axis(), self.look.x, ends);
        let shared = Shared {
            subjects: self.subjects,
            marks: self.band.marks(),
            x_ticks: &x_ticks,
        };
        state.cache.begin_frame();
        let quantities = self.layout.quantities();
        let mut plots = Vec::with_capacity(quantities.len());
        for (index, quantity) in quantities.iter().enumerate() {
            let held = state.zoom.y(*quantity);
            let panel = panel::panel(*quantity, self.subjects, &self.look, held, &mut state.cache);
            let x_marks = if index + 1 == quantities.len() {
                XMarks::Named
            } else {
                XMarks::Lines
            };
            let drawn = draw::draw(ui, self.layout.plot(index), &panel, &shared, x_marks);
            plots.push((panel, drawn));
        }
        plots
    }
}

/// The whole x axis: as far as the longest run needs.
fn follow_x(subjects: &[Subject<'_>]) -> [f64; 2] {
    let ends = subjects.iter().map(|subject| match subject.run {
        Some(run) => x_axis::end(run, &subject.map),
        None => subject.points.last().map_or(0.0, |point| point.x),
    });
    let end = ends.filter(|end| end.is_finite()).fold(0.0, f64::max);
    let end = if end > 0.0 { end } else { EMPTY_END };
    // A little room, that the last dot is whole.
    [-0.004 * end, end * 1.008]
}

/// The last epoch of axes that have nothing to show.
const EMPTY_END: f64 = 10.0;

fn x_ticks(axis: XAxis, range: [f64; 2], frame: [f32; 2]) -> Vec<ticks::Tick> {
    let spacing = match axis {
        XAxis::Epoch => theme::X_TICK_SPACING[0],
        XAxis::Step | XAxis::Time => theme::X_TICK_SPACING[1],
    };
    let length = f64::from(frame[1] - frame[0]);
    ticks::x_ticks(axis, range, length, f64::from(spacing))
}

/// What the marks of the x axis count, left of them.
fn x_axis_name(ui: &Ui, axis: XAxis, at: Pos2) {
    let name = match axis {
        XAxis::Epoch => "epoch",
        XAxis::Step => "step",
        XAxis::Time => "time",
    };
    ui.painter().text(
        at,
        Align2::LEFT_TOP,
        name,
        TextStyle::Small.resolve(ui.style()),
        ui.visuals().weak_text_color(),
    );
}

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
fn empty_sentence(view: &PlotsView<'_>, subjects: &[Subject<'_>]) -> Option<&'static str> {
    let anything = subjects.iter().any(|subject| {
        !subject.points.is_empty() || subject.run.is_some_and(|run| !run.batches.is_empty())
    });
    let any_active = view.runs.iter().any(|run| run.run.state.is_active());
    match (anything, view.runs.is_empty(), any_active) {
        (true, ..) => None,
        (false, true, _) => Some("Press Train: the first epoch takes seconds"),
        (false, false, true) => Some("The first epoch takes seconds"),
        (false, false, false) => Some("This run has no epoch"),
    }
}

#[cfg(test)]
mod ui_tests;
