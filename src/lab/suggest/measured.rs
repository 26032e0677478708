//! What remedies brought when they were measured: the table, and the base in it that is nearest to
//! a run.

use super::is_on;
use crate::experiment::{Field, Optimizer, Preset, Setting, Settings, TrainSize};
use crate::lab::format;
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};
use std::sync::LazyLock;

/// A remedy that is on in one of two runs and not in the other makes them as unlike as this factor
/// in the number of training images: where augmentation is on already, dropout brings about as
/// much as with four times the images.
const REMEDY_COUNTS_AS: f64 = 4.0;
/// Labels that are all wrong are as far from right ones as this factor in the number of images:
/// nothing that was measured with right labels says anything about them.
const ALL_WRONG_COUNTS_AS: f64 = 1000.0;

/// Shares of wrong labels that are farther apart than this are different problems.
const LIKE_NOISE: f64 = 0.5;

/// What a change brought, by runs with and without it that have the same seeds. Accuracies are
/// fractions, at the epoch of the lowest validation loss.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// The settings of the runs without the change, as the command line writes them. What isn't
    /// named is as in the preset CNN.
    pub base: String,
    /// The change that was measured, as the command line writes it.
    pub change: String,
    /// Training images of the runs without the change.
    pub train_size: usize,
    /// How many seeds there were.
    pub seeds: usize,
    /// Mean validation accuracy without the change.
    pub accuracy_before: f64,
    /// Mean validation accuracy with it.
    pub accuracy_after: f64,
    /// The mean of the paired differences.
    pub accuracy_difference: f64,
    /// The 95% interval of that mean: ± t₀.₉₇₅ with seeds − 1 degrees of freedom, times the
    /// standard error.
    pub accuracy_interval: [f64; 2],
    /// Mean of the lowest validation loss without the change.
    pub loss_before: f64,
    /// Mean of the lowest validation loss with it.
    pub loss_after: f64,
}

impl Measured {
    /// Whether the change brought more than chance explains.
    pub fn helps(&self) -> bool {
        self.accuracy_interval[0] > 0.0
    }
}

/// A row of the table.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// The settings of the runs without the change.
    pub base: Settings,
    /// The change.
    pub change: Vec<Setting>,
    /// What the change brought.
    pub measured: Measured,
}

/// A row as the file has it.
#[derive(Deserialize)]
struct Line {
    base: String,
    change: String,
    seeds: usize,
    accuracy_before: f64,
    accuracy_after: f64,
    accuracy_difference: f64,
    accuracy_error: f64,
    loss_before: f64,
    loss_after: f64,
}

/// All rows of the file. A test holds that each of its lines is one.
pub(super) static TABLE: LazyLock<Vec<Row>> = LazyLock::new(|| rows(FILE));

/// The rows of a table, without lines that are none.
pub(super) fn rows(text: &str) -> Vec<Row> {
    let lines = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(text.as_bytes())
        .into_deserialize();
    lines.filter_map(|line| row(line.ok()?)).collect()
}

/// The file, which `scripts/measure-remedies` writes.
pub(super) const FILE: &str = include_str!("measured.csv");

fn row(line: Line) -> Option<Row> {
    let mut base = Preset::Cnn.settings();
    for (name, value) in assignments(&line.base)? {
        base.set(name, value).ok()?;
    }
    let change = assignments(&line.change)?.into_iter();
    let change = change.map(|(name, value)| Setting::parse(Field::from_name(name)?, value).ok());
    let half = quantile(line.seeds)? * line.accuracy_error;
    Some(Row {
        change: change.collect::<Option<_>>()?,
        measured: Measured {
            train_size: base.usual_train_size(),
            base: line.base,
            change: line.change,
            seeds: line.seeds,
            accuracy_before: line.accuracy_before,
            accuracy_after: line.accuracy_after,
            accuracy_difference: line.accuracy_difference,
            accuracy_interval: [-half, half].map(|half| line.accuracy_difference + half),
            loss_before: line.loss_before,
            loss_after: line.loss_after,
        },
        base,
    })
}

/// `architecture=cnn train-size=500` as names and values.
fn assignments(text: &str) -> Option<Vec<(&str, &str)>> {
    let pairs = text.split_whitespace();
    pairs.map(|pair| pair.split_once('=')).collect()
}

/// t₀.₉₇₅ for the mean of so many paired differences.
fn quantile(seeds: usize) -> Option<f64> {
    let freedom = seeds.checked_sub(1).filter(|freedom| *freedom > 0)?;
    let t = StudentsT::new(0.0, 1.0, freedom as f64).ok()?;
    Some(t.inverse_cdf(0.975))
}

/// The rows that change nothing but these fields, of the base that is nearest to the settings. There
/// are none where nothing with the same architecture, and with as much or as little trust in the
/// labels, was measured.
pub(super) fn nearest<'a>(table: &'a [Row], settings: &Settings, fields: &[Field]) -> Vec<&'a Row> {
    let is_asked = |row: &Row| {
        let mut change = row.change.iter();
        change.all(|setting| fields.contains(&setting.field()))
    };
    let like = table
        .iter()
        .filter(|row| is_asked(row) && is_like(&row.base, settings));
    let mut rows: Vec<&Row> = like.collect();
    let nearest = rows
        .iter()
        .map(|row| distance(&row.base, settings))
        .fold(f64::INFINITY, f64::min);
    rows.retain(|row| distance(&row.base, settings) <= nearest);
    rows
}

fn is_like(base: &Settings, settings: &Settings) -> bool {
    let is_noisy = |settings: &Settings| settings.data.label_noise > 0.0;
    let noise_apart = (base.data.label_noise - settings.data.label_noise).abs();
    base.network.architecture == settings.network.architecture
        && is_noisy(base) == is_noisy(settings)
        && noise_apart <= LIKE_NOISE
}

/// How unlike two settings are: by the logarithms of their training images and of their learning
/// rates, by remedies that only one of them has, and by label noise.
fn distance(base: &Settings, settings: &Settings) -> f64 {
    let apart = |of: fn(&Settings) -> f64| (of(base).ln() - of(settings).ln()).abs();
    let remedies = [Field::Augment, Field::Dropout, Field::BatchNorm]
        .into_iter()
        .filter(|field| is_on(*field, base) != is_on(*field, settings))
        .count();
    let noise = (base.data.label_noise - settings.data.label_noise).abs();
    apart(|settings| settings.usual_train_size().max(1) as f64)
        + apart(relative_rate)
        + remedies as f64 * REMEDY_COUNTS_AS.ln()
        + noise * ALL_WRONG_COUNTS_AS.ln()
}

/// The learning rate beside the usual one of its optimizer: SGD takes larger ones than Adam.
fn relative_rate(settings: &Settings) -> f64 {
    let usual = match settings.training.optimizer {
        Optimizer::Adam | Optimizer::AdamW => 1e-3,
        Optimizer::Sgd => 0.05,
    };
    settings.training.learning_rate / usual
}

impl Row {
    /// The change as it is for other settings: a number of images, epochs or a learning rate is
    /// multiplied as it was in the measurement. None where there aren't as many images.
    pub(super) fn for_settings(&self, settings: &Settings) -> Option<Vec<Setting>> {
        let change = self.change.iter();
        change
            .map(|setting| self.scaled(*setting, settings))
            .collect()
    }

    fn scaled(&self, setting: Setting, settings: &Settings) -> Option<Setting> {
        let base = &self.base;
        Some(match setting {
            Setting::TrainSize(TrainSize::Count(count)) => {
                let factor = count as f64 / base.usual_train_size() as f64;
                let count = (settings.usual_train_size() as f64 * factor).round() as usize;
                match settings.usual_pool() {
                    pool if count > pool => return None,
                    pool if count == pool => Setting::TrainSize(TrainSize::ALL),
                    _ => Setting::TrainSize(TrainSize::Count(count)),
                }
            }
            Setting::Epochs(epochs) => {
                let factor = epochs as f64 / base.training.epochs as f64;
                Setting::Epochs((settings.training.epochs as f64 * factor).round() as usize)
            }
            Setting::LearningRate(rate) => {
                let factor = rate / base.training.learning_rate;
                // A rate has three digits that count; the rest is binary dust.
                let rate = settings.training.learning_rate * factor;
                Setting::LearningRate(format::significant(rate, 3))
            }
            Setting::Width(width) => {
                Setting::Width(settings.network.width * width / base.network.width)
            }
            other => other,
        })
    }
}
