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
mod overlay;
mod panel;
mod range;
mod scale;
mod smooth;
mod state;
mod strip;
mod subject;
#[cfg(test)]
mod testing;
mod thin;
mod ticks;
mod toolbar;
mod x_axis;

pub use state::{PlotsState, XAxis, YView, Zoom};

use super::action::Action;
use super::theme;
use crate::lab::Run;
use crate::lab::verdict::CurvePoint;
use draw::{Drawn, Shared};
use eframe::egui::{Align2, Color32, Pos2, Rect, Role, TextStyle, Ui, UiBuilder, WidgetInfo, pos2};
use flags::FlagBand;
use panel::{Look, Panel};
use scale::Quantity;
use strip::Strip;
use subject::Subject;

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
    let gap_fits = ui.ctx().content_rect().height() >= theme::GAP_PLOT_FROM_HEIGHT;
    toolbar::toolbar_ui(ui, state, gap_fits);
    let space = ui.available_rect_before_wrap();
    ui.advance_cursor_after_rect(space);

    let grey = theme::ghost(ui.visuals());
    let subjects = subject::subjects(view, state.x_axis(), grey);
    let follow_x = follow_x(&subjects);
    let frame_x = [
        space.left() + theme::Y_AXIS_WIDTH,
        (space.right() - theme::END_LABEL_WIDTH).max(space.left() + theme::Y_AXIS_WIDTH + 1.0),
    ];
    let look = Look {
        view: state.y_view(),
        smoothing: state.smoothing(),
        x: state.zoom.x().unwrap_or(follow_x),
        columns: ((frame_x[1] - frame_x[0]) * ui.pixels_per_point())
            .round()
            .max(1.0) as usize,
    };
    let marks = flags::marks(&subjects, look.x, ui.visuals().text_color());
    let band = FlagBand::new(ui, marks, look.x, frame_x);
    let layout = Layout::new(space, band.height(), gap_fits && state.gap_plot);

    state.cache.begin_frame();
    let panels = layout.quantities().iter().map(|quantity| {
        let held = state.zoom.y(*quantity);
        panel::panel(*quantity, &subjects, &look, held, &mut state.cache)
    });
    let panels: Vec<Panel> = panels.collect();
    let x_ticks = x_ticks(state.x_axis(), look.x, frame_x);
    let shared = Shared {
        subjects: &subjects,
        marks: band.marks(),
        x_ticks: &x_ticks,
    };
    let last = panels.len().saturating_sub(1);
    let plots: Vec<(Panel, Drawn)> = panels
        .into_iter()
        .enumerate()
        .map(|(index, panel)| {
            let rect = layout.plot(index, frame_x[1]);
            let drawn = draw::draw(ui, rect, &panel, &shared, index == last);
            (panel, drawn)
        })
        .collect();

    let cursor = gestures::react(ui, state, &plots, &subjects, follow_x, actions);
    let strip = strip::strip(&subjects, cursor, state.x_axis());
    let cursor = cursor.and(strip.x);
    for (index, (panel, drawn)) in plots.iter().enumerate() {
        overlay::title(
            ui,
            layout.title(index),
            panel.quantity,
            panel.scale.is_log(),
        );
        overlay::paint(ui, panel, drawn, &subjects, cursor, state.drag);
        describe(drawn, panel, &strip);
    }
    if let Some((_, drawn)) = plots.first() {
        let band_rect = layout.band(frame_x);
        band.paint(ui, band_rect, |x| drawn.transform.position_from_point_x(x));
        if let Some(sentence) = empty_sentence(view, &subjects) {
            overlay::empty_sentence(ui, *drawn.transform.frame(), sentence);
        }
    }
    x_axis_name(
        ui,
        state.x_axis(),
        pos2(space.left() + 4.0, layout.bottom() + 1.0),
    );
    let strip_rect = layout.strip();
    ui.scope_builder(
        UiBuilder::new().id_salt("values").max_rect(strip_rect),
        |ui| {
            ui.set_clip_rect(strip_rect.intersect(ui.clip_rect()));
            strip::strip_ui(ui, &strip);
        },
    );
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

/// Where everything goes: a band of flags, plots with their titles, the x axis, the values.
struct Layout {
    space: Rect,
    band: f32,
    with_gap: bool,
}

impl Layout {
    fn new(space: Rect, band: f32, with_gap: bool) -> Self {
        Self {
            space,
            band,
            with_gap,
        }
    }

    /// The plots from the top. A low window keeps the one that says most.
    fn quantities(&self) -> &'static [Quantity] {
        if self.with_gap {
            &Quantity::ALL
        } else if self.plots_height() < LEAST_FOR_TWO {
            &[Quantity::Accuracy]
        } else {
            &[Quantity::Accuracy, Quantity::Loss]
        }
    }

    fn shares(&self) -> &'static [f32] {
        match self.quantities().len() {
            3 => &[0.42, 0.34, 0.24],
            2 => &[0.54, 0.46],
            _ => &[1.0],
        }
    }

    /// The height that the plots' pictures share.
    fn plots_height(&self) -> f32 {
        let titles = if self.with_gap { 2.0 } else { 1.0 } * theme::FLAG_ROW_HEIGHT;
        let rest = self.band + titles + theme::X_AXIS_HEIGHT + theme::PLOT_STRIP_HEIGHT;
        (self.space.height() - rest).max(1.0)
    }

    /// Top and height of a plot's picture.
    fn picture(&self, index: usize) -> [f32; 2] {
        let height = self.plots_height();
        let shares = self.shares();
        let before: f32 = shares.iter().take(index).sum();
        let top =
            self.space.top() + self.band + before * height + index as f32 * theme::FLAG_ROW_HEIGHT;
        [top, shares.get(index).copied().unwrap_or(0.0) * height]
    }

    fn band(&self, x: [f32; 2]) -> Rect {
        let top = self.space.top();
        Rect::from_x_y_ranges(x[0]..=x[1], top..=top + self.band)
    }

    /// A plot with its axes; the lowest has the x axis's marks.
    fn plot(&self, index: usize, right: f32) -> Rect {
        let [top, height] = self.picture(index);
        let is_last = index + 1 == self.quantities().len();
        let axis = if is_last { theme::X_AXIS_HEIGHT } else { 0.0 };
        Rect::from_x_y_ranges(self.space.left()..=right, top..=top + height + axis)
    }

    /// Left top of a plot's title: over the marks of its heights, where no flag comes.
    fn title(&self, index: usize) -> Pos2 {
        let [top, _] = self.picture(index);
        pos2(self.space.left() + 4.0, top - theme::FLAG_ROW_HEIGHT)
    }

    /// The lower end of the lowest picture.
    fn bottom(&self) -> f32 {
        let [top, height] = self.picture(self.quantities().len().saturating_sub(1));
        top + height
    }

    fn strip(&self) -> Rect {
        let top = (self.space.bottom() - theme::PLOT_STRIP_HEIGHT).max(self.space.top());
        Rect::from_min_max(pos2(self.space.left(), top), self.space.max)
    }
}

const LEAST_FOR_TWO: f32 = 160.0;
