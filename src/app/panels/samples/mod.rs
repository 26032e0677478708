//! The tab Samples: training images, and what augmentation makes of them, epoch by epoch.

mod draws;

use super::tab_view::TabsView;
use crate::app::action::Action;
use crate::app::pictures::{self, PictureData, PictureFrame, Pictures};
use crate::app::theme;
use crate::data::TrainingData;
use crate::experiment::Settings;
use draws::{DRAWS, SampleChoice};
use eframe::egui::{Button, ComboBox, RichText, Role, Ui, WidgetInfo};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Weak};

/// What is remembered of the tab over a restart.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SamplesPrefs {
    /// The label that images must have; none for all images.
    pub class: Option<u8>,
}

/// The tab's state, which lives as long as the window.
pub struct SamplesState {
    /// The index of the page's first image.
    first: usize,
    /// How often the draws were made anew until those came that are shown.
    rerolls: usize,
    /// The latest draws that were shown, to which one can come back.
    furthest: usize,
    shown: Shown,
    pictures: Pictures<u64>,
}

/// What the pictures show.
#[derive(Default)]
struct Shown {
    of: Option<(Weak<TrainingData>, SampleChoice)>,
    /// A number that grows with each change.
    version: u64,
    positions: Vec<usize>,
    /// The number of images of the class.
    total: usize,
}

impl Default for SamplesState {
    fn default() -> Self {
        Self {
            first: 0,
            rerolls: 0,
            furthest: 0,
            shown: Shown::default(),
            pictures: Pictures::new("samples"),
        }
    }
}

impl Shown {
    /// Finds the images of the page anew where the choice or the data has changed.
    fn update(&mut self, data: &Arc<TrainingData>, choice: SampleChoice) {
        let same = self.of.as_ref().is_some_and(|(of, shown)| {
            std::ptr::eq(of.as_ptr(), Arc::as_ptr(data)) && *shown == choice
        });
        if same {
            return;
        }
        let page = draws::positions(data, &choice).skip(choice.first);
        self.positions = page.take(choice.per_page()).collect();
        self.total = draws::positions(data, &choice).count();
        self.of = Some((Arc::downgrade(data), choice));
        self.version += 1;
    }
}

/// The pictures of a page: each image, followed by its draws.
fn sheet(data: &TrainingData, choice: &SampleChoice, positions: &[usize]) -> PictureData {
    let mut pixels = Vec::new();
    for &position in positions {
        pixels.extend(data.image(position).iter().map(|&value| theme::grey(value)));
        if choice.augmentation.enabled {
            let draws = draws::draws(data, choice, position, DRAWS);
            pixels.extend(draws.iter().map(|value| theme::grey(value.round() as u8)));
        }
    }
    PictureData {
        size: data.size(),
        pixels,
    }
}

/// Draws the tab.
pub fn samples_ui(
    ui: &mut Ui,
    prefs: &mut SamplesPrefs,
    state: &mut SamplesState,
    view: &TabsView<'_>,
    actions: &mut Vec<Action>,
) {
    let settings = view.draft;
    heading_ui(ui, settings, actions);
    let Some(data) = view.draft_data else {
        ui.horizontal(|ui| {
            ui.spinner();
            ui.label("Loading the images of these settings…");
        });
        return;
    };
    let mut choice = draws::choice_of(settings, data);
    choice.class = prefs.class.filter(|&c| usize::from(c) < data.class_count());
    controls_ui(ui, prefs, state, data, &choice);
    choice.class = prefs.class.filter(|&c| usize::from(c) < data.class_count());
    choice.first = state.first / choice.per_page() * choice.per_page();
    choice.epoch = 1 + state.rerolls * DRAWS;
    state.shown.update(data, choice);
    pictures::pager_ui(
        ui,
        "Training images",
        &mut state.first,
        state.shown.total,
        choice.per_page(),
    );
    let (version, positions) = (state.shown.version, &state.shown.positions);
    let make = || sheet(data, &choice, positions);
    state.pictures.update(ui.ctx(), version, make);
    if positions.is_empty() {
        ui.label(
            "None of the training images has this label. Choose another class, or more images.",
        );
    } else if choice.augmentation.enabled {
        rows_ui(ui, data, &choice, state);
    } else {
        plain_ui(ui, data, state);
    }
}

fn heading_ui(ui: &mut Ui, settings: &Settings, actions: &mut Vec<Action>) {
    if settings.augmentation.enabled {
        ui.label(draws::ranges(&settings.augmentation));
        let text = "Left the image, right of it what each epoch gets. Labels stay.";
        ui.label(RichText::new(text).small()).on_hover_text(
            "Each epoch sees another picture of the same digit, so that pixels can't be learned \
             by heart. These are the very pictures that training gets with this seed.",
        );
    } else {
        ui.label("Augmentation is off: every epoch sees the same pixels, and a network can learn them by heart.");
        let on = ui.button("Switch it on");
        let on = on.on_hover_text(
            "The switch Augmentation at the left: every epoch then sees each digit a little \
             turned, shifted, sheared and zoomed",
        );
        if on.clicked() {
            let mut settings = settings.clone();
            settings.augmentation.enabled = true;
            actions.push(Action::Edit(Box::new(settings)));
        }
    }
    ui.add_space(theme::PICTURE_GAP);
}

fn controls_ui(
    ui: &mut Ui,
    prefs: &mut SamplesPrefs,
    state: &mut SamplesState,
    data: &TrainingData,
    choice: &SampleChoice,
) {
    ui.horizontal_wrapped(|ui| {
        let classes = &data.dataset().classes;
        let name = |class: Option<u8>| match class {
            None => "All classes".to_owned(),
            Some(class) => classes
                .get(usize::from(class))
                .map_or_else(|| class.to_string(), |name| format!("Class {name}")),
        };
        let before = prefs.class;
        let combo = ComboBox::from_id_salt("samples-class")
            .width(theme::CHOICE_WIDTH)
            .height(theme::CHOICES_HEIGHT)
            .selected_text(name(choice.class))
            .show_ui(ui, |ui| {
                ui.selectable_value(&mut prefs.class, None, name(None));
                for class in 0..classes.len() {
                    let class = u8::try_from(class).ok();
                    ui.selectable_value(&mut prefs.class, class, name(class));
                }
            });
        combo.response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::ComboBox, true, "Class of the samples");
            info.current_text_value = Some(name(choice.class));
            info
        });
        combo
            .response
            .on_hover_text("The label that the network is given");
        if prefs.class != before {
            state.first = 0;
        }
    });
    let enabled = choice.augmentation.enabled;
    ui.horizontal(|ui| {
        let back = ui.add_enabled(enabled && state.rerolls > 0, Button::new("Back"));
        back.widget_info(|| {
            WidgetInfo::labeled(Role::Button, back.enabled(), "Back to the draws before")
        });
        let back = back
            .on_hover_text("The draws before these, to the picture")
            .on_disabled_hover_text("These are the first draws");
        if back.clicked() {
            state.rerolls = state.rerolls.saturating_sub(1);
        }
        let reroll = ui.add_enabled(enabled, Button::new("Reroll"));
        let reroll = reroll
            .on_hover_text("What the next epochs get of these images")
            .on_disabled_hover_text("With augmentation off every epoch gets the same");
        if reroll.clicked() {
            state.rerolls += 1;
            state.furthest = state.furthest.max(state.rerolls);
        }
        ui.add_enabled_ui(enabled, |ui| draws_ui(ui, state));
    });
}

/// Draws the list of all draws that were shown, to choose some by the name of their epochs.
fn draws_ui(ui: &mut Ui, state: &mut SamplesState) {
    let shown = name_of_draws(state.rerolls);
    let combo = ComboBox::from_id_salt("samples-draws")
        .width(theme::CHOICE_WIDTH)
        .height(theme::CHOICES_HEIGHT)
        .selected_text(shown.as_str())
        .show_ui(ui, |ui| {
            for rerolls in 0..=state.furthest {
                ui.selectable_value(&mut state.rerolls, rerolls, name_of_draws(rerolls));
            }
        });
    combo.response.widget_info(|| {
        let mut info =
            WidgetInfo::labeled(Role::ComboBox, ui.is_enabled(), "Draws of these epochs");
        info.current_text_value = Some(shown.clone());
        info
    });
    combo
        .response
        .on_hover_text("Goes back to draws that were shown before");
}

/// What the draws are called that are shown after so many rerolls: `Epochs 5 to 8`.
fn name_of_draws(rerolls: usize) -> String {
    let first = 1 + rerolls * DRAWS;
    format!("Epochs {first} to {}", first + DRAWS - 1)
}

/// Draws a row for each image, with its draws beside it.
fn rows_ui(ui: &mut Ui, data: &TrainingData, choice: &SampleChoice, state: &SamplesState) {
    let gap = theme::PICTURE_GAP;
    ui.spacing_mut().item_spacing.x = gap;
    let width = (ui.available_width() - gap * (DRAWS + 1) as f32) / (DRAWS + 1) as f32;
    let end = choice.epoch + DRAWS - 1;
    ui.horizontal(|ui| {
        let small = |text: String| RichText::new(text).small();
        let original = ui.label(small("original".into()));
        ui.add_space((width - original.rect.width()).max(0.0));
        ui.label(small(format!("epochs {} to {end}", choice.epoch)));
    });
    for (row, &position) in state.shown.positions.iter().enumerate() {
        let label = ImageLabel::of(data, position);
        ui.horizontal(|ui| {
            for place in 0..=DRAWS {
                let what = if place == 0 {
                    "original".to_owned()
                } else {
                    format!("epoch {}", choice.epoch + place - 1)
                };
                let index = row * (DRAWS + 1) + place;
                picture_ui(ui, &state.pictures, index, width, &label, &what);
            }
        });
        label.caption_ui(ui);
    }
}

/// Draws the images as they are, in a grid.
fn plain_ui(ui: &mut Ui, data: &TrainingData, state: &SamplesState) {
    let gap = theme::PICTURE_GAP;
    ui.spacing_mut().item_spacing.x = gap;
    let available = ui.available_width() - gap;
    let (across, width) = pictures::columns(available, theme::PICTURE_BESIDE, gap);
    for (row, positions) in state.shown.positions.chunks(across).enumerate() {
        ui.horizontal_top(|ui| {
            for (column, &position) in positions.iter().enumerate() {
                let label = ImageLabel::of(data, position);
                ui.vertical(|ui| {
                    ui.set_width(width);
                    let index = row * across + column;
                    picture_ui(ui, &state.pictures, index, width, &label, "original");
                    label.caption_ui(ui);
                });
            }
        });
    }
}

fn picture_ui(
    ui: &mut Ui,
    pictures: &Pictures<u64>,
    index: usize,
    width: f32,
    label: &ImageLabel<'_>,
    what: &str,
) {
    let frame = match label.truth {
        Some(_) => PictureFrame::Marked(theme::bad(ui.visuals())),
        None => PictureFrame::Plain,
    };
    let name = || format!("{}, {what}", label.words());
    let response = pictures::picture_ui(ui, pictures, index, width, frame, name);
    pictures::hover_ui(&response, pictures, index, |ui| {
        ui.label(name());
        if label.truth.is_some() {
            ui.label("The label is wrong on purpose: label noise replaced it.");
        }
    });
}

/// The label of a training image.
struct ImageLabel<'a> {
    given: &'a str,
    /// The true label, where another was given.
    truth: Option<&'a str>,
}

impl<'a> ImageLabel<'a> {
    fn of(data: &'a TrainingData, position: usize) -> Self {
        let name = |class: u8| data.dataset().classes[usize::from(class)].as_str();
        Self {
            given: name(data.label(position)),
            truth: data
                .is_corrupted(position)
                .then(|| name(data.true_label(position))),
        }
    }

    fn words(&self) -> String {
        match self.truth {
            Some(truth) => format!("given {}, truly {truth}", self.given),
            None => self.given.to_owned(),
        }
    }

    fn caption_ui(&self, ui: &mut Ui) {
        let mut text = RichText::new(self.words()).small();
        if self.truth.is_some() {
            text = text.color(theme::bad(ui.visuals()));
        }
        // The picture may be narrower than the words, which then take two lines.
        ui.add(eframe::egui::Label::new(text).wrap());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Preset;

    #[test]
    fn pictures_change_with_a_slider_and_a_reroll_and_with_nothing_else() {
        let mut settings = Preset::FirstLook.settings();
        settings.augmentation.enabled = true;
        let data = TrainingData::load(&settings.data, settings.seed).unwrap();
        let data = Arc::new(data);
        let mut shown = Shown::default();
        let mut make = |choice: SampleChoice| {
            shown.update(&data, choice);
            (shown.version, sheet(&data, &choice, &shown.positions))
        };
        let choice = draws::choice_of(&settings, &data);
        let first = make(choice);
        assert_eq!((first.0, first.1.count()), (1, draws::ROWS * (DRAWS + 1)));
        assert_eq!(make(choice), first);
        settings.augmentation.rotation += 1.0;
        let turned = make(draws::choice_of(&settings, &data));
        assert_eq!(turned.0, 2);
        assert_ne!(turned.1, first.1);
        let rerolled = make(SampleChoice { epoch: 5, ..choice });
        assert_ne!(rerolled.1, first.1);
        settings.augmentation.enabled = false;
        let plain = make(draws::choice_of(&settings, &data));
        assert_eq!(plain.1.count(), draws::PLAIN);
    }
}
