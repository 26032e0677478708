//! The tab Layers: the table of the network, its first layer's weights as pictures, and what each
//! convolution makes of an image.

mod choice;
mod maps;
mod table;

use super::tab_view::{TabsView, problem_ui};
use crate::app::action::{Action, ChosenImage, ExportKind};
use crate::data::TrainingData;
use crate::experiment::ImageSize;
use crate::lab::inference::{InputImage, Layers, Moment, WeightsId};
use crate::lab::{Run, estimate};
use eframe::egui::Ui;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Weak};

/// The choice of the picture that goes through the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LayersPicture {
    /// The picture in Draw.
    #[default]
    Drawn,
    /// The image chosen in Errors.
    Chosen,
    /// A validation image, by its number.
    Validation,
}

/// What is remembered of the tab over a restart.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LayersPrefs {
    /// The choice of the picture that goes through the network.
    pub picture: LayersPicture,
    /// The number of the validation image, from 0.
    pub validation_index: usize,
}

/// The tab's state, which lives as long as the window.
#[derive(Default)]
pub struct LayersState {
    /// The image chosen in Errors.
    pub chosen: Option<ChosenImage>,
    /// The validation image, with its data and its number there.
    validation: Option<(Weak<TrainingData>, usize, InputImage)>,
    /// The layer that a person chose in the drawing of the network.
    looked_for: Option<LookedFor>,
    maps: maps::MapsState,
}

/// A layer that a person looks for in the table.
struct LookedFor {
    /// The layer's name in the table, such as `conv2d_1`.
    name: String,
    /// Whether the layer was brought into sight.
    is_found: bool,
}

impl LayersState {
    /// Marks the layer of this name in the table, and brings it into sight.
    pub fn look_for(&mut self, name: String) {
        self.looked_for = Some(LookedFor {
            name,
            is_found: false,
        });
    }

    /// The validation image, once its data is there.
    pub fn validation_picture(&self) -> Option<InputImage> {
        let (_, _, image) = self.validation.as_ref()?;
        Some(image.clone())
    }

    /// Takes a validation image, unless it is taken already.
    fn take_validation(&mut self, data: &Arc<TrainingData>, index: usize) {
        let have = self.validation.as_ref().is_some_and(|(of, have, _)| {
            std::ptr::eq(of.as_ptr(), Arc::as_ptr(data)) && *have == index
        });
        if !have {
            let image = InputImage(data.validation_image(index).into());
            self.validation = Some((Arc::downgrade(data), index, image));
        }
    }
}

/// Draws the tab.
pub fn layers_ui(
    ui: &mut Ui,
    prefs: &mut LayersPrefs,
    state: &mut LayersState,
    view: &TabsView<'_>,
    actions: &mut Vec<Action>,
) {
    let network = view.known.network.as_ref();
    let network = network.filter(|(weights, _)| is_of(view.run, weights));
    match network {
        Some((weights, table)) => {
            ui.strong(whose(view, weights));
            // Dropout has no weights, so that only the settings of that epoch know of it.
            let epoch = weights.moment.epoch();
            let settings = view.run.zip(epoch);
            let settings = settings.map(|(run, epoch)| run.settings_after(epoch));
            let settled = settings.and_then(|settings| estimate::table(&settings));
            let settled = settled.filter(|settled| settled.parameters == table.parameters);
            let table = settled.as_ref().unwrap_or(table);
            table::table_ui(ui, table, &mut state.looked_for);
            ui.horizontal(|ui| {
                for kind in [ExportKind::Table, ExportKind::Weights] {
                    let text = format!("{}…", kind.title());
                    let export = ui.small_button(text).on_hover_text(kind.hover());
                    if export.clicked() {
                        actions.push(Action::OpenExport(kind));
                    }
                }
            });
        }
        None => {
            let settings = view.run.map_or(view.draft, |run| run.experiment.settings());
            ui.strong(match view.run {
                Some(run) => format!("The network of {}", run.name),
                None => "The network of the settings at the left".into(),
            });
            match estimate::table(settings) {
                Some(table) => table::table_ui(ui, &table, &mut state.looked_for),
                None => {
                    ui.label("These settings build no network yet: see what is wrong at the left.");
                }
            }
            ui.label(waiting(view));
        }
    }
    if let Some(problem) = &view.known.problem {
        problem_ui(ui, problem);
    }
    let layers = view.known.layers.as_ref();
    let layers = layers.filter(|layers| network.is_some() && is_of(view.run, &layers.weights));
    let Some(layers) = layers else { return };
    ui.separator();
    maps::filters_ui(ui, &mut state.maps, layers);
    ui.separator();
    choice::choice_ui(ui, prefs, state, view, actions);
    activations_ui(ui, state, view.image_size, layers);
}

fn activations_ui(ui: &mut Ui, state: &mut LayersState, size: ImageSize, layers: &Arc<Layers>) {
    let Some((picture, activations)) = &layers.activations else {
        return;
    };
    if activations.is_empty() {
        ui.label(
            "This network has no convolutions: from the pixels it goes straight to the units \
             above.",
        );
        return;
    }
    maps::input_ui(ui, &mut state.maps, picture, size);
    maps::activations_ui(ui, &mut state.maps, layers, activations);
}

fn is_of(run: Option<&Run>, weights: &WeightsId) -> bool {
    run.is_some_and(|run| run.id == weights.run)
}

/// Whose network is shown, such as "The network of A3 after epoch 6".
fn whose(view: &TabsView<'_>, weights: &WeightsId) -> String {
    let name = view.run.map_or("", |run| run.name.as_str());
    match weights.moment {
        Moment::After(epoch) => format!("The network of {name} after epoch {epoch}"),
        Moment::Within { epoch, .. } => format!("The network of {name} in epoch {epoch}"),
        Moment::Together { .. } => format!("The networks of {name}"),
    }
}

fn waiting(view: &TabsView<'_>) -> &'static str {
    match view.run {
        None => {
            "Press Train: then the network's filters are seen here, and what they make of a digit."
        }
        Some(run) if run.state.is_active() => "The filters are seen once the first weights come.",
        Some(_) if view.epoch.is_none() => {
            "This run ended before its first epoch: it has no weights to show."
        }
        Some(_) => "Reading the weights…",
    }
}
