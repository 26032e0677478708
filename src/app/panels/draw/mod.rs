//! The tab Draw: a canvas, the picture as the network sees it, what the network makes of it, and
//! the user's own set.

mod answers;
mod bars;
mod canvas;
mod own;
mod seen;
mod sheet;
mod tools;
mod words;

pub use words::average_of;

use super::tab_view::TabsView;
use crate::app::action::{Action, OwnSetKey};
use crate::app::theme;
use crate::data::drawing::{Picture, Placement, Tool};
use crate::data::own_set::OwnImages;
use crate::data::reading::RunReading;
use crate::experiment::PictureReading;
use crate::lab::inference::{InputImage, OwnSet};
use answers::Answers;
use canvas::{CanvasKey, CanvasTexture};
use eframe::egui::{Response, Ui};
use own::{KeepView, Own};
use seen::{Seen, Sight};
use serde::{Deserialize, Serialize};
pub use sheet::CanvasSheet;

/// What is remembered of the tab over a restart.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct DrawPrefs {
    /// Width of the pen, as a share of the canvas's side.
    pub pen_width: f32,
    /// Where the ink goes in the image, for runs whose images are centred as MNIST's are.
    pub placement: Placement,
    /// Where the ink goes in the image, for runs on pictures that weren't centred.
    pub placement_in_pictures: Placement,
}

impl DrawPrefs {
    /// Where the ink goes, for a run that reads pictures so.
    fn placement(&self, reading: &RunReading) -> Placement {
        match reading.pictures.placement {
            Placement::Centred => self.placement,
            Placement::AsDrawn => self.placement_in_pictures,
        }
    }
}

impl Default for DrawPrefs {
    fn default() -> Self {
        Self {
            pen_width: 0.08,
            placement: Placement::Centred,
            placement_in_pictures: Placement::AsDrawn,
        }
    }
}

/// The tab's state, which lives as long as the window.
#[derive(Default)]
pub struct DrawState {
    sheet: CanvasSheet,
    tool: Tool,
    texture: CanvasTexture,
    seen: Seen,
    own: Own,
}

impl DrawState {
    /// The picture as the network takes it, where there is one.
    pub fn picture(&self) -> Option<InputImage> {
        self.seen.image()
    }

    /// The person's own set, prepared for the network.
    pub fn own_set(&self) -> Option<OwnSet> {
        self.own.set()
    }

    /// What is on the canvas.
    pub fn sheet(&self) -> &CanvasSheet {
        &self.sheet
    }

    /// Puts a picture from a file on the canvas.
    pub fn open(&mut self, picture: &Picture) {
        self.own.pick(None);
        self.sheet.open(picture);
    }

    /// Takes the person's own set as it was read.
    pub fn take_own(&mut self, key: OwnSetKey, own: OwnImages) {
        self.own.take(key, own);
    }

    /// Notes that the person's own set has changed on disk.
    pub fn own_changed(&mut self) {
        self.own.forget();
    }
}

/// Draws the tab.
pub fn draw_ui(
    ui: &mut Ui,
    prefs: &mut DrawPrefs,
    state: &mut DrawState,
    view: &TabsView<'_>,
    actions: &mut Vec<Action>,
) {
    let hint = format!("Draw a {} here", words::noun(view.classes));
    let pen = (state.tool, prefs.pen_width);
    let reading = view.reading;
    let room = CanvasRoom::of(ui, view);
    let canvas = |ui: &mut Ui, state: &mut DrawState| {
        let (sheet, texture) = (&mut state.sheet, &mut state.texture);
        canvas::canvas_ui(ui, sheet, texture, pen, room.side, &hint)
    };
    let (canvas, place) = match room.tools {
        ToolsAt::Below => {
            let canvas = ui.vertical_centered(|ui| canvas(ui, state)).inner;
            (canvas, None)
        }
        ToolsAt::Beside => {
            let row = ui.horizontal_top(|ui| {
                let canvas = canvas(ui, state);
                let mut place = ui.available_rect_before_wrap();
                place.set_height(room.side);
                (canvas, place)
            });
            (row.inner.0, Some(row.inner.1))
        }
    };
    let keeps = take_keys(ui, state, view, &canvas);
    let sight = |prefs: &DrawPrefs| Sight::of(view, prefs.placement(&reading));
    state.seen.follow(&state.sheet, &sight(prefs), view.run);
    tools::tools_ui(ui, place, prefs, state, &reading, actions);
    if state.seen.follow(&state.sheet, &sight(prefs), view.run) {
        // The picture as the network sees it was drawn before a tool changed it.
        ui.ctx().request_repaint();
    }
    let placement = prefs.placement(&reading);
    let answers = Answers::of(view, state.seen.image().is_some());
    answers::answers_ui(ui, view, &answers);
    says_ui(ui, state, view, &answers);
    ui.separator();
    let keep = KeepView {
        classes: view.classes,
        picture: state.seen.image().map(|_| state.sheet.picture()),
        revision: state.sheet.revision(),
    };
    own::keep_ui(ui, &mut state.own, &keep, keeps, actions);
    let key = OwnSetKey {
        classes: view.classes.to_vec(),
        reading,
        placement,
        size: view.image_size,
    };
    state.own.want(&key, actions);
    let answers = view.known.own_set.as_deref();
    let who = answers.map(|answers| words::who(&answers.weights, view.runs));
    own::score_ui(ui, &state.own, view.classes, answers, who.as_deref());
}

/// Where the tools stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ToolsAt {
    /// Below the canvas.
    Below,
    /// At the right of the canvas, where the window is low.
    Beside,
}

/// The canvas's side, and where the tools stand.
#[derive(Clone, Copy, Debug)]
struct CanvasRoom {
    side: f32,
    tools: ToolsAt,
}

impl CanvasRoom {
    /// A canvas as wide as the panel, unless the bars below would then be out of sight. A small canvas
    /// leaves room for the tools beside it.
    fn of(ui: &Ui, view: &TabsView<'_>) -> Self {
        let widest = ui.available_width().min(theme::CANVAS_LARGEST);
        let bars = answers::rows(view) as f32 * theme::BAR_ROW_HEIGHT;
        // A notice below the tab shortens what is seen of the tab and leaves the canvas as it is.
        let height = ui.clip_rect().height() + view.room_below(ui);
        let left = height - theme::BELOW_CANVAS - bars;
        let beside = widest - theme::TOOLS_BESIDE_WIDTH;
        let (side, tools) = if left < beside {
            let left = (left + theme::TOOLS_BELOW_HEIGHT).min(beside);
            (left, ToolsAt::Beside)
        } else {
            (left, ToolsAt::Below)
        };
        let least = theme::CANVAS_SMALLEST.min(widest);
        Self {
            side: side.clamp(least, widest).floor(),
            tools,
        }
    }
}

/// Does what the keys ask for. True where the drawing is to be kept.
fn take_keys(ui: &Ui, state: &mut DrawState, view: &TabsView<'_>, canvas: &Response) -> bool {
    let mut keeps = false;
    for key in canvas::keys(ui, canvas) {
        match key {
            CanvasKey::Undo => state.sheet.undo(),
            CanvasKey::Clear => state.sheet.clear(),
            CanvasKey::Keep => keeps = true,
            CanvasKey::Typed(text) => {
                let class = view
                    .classes
                    .iter()
                    .position(|class| class.to_lowercase() == text.to_lowercase());
                if class.is_some() {
                    state.own.pick(class);
                }
            }
        }
    }
    keeps
}

/// Draws what is said under the bars: whose weights answer, or what to do first. Its height stays while
/// answers change, so that what is below doesn't move under a pointer that is about to click.
fn says_ui(ui: &mut Ui, state: &DrawState, view: &TabsView<'_>, answers: &Answers<'_>) {
    ui.scope(|ui| {
        ui.set_min_height(theme::SAYS_HEIGHT);
        ui.set_width(ui.available_width());
        answer_ui(ui, state, view, answers);
    });
    for doubt in state.seen.doubts() {
        ui.colored_label(theme::caution(ui.visuals()), doubt);
    }
    if state.sheet.has_picture() && view.reading.pictures == PictureReading::OLDER {
        ui.label(words::OLDER_READING);
    }
}

fn answer_ui(ui: &mut Ui, state: &DrawState, view: &TabsView<'_>, answers: &Answers<'_>) {
    if let Some(problem) = &view.known.problem {
        ui.colored_label(theme::bad(ui.visuals()), problem);
        return;
    }
    let Some(guess) = answers.shown else {
        let is_drawn = state.seen.image().is_some();
        ui.label(match view.ensemble {
            Some(_) => words::instead_of_average(view.classes, is_drawn),
            None => words::instead(view.run, view.known, view.classes, is_drawn),
        });
        return;
    };
    ui.horizontal_wrapped(|ui| {
        ui.label(match answers.best {
            Some(best) => words::together(best, guess, view.runs, view.classes),
            None => words::who(&guess.weights, view.runs),
        });
        let probabilities = [Some(guess), answers.best].into_iter().flatten();
        let surest = probabilities.flat_map(|guess| guess.probabilities.iter().copied());
        if surest.fold(0.0, f32::max) >= words::VERY_SURE {
            ui.weak("·");
            ui.menu_button("Sure?", |ui| {
                ui.set_max_width(theme::SURE_WIDTH);
                ui.label(words::SURE);
            });
        }
    });
}
