//! The tab Draw: a canvas, the picture as the network sees it, what the network makes of it, and
//! the user's own set.

mod bars;
mod canvas;
mod own;
mod seen;
mod sheet;
mod words;

use super::tab_view::TabsView;
use crate::app::action::{Action, DrawAction, OwnSetKey};
use crate::app::theme;
use crate::data::drawing::{PEN_WIDTHS, Picture, Placement, Tool};
use crate::data::own_set::OwnImages;
use crate::data::reading::RunReading;
use crate::lab::inference::{Guess, InputImage, OwnSet};
use canvas::{CanvasKey, CanvasTexture};
use eframe::egui::{
    Align, Button, Label, Layout, Response, RichText, Role, Slider, TextWrapMode, Ui, WidgetInfo,
    vec2,
};
use own::{KeepView, Own};
use seen::Seen;
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
    // The tab leaves the scroll bar its column.
    ui.set_max_width(ui.available_width() - theme::SCROLL_BAR_COLUMN);
    let hint = format!("Draw a {} here", words::noun(view.classes));
    let pen = (state.tool, prefs.pen_width);
    let side = canvas_side(ui, view.classes);
    let canvas = ui
        .vertical_centered(|ui| {
            canvas::canvas_ui(ui, &mut state.sheet, &mut state.texture, pen, side, &hint)
        })
        .inner;
    let keeps = take_keys(ui, state, view, &canvas);
    tools_ui(ui, prefs, state, actions);
    let reading = reading(view);
    let placement = prefs.placement(&reading);
    state
        .seen
        .follow(&state.sheet, reading, placement, view.image_size);
    let guess = guess(state, view);
    answer_ui(ui, prefs, state, view, guess);
    says_ui(ui, state, view, guess);
    ui.separator();
    let keep = KeepView {
        classes: view.classes,
        picture: state.seen.image().map(|_| state.sheet.picture()),
        revision: state.sheet.revision(),
        probabilities: guess.map(|guess| &*guess.probabilities),
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

/// How the chosen run reads pictures, or where no run is chosen, the next one.
fn reading(view: &TabsView<'_>) -> RunReading {
    let run = view.run.map(|run| run.experiment.settings());
    RunReading::kept(&run.unwrap_or(view.draft).data.source)
}

/// The canvas's side: as wide as the panel, unless the bars below would then be out of sight.
fn canvas_side(ui: &Ui, classes: &[String]) -> f32 {
    let widest = ui.available_width().min(theme::CANVAS_LARGEST);
    let below = if bars::are_many(classes) {
        theme::BELOW_CANVAS_MANY
    } else {
        theme::BELOW_CANVAS
    };
    let left = ui.clip_rect().height() - below;
    left.clamp(theme::CANVAS_SMALLEST.min(widest), widest)
        .floor()
}

/// Draws what the network sees, its prediction and the bars. The bars stand beside the picture, or
/// below it where they are many.
fn answer_ui(
    ui: &mut Ui,
    prefs: &mut DrawPrefs,
    state: &mut DrawState,
    view: &TabsView<'_>,
    guess: Option<&Guess>,
) {
    let (classes, reading) = (view.classes, &reading(view));
    let color = theme::prominent(ui.visuals());
    let probabilities = guess.map(|guess| &*guess.probabilities);
    if bars::are_many(classes) {
        ui.horizontal_top(|ui| {
            state.seen.ui(ui);
            ui.vertical(|ui| {
                centre_ui(ui, prefs, reading);
                prediction_ui(ui, classes, guess);
            });
        });
        bars::bars_ui(ui, classes, probabilities, color);
        return;
    }
    ui.horizontal_top(|ui| {
        ui.vertical(|ui| {
            ui.set_width(theme::SEEN_SIDE);
            state.seen.ui(ui);
            centre_ui(ui, prefs, reading);
            prediction_ui(ui, classes, guess);
        });
        ui.vertical(|ui| bars::bars_ui(ui, classes, probabilities, color));
    });
}

/// What the network makes of the canvas, as far as it is known.
fn guess<'a>(state: &DrawState, view: &TabsView<'a>) -> Option<&'a Guess> {
    state.seen.image()?;
    let guess = view.known.guess.as_ref()?;
    let fits = guess.probabilities.len() == view.classes.len();
    let is_of_run = view.run.is_some_and(|run| run.id == guess.weights.run);
    (fits && is_of_run).then_some(guess)
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

fn tools_ui(ui: &mut Ui, prefs: &mut DrawPrefs, state: &mut DrawState, actions: &mut Vec<Action>) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().slider_width = theme::PEN_SLIDER_WIDTH;
        ui.spacing_mut().item_spacing.x = theme::TOOL_SPACE;
        let name = ui.label("Pen");
        ui.add(Slider::new(&mut prefs.pen_width, PEN_WIDTHS).show_value(false))
            .labelled_by(name.id)
            .on_hover_text(
                "Width of the pen. MNIST's strokes are two to three of 28 pixels wide; thinner \
                 ones look unlike anything the network has seen",
            );
        let mut erases = state.tool == Tool::Eraser;
        ui.toggle_value(&mut erases, "Erase")
            .on_hover_text("Takes ink away. The right button does it at any time");
        state.tool = if erases { Tool::Eraser } else { Tool::Pen };
        let undo = ui.add_enabled(state.sheet.can_undo(), Button::new("Undo"));
        // The toolbar has a button named Undo, too.
        undo.widget_info(|| WidgetInfo::labeled(Role::Button, undo.enabled(), "Undo stroke"));
        if undo
            .on_hover_text("Takes the last stroke or clearing back. Backspace over the canvas")
            .clicked()
        {
            state.sheet.undo();
        }
        let clear = ui.add_enabled(!state.sheet.is_empty(), Button::new("Clear"));
        if clear
            .on_hover_text("Takes everything off. Delete over the canvas")
            .clicked()
        {
            state.sheet.clear();
        }
        let open = ui.button("Open…").on_hover_text(
            "Lays a picture on the canvas, PNG or JPEG of any size, dark on light or light on \
             dark. Or drop one on the window",
        );
        if open.clicked() {
            actions.push(DrawAction::OpenPicture.into());
        }
    });
    if state.sheet.is_empty() {
        state.own.pick(None);
        // An eraser has nothing to do on an empty canvas.
        state.tool = Tool::Pen;
    }
}

fn centre_ui(ui: &mut Ui, prefs: &mut DrawPrefs, reading: &RunReading) {
    let mut centred = prefs.placement(reading) == Placement::Centred;
    let hover = match reading.pictures.placement {
        Placement::Centred => words::CENTRE,
        Placement::AsDrawn => words::CENTRE_OF_PICTURES,
    };
    ui.checkbox(&mut centred, "Centre").on_hover_text(hover);
    let placement = if centred {
        Placement::Centred
    } else {
        Placement::AsDrawn
    };
    match reading.pictures.placement {
        Placement::Centred => prefs.placement = placement,
        Placement::AsDrawn => prefs.placement_in_pictures = placement,
    }
}

fn prediction_ui(ui: &mut Ui, classes: &[String], guess: Option<&Guess>) {
    let best = guess.and_then(|guess| bars::best(&guess.probabilities));
    // A run's weights may know more classes than its summary names.
    let name = best.map_or("", |best| classes.get(best).map_or("?", String::as_str));
    let size = if name.chars().count() <= 2 {
        theme::PREDICTION_SIZE
    } else {
        theme::LONG_PREDICTION_SIZE
    };
    // The prediction has room from the start, so that nothing moves when the first one comes.
    let height = theme::PREDICTION_SIZE + theme::PREDICTION_SHARE_SIZE + 14.0;
    let room = vec2(ui.available_width(), height);
    ui.allocate_ui_with_layout(room, Layout::top_down(Align::Center), |ui| {
        ui.set_min_size(room);
        let text = RichText::new(name).size(size).strong();
        ui.add(Label::new(text).wrap_mode(TextWrapMode::Truncate));
        let share = best.and_then(|best| guess?.probabilities.get(best));
        if let Some(share) = share {
            let share = format!("{:.1}%", 100.0 * share);
            ui.label(RichText::new(share).size(theme::PREDICTION_SHARE_SIZE));
        }
    });
}

/// Draws the line under the bars: whose weights answer, or what to do first.
fn says_ui(ui: &mut Ui, state: &DrawState, view: &TabsView<'_>, guess: Option<&Guess>) {
    if let Some(problem) = &view.known.problem {
        ui.colored_label(theme::bad(ui.visuals()), problem);
        return;
    }
    let Some(guess) = guess else {
        let is_drawn = state.seen.image().is_some();
        let text = words::instead(view.run, view.known, view.classes, is_drawn);
        ui.label(text);
        return;
    };
    // Only digits are held against MNIST: a bag may well be in two pieces.
    if words::noun(view.classes) == "digit" {
        for doubt in state.seen.doubts() {
            ui.colored_label(theme::caution(ui.visuals()), doubt);
        }
    }
    ui.horizontal_wrapped(|ui| {
        ui.label(words::who(&guess.weights, view.runs));
        let best = guess.probabilities.iter().copied().fold(0.0, f32::max);
        if best >= words::VERY_SURE {
            ui.weak("·");
            ui.menu_button("Sure?", |ui| {
                ui.set_max_width(theme::SURE_WIDTH);
                ui.label(words::SURE);
            });
        }
    });
}
