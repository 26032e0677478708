//! What the network makes of the drawing: the answer of the weights that are shown and, beside it, that of
//! the best epoch, each with its class in large type, its probability and its bars.

use super::{bars, words};
use crate::app::panels::tab_view::{Beside, TabsView};
use crate::app::theme;
use crate::lab::inference::{Guess, Moment, WeightsId};
use eframe::egui::{
    Align, Label, Layout, Rect, RichText, Sense, TextWrapMode, Ui, UiBuilder, vec2,
};

/// Both answers to one drawing, as far as they are known.
pub struct Answers<'a> {
    /// The answer of the weights that are shown.
    pub shown: Option<&'a Guess>,
    /// The answer of the weights of the best epoch, where others are shown.
    pub best: Option<&'a Guess>,
}

impl<'a> Answers<'a> {
    /// The answers of the chosen run. `is_drawn` says whether there is a picture to answer.
    pub fn of(view: &TabsView<'a>, is_drawn: bool) -> Self {
        let fits = |guess: &&Guess| {
            let is_of_run = view.run.is_some_and(|run| run.id == guess.weights.run);
            is_drawn && is_of_run && guess.probabilities.len() == view.classes.len()
        };
        let best = view.known.best_guess.as_ref().filter(fits);
        Self {
            shown: view.known.guess.as_ref().filter(fits),
            best: best.filter(|guess| {
                let epoch = guess.weights.moment.epoch();
                epoch.is_some_and(|epoch| view.beside == Beside::Best(epoch))
            }),
        }
    }
}

/// A column of the tab.
enum Column<'a> {
    /// The answer of some weights: what they are called, and the answer once it is there.
    Answer(String, Option<&'a Guess>),
    /// Why there is no answer.
    Words(String),
    /// What went wrong with it.
    Problem(&'a str),
}

/// How many rows of bars stand below each other.
pub fn rows(view: &TabsView<'_>) -> usize {
    match view.beside {
        Beside::Nothing => bars::rows(view.classes, bars::Room::Whole),
        _ => bars::rows(view.classes, bars::Room::Half),
    }
}

/// Draws the answers: one over the whole width until an epoch has ended, then two columns.
pub fn answers_ui(ui: &mut Ui, view: &TabsView<'_>, answers: &Answers<'_>) {
    if let Some((group, run)) = view.of_group.zip(view.run) {
        let text = words::one_of_group(group, &run.name);
        ui.add(Label::new(RichText::new(text).weak()).truncate());
    }
    let shown = Column::Answer(shown_title(view, answers.shown), answers.shown);
    let columns = match view.beside {
        Beside::Nothing => {
            column_ui(ui, view, &shown, bars::Room::Whole);
            return;
        }
        Beside::Best(epoch) => match &view.known.best_problem {
            Some(problem) => [Column::Problem(problem), shown],
            None => [
                Column::Answer(format!("Best epoch {epoch}"), answers.best),
                shown,
            ],
        },
        Beside::IsShown(epoch) => {
            let best = Column::Answer(format!("Best epoch {epoch}"), answers.shown);
            let is_only = view.run.is_some_and(|run| run.epochs.len() == 1);
            [best, Column::Words(words::best_is_shown(epoch, is_only))]
        }
        Beside::NotKept(epoch) => [Column::Words(words::best_not_kept(epoch)), shown],
    };
    let gap = theme::ANSWER_GAP;
    let width = (ui.available_width() - gap) / 2.0;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = gap;
        for column in &columns {
            ui.vertical(|ui| {
                ui.set_width(width);
                column_ui(ui, view, column, bars::Room::Half);
            });
        }
    });
}

/// What the weights that are shown are called: `Epoch 9`, or `Newest, epoch 3` in the midst of one.
fn shown_title(view: &TabsView<'_>, guess: Option<&Guess>) -> String {
    match guess.map(|guess| &guess.weights) {
        Some(weights) => short_title(weights),
        None => match (view.epoch, view.ensemble) {
            (_, Some(_)) => AVERAGE.into(),
            (Some(epoch), None) => format!("Epoch {epoch}"),
            (None, None) => "Newest weights".into(),
        },
    }
}

fn short_title(weights: &WeightsId) -> String {
    match weights.moment {
        Moment::Within { epoch, .. } => format!("Newest, epoch {epoch}"),
        Moment::After(epoch) => format!("Epoch {epoch}"),
        Moment::Together { .. } => AVERAGE.into(),
    }
}

/// What the answer of several runs is called.
const AVERAGE: &str = "Average";

fn column_ui(ui: &mut Ui, view: &TabsView<'_>, column: &Column<'_>, room: bars::Room) {
    match column {
        Column::Answer(title, guess) => {
            head_ui(ui, title, view.classes, *guess);
            let probabilities = guess.map(|guess| &*guess.probabilities);
            bars::bars_ui(ui, view.classes, probabilities, title, room);
        }
        Column::Words(text) => {
            ui.add_space(theme::ANSWER_TITLE_SPACE);
            ui.label(text);
        }
        Column::Problem(problem) => {
            ui.add_space(theme::ANSWER_TITLE_SPACE);
            ui.colored_label(theme::bad(ui.visuals()), *problem);
        }
    }
}

/// Draws the class that the weights see, in large type, with their name and the probability. The room is the
/// same before there is an answer, so that nothing moves when the first one comes.
fn head_ui(ui: &mut Ui, title: &str, classes: &[String], guess: Option<&Guess>) {
    let size = vec2(ui.available_width(), theme::ANSWER_HEAD_HEIGHT);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let best = guess.and_then(|guess| bars::best(&guess.probabilities));
    // A run's weights may know more classes than its summary names.
    let name = best.map_or("", |best| classes.get(best).map_or("?", String::as_str));
    let share = best.and_then(|best| guess?.probabilities.get(best));
    let share = share.map(|share| format!("{:.1}%", 100.0 * share));
    let share = RichText::new(share.unwrap_or_default()).size(theme::PREDICTION_SHARE_SIZE);
    let line = |text: RichText| Label::new(text).wrap_mode(TextWrapMode::Truncate);
    let title = RichText::new(title).small();
    let lines = |ui: &mut Ui, rect: Rect, space: f32, lines: Vec<RichText>| {
        let builder = UiBuilder::new()
            .max_rect(rect)
            .layout(Layout::top_down(Align::Min));
        ui.scope_builder(builder, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.add_space(space);
            for text in lines {
                ui.add(line(text));
            }
        });
    };
    if name.chars().count() > 1 {
        let name = RichText::new(name)
            .size(theme::LONG_PREDICTION_SIZE)
            .strong();
        lines(ui, rect, 0.0, vec![title, name, share]);
        return;
    }
    let (digit, rest) = rect.split_left_right_at_x(rect.left() + theme::PREDICTION_WIDTH);
    let name = RichText::new(name).size(theme::PREDICTION_SIZE).strong();
    ui.put(digit, Label::new(name).wrap_mode(TextWrapMode::Extend));
    lines(ui, rest, theme::ANSWER_TITLE_SPACE, vec![title, share]);
}
