//! The images of a selection, the most wrong first, each with truth, prediction, the probabilities
//! of both, and loss.

use super::tables::{Tables, class_name, images};
use super::{ErrorsState, Selection, votes};
use crate::app::action::{Action, ChosenImage, Tab};
use crate::app::panels::tab_view::{TabsView, small};
use crate::app::pictures::{self, PictureData, PictureFrame, Pictures};
use crate::app::theme;
use crate::lab::inference::InputImage;
use crate::lab::validation::Validated;
use crate::lab::{Run, format};
use eframe::egui::{Label, Ui, vec2};
use std::sync::{Arc, Weak};

/// The number of images on a page.
const PER_PAGE: usize = 24;

/// The list of images.
pub(super) struct ListState {
    /// The index in the list of the page's first image.
    pub(super) first: usize,
    /// What the images were found in.
    pub(super) of: Option<Found>,
    /// A number that grows with each change of the list.
    pub(super) version: u64,
    /// The validation images of the shown run that are listed.
    pub(super) images: Vec<usize>,
    /// The pictures of the page.
    pub(super) pictures: Pictures<(u64, usize)>,
}

/// What the listed images were found in.
pub(super) struct Found {
    first: Weak<Validated>,
    other: Weak<Validated>,
    selection: Selection,
}

/// Draws the list.
pub(super) fn list_ui(
    ui: &mut Ui,
    state: &mut ErrorsState,
    view: &TabsView<'_>,
    run: &Run,
    actions: &mut Vec<Action>,
) {
    find(state);
    let other_name = view.compared.and_then(|id| {
        let mut runs = view.runs.iter();
        runs.find(|other| other.id == *id)
            .map(|other| other.name.clone())
    });
    let other = other_name.as_deref().unwrap_or("the other run");
    let Some(tables) = &state.tables else { return };
    let title = title(state.selection, tables, other, state.list.images.len());
    let mut back = false;
    ui.horizontal_wrapped(|ui| {
        ui.strong(title);
        if state.selection != Selection::AllErrors {
            back = ui
                .small_button("All errors")
                .on_hover_text("Back to every wrong image")
                .clicked();
        }
    });
    let list = &mut state.list;
    pictures::pager_ui(ui, "Images", &mut list.first, list.images.len(), PER_PAGE);
    let page: Vec<usize> = list
        .images
        .iter()
        .skip(list.first)
        .take(PER_PAGE)
        .copied()
        .collect();
    let data = &tables.of.data;
    let key = (list.version, list.first);
    list.pictures.update(ui.ctx(), key, || {
        let images = page.iter().map(|&index| data.validation_image(index));
        PictureData::of_bytes(data.size(), images)
    });
    let chosen = cards_ui(ui, state, &page, run, other);
    if let Some(index) = chosen {
        choose(state, index, run, actions);
    }
    if state.chosen.is_some() && !state.list.images.is_empty() {
        let open = ui.button("See the chosen one in Layers");
        let open = open.on_hover_text("What each convolution makes of it");
        if open.clicked() {
            actions.push(Action::ShowTab(Tab::Layers));
        }
    }
    if back {
        state.select(Selection::AllErrors);
    }
}

/// Finds the images anew where the tables, the comparison or the selection has changed.
fn find(state: &mut ErrorsState) {
    let Some(tables) = &state.tables else { return };
    let comparison = state.comparison();
    let first = Arc::downgrade(&tables.of);
    let other = comparison.map_or_else(Weak::new, |c| Arc::downgrade(&c.other));
    let same = state.list.of.as_ref().is_some_and(|found| {
        found.selection == state.selection
            && found.first.ptr_eq(&first)
            && found.other.ptr_eq(&other)
    });
    if same {
        return;
    }
    let of_comparison = |part: &dyn Fn(&crate::lab::analysis::Comparison) -> Vec<usize>| {
        comparison.map_or_else(Vec::new, |compared| part(&compared.comparison))
    };
    let images = match state.selection {
        Selection::AllErrors => tables.wrong.clone(),
        Selection::Cell { truth, prediction } => tables.cell(truth, prediction),
        Selection::Fixed => of_comparison(&|c| c.fixed.clone()),
        Selection::Broken => of_comparison(&|c| c.broken.clone()),
        Selection::BothWrong => of_comparison(&|c| c.both_wrong.clone()),
        Selection::Disagreement => tables.disagreeing.clone(),
    };
    state.list.images = images;
    state.list.version += 1;
    state.list.of = Some(Found {
        first,
        other,
        selection: state.selection,
    });
}

fn title(selection: Selection, tables: &Tables, other: &str, count: usize) -> String {
    let class = |class: usize| tables.matrix.classes[class].as_str();
    match selection {
        Selection::AllErrors if count == 0 => "No error".into(),
        Selection::AllErrors => "The most wrong first".into(),
        Selection::Cell { truth, prediction } if truth == prediction => {
            let least = "the least sure first";
            format!("{} recognized: {}, {least}", class(truth), images(count))
        }
        Selection::Cell { truth, prediction } => format!(
            "{} taken for {}: {}",
            class(truth),
            class(prediction),
            images(count)
        ),
        Selection::Fixed => format!("Fixed by {other}: {}", images(count)),
        Selection::Broken => format!("Broken by {other}: {}", images(count)),
        Selection::BothWrong => format!("Wrong in both: {}", images(count)),
        Selection::Disagreement => format!("The runs disagree: {}", images(count)),
    }
}

/// Draws the page's images with their figures, and gives the one that was clicked.
fn cards_ui(
    ui: &mut Ui,
    state: &ErrorsState,
    page: &[usize],
    run: &Run,
    other: &str,
) -> Option<usize> {
    let tables = state.tables.as_ref()?;
    let gap = theme::PICTURE_GAP;
    ui.spacing_mut().item_spacing = vec2(gap, gap);
    let (across, width) = pictures::columns(ui.available_width() - gap, theme::PICTURE_CARD, gap);
    let mut clicked = None;
    for (row, images) in page.chunks(across).enumerate() {
        ui.horizontal_top(|ui| {
            for (column, &index) in images.iter().enumerate() {
                let card = Card {
                    tables,
                    index,
                    other: other_answer(state, index, other),
                };
                let is_chosen = state.chosen.as_ref().is_some_and(|(data, chosen)| {
                    std::ptr::eq(data.as_ptr(), Arc::as_ptr(&tables.of.data)) && *chosen == index
                });
                let place = row * across + column;
                let pictures = &state.list.pictures;
                ui.allocate_ui(vec2(width, theme::PICTURE_BESIDE), |ui| {
                    ui.set_width(width);
                    if card.ui(ui, pictures, place, is_chosen, &run.name) {
                        clicked = Some(index);
                    }
                });
            }
        });
    }
    clicked
}

/// What the other run answered to an image: the run's name, the class, and its probability.
fn other_answer<'a>(
    state: &'a ErrorsState,
    index: usize,
    name: &'a str,
) -> Option<(&'a str, &'a str, f64)> {
    let compared = state.comparison()?;
    let (answers, place) = (&compared.other.answers, compared.place(index)?);
    let class = class_name(&compared.other.data, answers.classes[place]);
    Some((name, class, f64::from(answers.confidences[place])))
}

/// An image with its figures.
struct Card<'a> {
    tables: &'a Tables,
    index: usize,
    other: Option<(&'a str, &'a str, f64)>,
}

impl Card<'_> {
    fn truth(&self) -> &str {
        let label = self.tables.of.data.validation_label(self.index);
        self.tables.class(label)
    }

    fn prediction(&self) -> &str {
        self.tables
            .class(self.tables.of.answers.classes[self.index])
    }

    fn is_right(&self) -> bool {
        let label = self.tables.of.data.validation_label(self.index);
        label == self.tables.of.answers.classes[self.index]
    }

    fn name(&self) -> String {
        let (truth, prediction) = (self.truth(), self.prediction());
        let (index, confidence) = (self.index, self.confidence());
        if self.is_right() {
            format!("Image {index}: {truth} recognized, {confidence}")
        } else {
            format!("Image {index}: {truth} taken for {prediction}, {confidence}")
        }
    }

    fn confidence(&self) -> String {
        probability(f64::from(self.tables.of.answers.confidences[self.index]))
    }

    fn label_probability(&self) -> String {
        probability(self.tables.of.answers.label_probability(self.index))
    }

    fn loss(&self) -> String {
        format::loss(f64::from(self.tables.of.answers.losses[self.index]))
    }

    /// Draws the card. Tells whether it was clicked.
    fn ui(
        &self,
        ui: &mut Ui,
        pictures: &Pictures<(u64, usize)>,
        place: usize,
        is_chosen: bool,
        run: &str,
    ) -> bool {
        let mut clicked = false;
        ui.horizontal_top(|ui| {
            let frame = if is_chosen {
                PictureFrame::Chosen
            } else {
                PictureFrame::Plain
            };
            let side = theme::PICTURE_BESIDE;
            let name = || self.name();
            let response = pictures::picture_ui(ui, pictures, place, side, frame, name);
            pictures::hover_ui(&response, pictures, place, |ui| self.words_ui(ui, run));
            clicked = response.clicked();
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                let mut line = |text: String| ui.add(Label::new(small(text)).truncate());
                if self.is_right() {
                    line(format!("{}: {}", self.truth(), self.confidence()));
                } else {
                    line(format!("said {}: {}", self.prediction(), self.confidence()));
                    line(format!(
                        "truth {}: {}",
                        self.truth(),
                        self.label_probability()
                    ));
                }
                line(match votes::said(self.tables, self.index) {
                    Some(said) => format!("runs: {said}"),
                    None => format!("loss {}", self.loss()),
                });
                if let Some((name, class, confidence)) = self.other {
                    let text = small(format!("{name}: {class}, {}", probability(confidence)));
                    let color = if class == self.truth() {
                        theme::good(ui.visuals())
                    } else {
                        theme::bad(ui.visuals())
                    };
                    ui.add(Label::new(text.color(color)).truncate());
                }
            });
        });
        clicked
    }

    fn words_ui(&self, ui: &mut Ui, run: &str) {
        if self.is_right() {
            ui.label(format!(
                "{run} recognizes this {} with {}.",
                self.truth(),
                self.confidence()
            ));
        } else {
            ui.label(format!(
                "The truth is {}, {run} says {}.",
                self.truth(),
                self.prediction()
            ));
            ui.label(format!(
                "Probability of {}: {}, of {}: {}. Loss {}.",
                self.prediction(),
                self.confidence(),
                self.truth(),
                self.label_probability(),
                self.loss()
            ));
        }
        let votes = votes::said(self.tables, self.index);
        if let Some(said) = &votes {
            ui.label(format!("The runs alone say: {said}."));
        }
        if let Some((name, class, confidence)) = self.other {
            ui.label(format!("{name} says {class}: {}.", probability(confidence)));
        }
        // An average has no layers.
        if votes.is_none() {
            ui.label(small("Click to choose it for Layers"));
        }
    }
}

/// A probability with one decimal, which is never rounded to 0% or 100%.
fn probability(value: f64) -> String {
    let per_cent = 100.0 * value;
    if per_cent > 99.95 {
        ">99.9%".into()
    } else if per_cent < 0.05 {
        "<0.1%".into()
    } else {
        format!("{per_cent:.1}%")
    }
}

/// Chooses an image for Layers.
fn choose(state: &mut ErrorsState, index: usize, run: &Run, actions: &mut Vec<Action>) {
    let Some(tables) = &state.tables else { return };
    let data = &tables.of.data;
    let label = tables.class(data.validation_label(index));
    state.chosen = Some((Arc::downgrade(data), index));
    actions.push(Action::LookAt(ChosenImage {
        image: InputImage(data.validation_image(index).into()),
        title: format!("validation image {index} of {}, a {label}", run.name),
    }));
}

#[cfg(test)]
mod tests {
    use super::probability;

    #[test]
    fn no_probability_is_said_to_be_0_or_100() {
        for (value, text) in [
            (0.0, "<0.1%"),
            (0.003, "0.3%"),
            (0.9871, "98.7%"),
            (0.9999, ">99.9%"),
        ] {
            assert_eq!(probability(value), text);
        }
    }
}
