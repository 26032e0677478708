//! The values under the plots: at the cursor, or at the last epoch. Two lines, always there, so
//! that nothing floats over the curves and nothing moves.

use super::stroke::color;
use crate::app::theme;
use crate::lab::format;
use crate::lab::plot::{Curves, EpochPoint, Quantity, Role, XAxis, newest_mean};
use eframe::egui::{Color32, Label, Response, Sense, TextStyle, Ui, vec2};

/// The figures of a run, in its colour.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) color: Color32,
    pub(super) text: String,
}

/// What the strip says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Strip {
    /// The place that the figures are of, and the changes that were made there.
    pub(super) at: String,
    /// The run that is looked at.
    pub(super) first: Option<Entry>,
    /// The runs that it is compared with.
    pub(super) others: Vec<Entry>,
    /// The x that the figures are of, where there are any.
    pub(super) x: Option<f64>,
}

impl Strip {
    /// What the strip says in one sentence, for those who can't see the curves.
    pub(super) fn sentence(&self) -> String {
        let entries = self.first.iter().chain(&self.others);
        let texts: Vec<&str> = entries.map(|entry| entry.text.as_str()).collect();
        format!("{}: {}", self.at, texts.join("; "))
    }
}

/// The figures at an x, or at the last epoch of the run that is looked at.
pub(super) fn strip(all: &[Curves<'_>], cursor: Option<f64>, axis: XAxis) -> Strip {
    let Some(first) = main_curves(all) else {
        return Strip::default();
    };
    // The nearest epoch of any: a shorter run must not hold the cursor back.
    let pointed = cursor.and_then(|x| {
        all.iter()
            .filter_map(|curves| curves.near(x))
            .min_by(|a, b| (a.x - x).abs().total_cmp(&(b.x - x).abs()))
    });
    let place = pointed.or_else(|| first.points.last());
    let first_here = place.and_then(|place| first.near(place.x));
    let others = all
        .iter()
        .rev()
        .filter(|curves| !std::ptr::eq(*curves, first))
        // The single runs behind a mean would fill the strip.
        .filter(|curves| curves.emphasis.role != Role::Member || curves.emphasis.highlighted)
        .filter_map(|curves| other_entry(curves, (first, first_here), place))
        .collect();
    Strip {
        at: place.map_or_else(
            || "in epoch 1".into(),
            |place| {
                let at = at_text(place, first, axis);
                match pointed {
                    Some(_) => at,
                    None => format!("{at}, the last"),
                }
            },
        ),
        first: first_entry(first, first_here),
        others,
        x: place.map(|place| place.x),
    }
}

/// The run that is looked at: the chosen one, else the most important that has figures.
fn main_curves<'a, 'b>(all: &'a [Curves<'b>]) -> Option<&'a Curves<'b>> {
    all.iter()
        .filter(|curves| {
            let has_batches = curves.run.is_some_and(|run| !run.batches.is_empty());
            !curves.points.is_empty() || has_batches
        })
        .max_by_key(|curves| curves.emphasis.role)
}

fn at_text(place: &EpochPoint, first: &Curves<'_>, axis: XAxis) -> String {
    let at = match axis {
        XAxis::Epoch => format!("at {}", place.epoch),
        XAxis::Step => format!("at step {}", format::whole(place.x.round() as usize)),
        XAxis::Time => format!("at {}", format::duration(place.x)),
    };
    let epoch = place.epoch as f64;
    let changes: Vec<&str> = first
        .changes
        .iter()
        .filter(|change| change.acted && change.epoch >= epoch - 1.0 && change.epoch < epoch)
        .map(|change| change.text.as_str())
        .collect();
    if changes.is_empty() {
        at
    } else {
        format!("{at}, changed: {}", changes.join(", "))
    }
}

/// The figures of the run that is looked at: at the place, or at the last epoch where the run has
/// none at the place. In its first epoch a run has only its batches.
fn first_entry(curves: &Curves<'_>, here: Option<&EpochPoint>) -> Option<Entry> {
    let text = match (here, curves.points.last()) {
        (Some(point), _) => format!("{} {}", curves.name, figures(point)),
        (None, Some(last)) => {
            let name = curves.name;
            let is_in_work = curves.run.is_some_and(|run| run.state.is_in_work());
            let stands = if is_in_work { "is" } else { "ended" };
            format!("{name} {stands} at {}: {}", last.epoch, figures(last))
        }
        (None, None) => first_batches(curves)?,
    };
    Some(Entry {
        color: color(curves),
        text,
    })
}

fn figures(point: &EpochPoint) -> String {
    let learned = if point.learned.is_finite() {
        let learned = format::whole_percent(point.learned);
        format!(" · wrong labels learned {learned}")
    } else {
        String::new()
    };
    format!(
        "training {} · validation {} · gap {}{learned}{LOSSES}{} / {}",
        format::percent(point.train_accuracy),
        validation(point),
        format::points(point.gap()),
        format::loss(point.train_loss),
        format::loss(point.validation_loss)
    )
}

fn first_batches(curves: &Curves<'_>) -> Option<String> {
    let run = curves.run?;
    Some(format!(
        "{} batches as seen {} · loss {} · validation follows at the end of the epoch",
        curves.name,
        format::percent(newest_mean(run, Quantity::Accuracy)),
        format::loss(newest_mean(run, Quantity::Loss))
    ))
}

/// The validation accuracy of another run, and how the first run stands to it. Where other images
/// validate the two, a word says so in place of the difference.
fn other_entry(
    curves: &Curves<'_>,
    (first, first_here): (&Curves<'_>, Option<&EpochPoint>),
    place: Option<&EpochPoint>,
) -> Option<Entry> {
    let word = unlike(first, curves).map(|word| format!(" ({word})"));
    let text = match place.and_then(|place| curves.near(place.x)) {
        Some(point) => {
            let delta = || first_here.map_or_else(String::new, |first| delta(first, point));
            let value = format::percent(point.validation_accuracy);
            let behind = word.unwrap_or_else(delta);
            format!("{} validation {value}{behind}", curves.name)
        }
        None => {
            let last = curves.points.last()?;
            let value = format::percent(last.validation_accuracy);
            let behind = word.unwrap_or_default();
            format!(
                "{} at {}: validation {value}{behind}",
                curves.name, last.epoch
            )
        }
    };
    Some(Entry {
        color: color(curves),
        text,
    })
}

fn validation(point: &EpochPoint) -> String {
    match point.validation_count {
        Some(count) => format::percent_with_error(point.validation_accuracy, count),
        None => format::percent(point.validation_accuracy),
    }
}

/// Why the figures of two runs can't be set against each other, in a few words.
fn unlike(first: &Curves<'_>, other: &Curves<'_>) -> Option<&'static str> {
    match (first.validated_as, other.validated_as) {
        (Some(first), Some(other)) => first.shares_validation_images(other).word(),
        // A file of curves doesn't tell.
        _ => Some("validation images not known"),
    }
}

/// How far the other run's validation accuracy lies from the first one's, on the same images. Under twice the
/// difference's standard error, other images might turn it round.
fn delta(first: &EpochPoint, other: &EpochPoint) -> String {
    let difference = other.validation_accuracy - first.validation_accuracy;
    if !difference.is_finite() {
        return String::new();
    }
    let points = format!("{:.2}", 100.0 * difference.abs());
    let figure = match (points.as_str(), difference < 0.0) {
        ("0.00", _) => ", the same".to_owned(),
        (points, true) => format!(", {points} points lower"),
        (points, false) => format!(", {points} points higher"),
    };
    match (first.standard_error(), other.standard_error()) {
        (Some(a), Some(b)) if difference.abs() < 2.0 * a.hypot(b) => {
            format!("{figure} (within image error)")
        }
        _ => figure,
    }
}

/// Draws the strip into two lines, or into one of small type where there is no room for two. Runs that have no room
/// are counted.
pub(super) fn strip_ui(ui: &mut Ui, strip: &Strip) {
    ui.spacing_mut().item_spacing = vec2(5.0, 2.0);
    if ui.max_rect().height() < theme::PLOT_STRIP_HEIGHT {
        ui.style_mut().override_text_style = Some(TextStyle::Small);
        ui.horizontal(|ui| one_line_ui(ui, strip));
        return;
    }
    ui.horizontal(|ui| {
        ui.label(&strip.at);
        if let Some(entry) = &strip.first {
            entry_ui(ui, entry).on_hover_ui(|ui| {
                ui.set_max_width(ui.spacing().tooltip_width);
                ui.label(TRAINING_HINT);
                ui.label(format::WHAT_ERROR_MEANS);
            });
        }
    });
    ui.horizontal(|ui| {
        let mut left = strip.others.as_slice();
        while let Some((entry, rest)) = left.split_first() {
            let wanted = entry_width(ui, entry)
                + if rest.is_empty() {
                    0.0
                } else {
                    theme::MORE_WIDTH
                };
            let is_first = left.len() == strip.others.len();
            if wanted > ui.available_width() && !is_first {
                break;
            }
            entry_ui(ui, entry).on_hover_text(DELTA_HINT);
            ui.add_space(theme::GROUP_SPACE);
            left = rest;
        }
        more_ui(ui, left);
    });
}

/// The figures of the run that is looked at, and how many more runs there are.
fn one_line_ui(ui: &mut Ui, strip: &Strip) {
    ui.label(&strip.at);
    if let Some(entry) = &strip.first {
        let room = ui.available_width();
        let taken = match strip.others.is_empty() {
            true => 0.0,
            false => theme::MORE_WIDTH,
        };
        ui.scope(|ui| {
            ui.set_max_width((room - taken).max(0.0));
            entry_ui(ui, entry);
        });
    }
    more_ui(ui, &strip.others);
}

/// Counts the runs whose values have no room.
fn more_ui(ui: &mut Ui, left: &[Entry]) {
    if !left.is_empty() {
        let texts: Vec<&str> = left.iter().map(|entry| entry.text.as_str()).collect();
        ui.weak(format!("+{} more", left.len()))
            .on_hover_text(texts.join("\n"));
    }
}

/// What stands before the losses among the figures of a run.
const LOSSES: &str = " · loss ";

fn text_width(ui: &Ui, text: &str) -> f32 {
    let style = ui.style().override_text_style.clone();
    let font = style.unwrap_or(TextStyle::Body).resolve(ui.style());
    let painter = ui.painter();
    let galley = painter.layout_no_wrap(text.to_owned(), font, Color32::PLACEHOLDER);
    galley.size().x
}

fn entry_width(ui: &Ui, entry: &Entry) -> f32 {
    text_width(ui, &entry.text)
        + theme::VALUE_SQUARE
        + 2.0 * ui.spacing().item_spacing.x
        + theme::GROUP_SPACE
}

fn entry_ui(ui: &mut Ui, entry: &Entry) -> Response {
    let (square, _) = ui.allocate_exact_size(
        vec2(theme::VALUE_SQUARE, theme::VALUE_SQUARE),
        Sense::hover(),
    );
    ui.painter().rect_filled(square, 2.0, entry.color);
    // Where the losses have no room, the accuracies stand whole; the plot of the loss has its figures beside it.
    let text = match entry.text.split_once(LOSSES) {
        Some((accuracies, _)) if text_width(ui, &entry.text) > ui.available_width() => accuracies,
        _ => entry.text.as_str(),
    };
    ui.add(Label::new(text).truncate())
}

const TRAINING_HINT: &str = "Training is measured as validation is: after the epoch, without \
    dropout and augmentation. The faint line is the batches as seen, with both and while the \
    network still learned, so it may lie below validation; where they are too close for a line it \
    is their means, and a zoom shows each";
const DELTA_HINT: &str = "Lower or higher is this run's validation accuracy beside the chosen one's, in \
    the same epoch and on the same images. Within image error: the difference is less than twice its \
    standard error, so that other validation images might turn it round. That says nothing of another \
    seed, which may move either run by more; repeat to know. Where other images validate the two runs \
    no difference is said, since one set may be the harder one.";

#[cfg(test)]
#[path = "strip_tests.rs"]
mod tests;
