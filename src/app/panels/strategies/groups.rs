//! The settings of each strategy, row by row.

use super::controls::{self, Choice};
use super::row::{self, Sheet};
use super::{StrategiesState, rules, teach};
use crate::app::action::Action;
use crate::app::theme;
use crate::experiment::{
    Architecture, BatchNorm, DataSource, Field, Liveness, Optimizer, Schedule, Settings, Strategy,
};
use crate::lab::format;
use eframe::egui::{Align, Checkbox, Label, Layout, RichText, Ui};

/// The rows of a strategy.
pub fn rows_ui(
    ui: &mut Ui,
    state: &mut StrategiesState,
    sheet: &mut Sheet<'_, '_>,
    strategy: Strategy,
) {
    match strategy {
        Strategy::MoreData => data_ui(ui, sheet),
        Strategy::Augmentation => augmentation_ui(ui, sheet),
        Strategy::Architecture => architecture_ui(ui, sheet),
        Strategy::Regularization => regularization_ui(ui, state, sheet),
        Strategy::LessComplexity => {
            controls::lever(ui, sheet, Field::Width);
            controls::number_row(ui, sheet, Field::ConvBlocks);
            controls::number_row(ui, sheet, Field::DenseUnits);
        }
        Strategy::Training => training_ui(ui, sheet),
    }
}

fn data_ui(ui: &mut Ui, sheet: &mut Sheet<'_, '_>) {
    controls::lever(ui, sheet, Field::TrainSize);
    controls::lever(ui, sheet, Field::LabelNoise);
    row::error(ui, sheet.view, Field::Data);
}

fn augmentation_ui(ui: &mut Ui, sheet: &mut Sheet<'_, '_>) {
    row::room(ui, Field::Augment, |ui| {
        let on = |ui: &mut Ui, sheet: &mut Sheet<'_, '_>| {
            let label = row::sentence_case(Field::Augment.label());
            let enabled = &mut sheet.edited.augmentation.enabled;
            row::hover(ui.checkbox(enabled, label), Field::Augment, None);
        };
        row::bare_row(ui, sheet, Field::Augment, on, |_, _| {});
    });
    for field in [Field::Rotation, Field::Shift, Field::Shear, Field::Zoom] {
        part_row(ui, sheet, field);
    }
}

/// A row that is only there while what it is a part of is on, or when it is in error.
fn part_row(ui: &mut Ui, sheet: &mut Sheet<'_, '_>, field: Field) {
    let in_error = sheet.view.error.is_some_and(|error| error.field() == field);
    if in_error || rules::has_row(field, &sheet.edited) {
        controls::number_row(ui, sheet, field);
    }
}

fn architecture_ui(ui: &mut Ui, sheet: &mut Sheet<'_, '_>) {
    let field = Field::Architecture;
    let choices = Architecture::ALL.map(|value| Choice {
        value,
        text: value.label().into(),
        short: match value {
            Architecture::Linear => "Linear",
            Architecture::Dense => "Dense",
            Architecture::Cnn => "CNN",
        },
        hover: teach::architecture(value),
        excluded: None,
    });
    row::room(ui, field, |ui| {
        row::labelled_row(ui, sheet, field, |ui, sheet, label| {
            let current = sheet.edited.network.architecture;
            let chosen = controls::choice(ui, field, current, None, &choices, |response| {
                response.labelled_by(label)
            });
            if let Some(chosen) = chosen {
                sheet.edited = rules::with_architecture(&sheet.edited, chosen);
            }
        });
    });
}

fn regularization_ui(ui: &mut Ui, state: &mut StrategiesState, sheet: &mut Sheet<'_, '_>) {
    controls::lever(ui, sheet, Field::Dropout);
    batch_norm_ui(ui, sheet);
    part_row(ui, sheet, Field::BatchNormMomentum);
    controls::number_row(ui, sheet, Field::WeightDecay);
    controls::number_row(ui, sheet, Field::LabelSmoothing);
    early_stopping_ui(ui, state, sheet);
}

fn batch_norm_ui(ui: &mut Ui, sheet: &mut Sheet<'_, '_>) {
    let field = Field::BatchNorm;
    let followed = sheet.view.active.as_ref().filter(|active| active.follows);
    let architecture = sheet.edited.network.architecture;
    let choices = BatchNorm::ALL.map(|value| {
        let mut settings = sheet.edited.clone();
        settings.regularization.batch_norm = value;
        let new_run = followed.is_some_and(|active| {
            rules::liveness(field, &settings, active.settings_now) == Liveness::NewRun
                && active.settings_now.regularization.batch_norm != value
        });
        Choice {
            value,
            text: if new_run {
                format!("{}, new run", value.name())
            } else {
                value.name().into()
            },
            short: value.name(),
            hover: teach::batch_norm(value),
            excluded: rules::rows_excluded(architecture).filter(|_| value == BatchNorm::Rows),
        }
    });
    row::room(ui, field, |ui| {
        row::labelled_row(ui, sheet, field, |ui, sheet, label| {
            let idle = rules::excluded(field, sheet.edited.network.architecture);
            let current = &mut sheet.edited.regularization.batch_norm;
            let chosen = controls::choice(ui, field, *current, idle, &choices, |response| {
                response.labelled_by(label)
            });
            *current = chosen.unwrap_or(*current);
        });
    });
}

fn early_stopping_ui(ui: &mut Ui, state: &mut StrategiesState, sheet: &mut Sheet<'_, '_>) {
    let field = Field::EarlyStopping;
    // The patience stays while it is off.
    if let Some(patience) = sheet.edited.regularization.early_stopping {
        state.patience = patience;
    }
    let patience = state.patience;
    let on = move |ui: &mut Ui, sheet: &mut Sheet<'_, '_>| {
        let label = row::sentence_case(field.label());
        let early_stopping = &mut sheet.edited.regularization.early_stopping;
        let mut on = early_stopping.is_some();
        let response = ui.add(Checkbox::new(&mut on, label));
        if response.changed() {
            *early_stopping = on.then_some(patience);
        }
        row::hover(response, field, None);
    };
    row::room(ui, field, |ui| {
        row::bare_row(ui, sheet, field, on, |ui, sheet| {
            if sheet.edited.regularization.early_stopping.is_some() {
                controls::number(ui, &mut sheet.edited, field, |response| {
                    response.accessible_name("Early stopping patience")
                });
            }
        });
    });
}

fn training_ui(ui: &mut Ui, sheet: &mut Sheet<'_, '_>) {
    let optimizers = Optimizer::ALL.map(|value| Choice {
        value,
        text: value.label().into(),
        short: match value {
            Optimizer::Sgd => "SGD",
            Optimizer::Adam | Optimizer::AdamW => value.label(),
        },
        hover: teach::optimizer(value),
        excluded: None,
    });
    let schedules = Schedule::ALL.map(|value| Choice {
        value,
        text: value.label().into(),
        short: value.label(),
        hover: teach::schedule(value),
        excluded: None,
    });
    controls::lever(ui, sheet, Field::LearningRate);
    choice_row(ui, sheet, Field::Schedule, &schedules, |settings| {
        &mut settings.training.schedule
    });
    choice_row(ui, sheet, Field::Optimizer, &optimizers, |settings| {
        &mut settings.training.optimizer
    });
    controls::number_row(ui, sheet, Field::BatchSize);
    controls::number_row(ui, sheet, Field::ValidationSize);
    controls::number_row(ui, sheet, Field::Seed);
}

/// A row with a combo.
fn choice_row<T: PartialEq + Copy>(
    ui: &mut Ui,
    sheet: &mut Sheet<'_, '_>,
    field: Field,
    choices: &[Choice<T>],
    value: fn(&mut Settings) -> &mut T,
) {
    row::room(ui, field, |ui| {
        row::labelled_row(ui, sheet, field, |ui, sheet, label| {
            let current = value(&mut sheet.edited);
            let chosen = controls::choice(ui, field, *current, None, choices, |response| {
                response.labelled_by(label)
            });
            *current = chosen.unwrap_or(*current);
        });
    });
}

/// The data set in one line.
pub fn data_line(ui: &mut Ui, settings: &Settings, actions: &mut Vec<Action>) {
    let data = &settings.data;
    let Some(size) = data.source.known_size() else {
        return;
    };
    let name = match &data.source {
        DataSource::Mnist => "MNIST".to_owned(),
        DataSource::Files(files) => files.path.file_name().map_or_else(
            || files.path.display().to_string(),
            |name| name.to_string_lossy().into_owned(),
        ),
    };
    let text = format!(
        "{name}: {} to train, {} held out",
        format::count(size.saturating_sub(data.validation_size)),
        format::count(data.validation_size)
    );
    ui.horizontal(|ui| {
        ui.add_space(theme::DOT_COLUMN);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let open = ui.small_button("Data…");
            if open.on_hover_text(teach::field(Field::Data)).clicked() {
                actions.push(Action::OpenData);
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Label::new(RichText::new(text).small().weak()).truncate())
                    .on_hover_text(format!("{}. {}", data.source, teach::field(Field::Data)));
            });
        });
    });
}
