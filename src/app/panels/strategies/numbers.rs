//! The numbers among the settings: how each is read, set, bounded, written and typed. No egui.

use crate::experiment::{Experiment, Field, Settings, TrainSize, limits};
use crate::lab::format;
use std::ops::RangeInclusive;

/// Images for the slider's right end where the data's size isn't known before loading.
const UNKNOWN_POOL: usize = 60_000;
/// The largest whole number that a control can hold exactly.
const MOST_WHOLE: f64 = 9_007_199_254_740_991.0;

/// How a number's control behaves.
pub struct Scale {
    /// What may be typed.
    pub range: RangeInclusive<f64>,
    /// Written before the number.
    pub prefix: &'static str,
    /// Written after it.
    pub suffix: &'static str,
    /// How fast it moves when dragged.
    pub speed: Speed,
    /// The slider that goes with it.
    pub rail: Option<Rail>,
}

/// How fast a number moves when dragged by a point.
#[derive(Clone, Copy)]
pub enum Speed {
    /// By this much.
    Steady(f64),
    /// By a tenth of its magnitude, from this on: for numbers over many magnitudes.
    Proportional(f64),
}

/// A slider's rail.
pub struct Rail {
    /// Its ends.
    pub range: RangeInclusive<f64>,
    /// Whether equal ways are equal factors.
    pub logarithmic: bool,
    /// The step of a key and the grid, or none: a logarithmic rail goes by points.
    pub step: Option<f64>,
}

impl Scale {
    fn steady(range: &RangeInclusive<f64>, speed: f64) -> Self {
        Self {
            range: range.clone(),
            prefix: "",
            suffix: "",
            speed: Speed::Steady(speed),
            rail: None,
        }
    }

    fn whole(range: &RangeInclusive<usize>, speed: Speed) -> Self {
        Self {
            range: *range.start() as f64..=*range.end() as f64,
            prefix: "",
            suffix: "",
            speed,
            rail: None,
        }
    }

    fn with(mut self, prefix: &'static str, suffix: &'static str) -> Self {
        (self.prefix, self.suffix) = (prefix, suffix);
        self
    }

    fn on_rail(mut self, range: RangeInclusive<f64>, step: Option<f64>) -> Self {
        self.rail = Some(Rail {
            range,
            logarithmic: step.is_none(),
            step,
        });
        self
    }

    /// By how much a number moves when dragged by a point, or by an arrow key.
    pub fn speed_at(&self, value: f64) -> f64 {
        match self.speed {
            Speed::Steady(speed) => speed,
            Speed::Proportional(least) => {
                let magnitude = 10_f64.powf(value.abs().max(1e-300).log10().floor());
                (0.1 * magnitude).max(least)
            }
        }
    }
}

/// Images that validation doesn't hold out.
pub fn pool(settings: &Settings) -> usize {
    let size = settings.data.source.known_size().unwrap_or(UNKNOWN_POOL);
    size.saturating_sub(settings.data.validation_size)
        .max(limits::MIN_IMAGES)
}

/// How a field's number behaves; none for a field that isn't a number.
pub fn scale(field: Field, settings: &Settings) -> Option<Scale> {
    let pool = pool(settings) as f64;
    let least = limits::MIN_IMAGES as f64;
    Some(match field {
        Field::TrainSize => Scale::whole(&(limits::MIN_IMAGES..=self::pool(settings)), {
            Speed::Proportional(1.0)
        })
        .on_rail(100_f64.min(pool)..=pool, None),
        Field::ValidationSize => {
            let most = settings.data.source.known_size().unwrap_or(UNKNOWN_POOL) as f64;
            let mut scale = Scale::steady(&(least..=most - least), 1.0);
            scale.speed = Speed::Proportional(1.0);
            scale
        }
        // In per cent.
        Field::LabelNoise => Scale::steady(&(0.0..=100.0), 0.5)
            .with("", "%")
            .on_rail(0.0..=100.0, Some(1.0)),
        Field::Rotation => Scale::steady(&limits::ROTATION, 0.25).with("±", "°"),
        Field::Shear => Scale::steady(&limits::SHEAR, 0.25).with("±", "°"),
        Field::Shift => Scale::steady(&limits::SHIFT, 0.005).with("±", ""),
        Field::Zoom => Scale::steady(&limits::ZOOM, 0.005).with("±", ""),
        Field::Dropout => {
            Scale::steady(&limits::DROPOUT, 0.01).on_rail(limits::DROPOUT, Some(0.01))
        }
        Field::BatchNormMomentum => Scale::steady(&limits::BATCH_NORM_MOMENTUM, 0.005),
        Field::WeightDecay => {
            let mut scale = Scale::steady(&limits::WEIGHT_DECAY, 1e-5);
            scale.speed = Speed::Proportional(1e-5);
            scale
        }
        Field::LabelSmoothing => Scale::steady(&limits::LABEL_SMOOTHING, 0.005),
        Field::EarlyStopping => {
            Scale::whole(&limits::PATIENCE, Speed::Steady(0.1)).with("", " epochs")
        }
        Field::Width => {
            let mut scale = Scale::steady(&limits::WIDTH, 0.01).with("", "×");
            scale.speed = Speed::Proportional(0.01);
            scale.on_rail(limits::WIDTH, None)
        }
        Field::ConvBlocks => Scale::whole(&(1..=most_conv_blocks(settings)), Speed::Steady(0.05)),
        Field::DenseUnits => Scale::whole(&limits::DENSE_UNITS, Speed::Proportional(1.0)),
        Field::LearningRate => {
            let mut scale = Scale::steady(&limits::LEARNING_RATE, 1e-5);
            scale.speed = Speed::Proportional(1e-9);
            scale.on_rail(1e-5..=1.0, None)
        }
        Field::Epochs => Scale::whole(&limits::EPOCHS, Speed::Steady(0.2)),
        Field::BatchSize => Scale::whole(&limits::BATCH_SIZE, Speed::Proportional(1.0)),
        Field::Seed => Scale::steady(&(0.0..=MOST_WHOLE), 0.2),
        Field::Data
        | Field::Augment
        | Field::Architecture
        | Field::BatchNorm
        | Field::Optimizer
        | Field::Schedule => return None,
    })
}

/// A field's number as its control shows it: label noise in per cent, all images as the pool.
pub fn read(field: Field, settings: &Settings) -> Option<f64> {
    let regularization = &settings.regularization;
    Some(match field {
        Field::TrainSize => match settings.data.train_size {
            TrainSize::Count(count) => count as f64,
            TrainSize::All(_) => pool(settings) as f64,
        },
        Field::ValidationSize => settings.data.validation_size as f64,
        Field::LabelNoise => without_dust(100.0 * settings.data.label_noise),
        Field::Rotation => settings.augmentation.rotation,
        Field::Shift => settings.augmentation.shift,
        Field::Shear => settings.augmentation.shear,
        Field::Zoom => settings.augmentation.zoom,
        Field::Dropout => regularization.dropout,
        Field::BatchNormMomentum => regularization.batch_norm_momentum,
        Field::WeightDecay => regularization.weight_decay,
        Field::LabelSmoothing => regularization.label_smoothing,
        Field::EarlyStopping => regularization.early_stopping? as f64,
        Field::Width => settings.network.width,
        Field::ConvBlocks => settings.network.conv_blocks as f64,
        Field::DenseUnits => settings.network.dense_units as f64,
        Field::LearningRate => settings.training.learning_rate,
        Field::Epochs => settings.training.epochs as f64,
        Field::BatchSize => settings.training.batch_size as f64,
        Field::Seed => settings.seed as f64,
        Field::Data
        | Field::Augment
        | Field::Architecture
        | Field::BatchNorm
        | Field::Optimizer
        | Field::Schedule => return None,
    })
}

/// Puts a number into its field.
pub fn write(field: Field, settings: &mut Settings, value: f64) {
    let pool = pool(settings);
    let regularization = &mut settings.regularization;
    let whole = value.round().clamp(0.0, MOST_WHOLE);
    match field {
        Field::TrainSize if whole as usize >= pool => settings.data.train_size = TrainSize::ALL,
        Field::TrainSize => settings.data.train_size = TrainSize::Count(whole as usize),
        Field::ValidationSize => settings.data.validation_size = whole as usize,
        Field::LabelNoise => settings.data.label_noise = value / 100.0,
        Field::Rotation => settings.augmentation.rotation = value,
        Field::Shift => settings.augmentation.shift = value,
        Field::Shear => settings.augmentation.shear = value,
        Field::Zoom => settings.augmentation.zoom = value,
        Field::Dropout => regularization.dropout = value,
        Field::BatchNormMomentum => regularization.batch_norm_momentum = value,
        Field::WeightDecay => regularization.weight_decay = value,
        Field::LabelSmoothing => regularization.label_smoothing = value,
        Field::EarlyStopping => regularization.early_stopping = Some(whole as usize),
        Field::Width => settings.network.width = value,
        Field::ConvBlocks => settings.network.conv_blocks = whole as usize,
        Field::DenseUnits => settings.network.dense_units = whole as usize,
        Field::LearningRate => settings.training.learning_rate = value,
        Field::Epochs => settings.training.epochs = whole as usize,
        Field::BatchSize => settings.training.batch_size = whole as usize,
        Field::Seed => settings.seed = whole as u64,
        Field::Data
        | Field::Augment
        | Field::Architecture
        | Field::BatchNorm
        | Field::Optimizer
        | Field::Schedule => {}
    }
}

/// A field's number in words, without what stands before and after it.
pub fn text(field: Field, settings: &Settings, value: f64) -> String {
    let whole = value.max(0.0).round() as usize;
    match field {
        Field::TrainSize if whole == pool(settings) => format!("all {}", format::count(whole)),
        Field::TrainSize | Field::ValidationSize => format::count(whole),
        Field::Rotation | Field::Shear => rounded(value, 1),
        Field::WeightDecay | Field::LearningRate => rate(value),
        Field::DenseUnits | Field::Epochs | Field::BatchSize => format::whole(whole),
        Field::Seed => format!("{}", value.max(0.0).round() as u64),
        _ => rounded(value, 4),
    }
}

/// Reads a number as people type it: `2k`, `5,000`, `0,5`, `1e-3`, `all`.
pub fn parse(text: &str) -> Option<f64> {
    let text: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !"±°%×".contains(*c))
        .collect::<String>()
        .to_lowercase();
    if text.starts_with("all") {
        return Some(MOST_WHOLE);
    }
    let (digits, factor) = match text.strip_suffix('k') {
        Some(digits) => (digits, 1e3),
        None => match text.strip_suffix('m') {
            Some(digits) => (digits, 1e6),
            None => (text.as_str(), 1.0),
        },
    };
    let thousands = digits.split(',').skip(1).all(|part| part.len() == 3);
    let digits = if thousands || digits.contains('.') {
        digits.replace(',', "")
    } else {
        digits.replace(',', ".")
    };
    let value = digits.parse::<f64>().ok()?;
    value.is_finite().then_some(value * factor)
}

/// A value on the rail without needless digits; as fine as a point of the rail, or an arrow key
/// would not move it.
pub fn on_rail(field: Field, value: f64) -> f64 {
    match field {
        Field::TrainSize => value.round(),
        _ => significant(value, 3),
    }
}

/// How many blocks of convolutions the check allows for these images.
fn most_conv_blocks(settings: &Settings) -> usize {
    let mut trial = settings.clone();
    limits::CONV_BLOCKS
        .rev()
        .find(|blocks| {
            trial.network.conv_blocks = *blocks;
            Experiment::new(trial.clone(), Vec::new())
                .err()
                .is_none_or(|err| err.field() != Field::ConvBlocks)
        })
        .unwrap_or(1)
}

fn significant(value: f64, digits: usize) -> f64 {
    format!("{value:.*e}", digits.saturating_sub(1))
        .parse()
        .unwrap_or(value)
}

fn without_dust(value: f64) -> f64 {
    significant(value, 12)
}

fn rounded(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').into()
    } else {
        text
    }
}

fn rate(value: f64) -> String {
    let value = significant(value, 3);
    if value != 0.0 && value.abs() < 0.01 {
        format!("{value:e}")
    } else {
        format!("{value}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Preset;

    #[test]
    fn every_number_reads_back_what_is_written_and_its_own_text() {
        let settings = Preset::Article.settings();
        for field in Field::ALL {
            let Some(scale) = scale(field, &settings) else {
                assert_eq!(read(field, &settings), None);
                continue;
            };
            let mut changed = settings.clone();
            let value =
                scale.range.start() + 0.25 * (scale.range.end().min(16.0) - scale.range.start());
            write(field, &mut changed, value);
            let back = read(field, &changed).unwrap();
            assert!((back - value).abs() <= 0.5, "{field:?} {back} {value}");
            let text = text(field, &changed, back);
            let typed = parse(&text).unwrap();
            assert!((typed - back).abs() <= 0.05, "{field:?} {text} {typed}");
        }
    }

    #[test]
    fn the_right_end_of_the_images_is_all() {
        let mut settings = Preset::FirstLook.settings();
        assert_eq!(text(Field::TrainSize, &settings, 500.0), "500");
        write(Field::TrainSize, &mut settings, 55_000.0);
        assert_eq!(settings.data.train_size, TrainSize::ALL);
        assert_eq!(text(Field::TrainSize, &settings, 55_000.0), "all 55 k");
        write(Field::TrainSize, &mut settings, 2_000.0);
        assert_eq!(text(Field::TrainSize, &settings, 2_000.0), "2 k");
        // More than there are: an error, shown as it is.
        assert_eq!(text(Field::TrainSize, &settings, 60_000.0), "60 k");
        write(Field::TrainSize, &mut settings, parse("all").unwrap());
        assert_eq!(settings.data.train_size, TrainSize::ALL);
    }

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for (typed, value) in [
            ("2k", 2_000.0),
            ("2.5 k", 2_500.0),
            ("5,000", 5_000.0),
            ("0,5", 0.5),
            ("±8°", 8.0),
            ("20 %", 20.0),
            ("1e-3", 1e-3),
        ] {
            assert_eq!(parse(typed), Some(value), "{typed}");
        }
        assert_eq!(parse("many"), None);
        assert_eq!(parse(""), None);
        assert_eq!(parse("NaN"), None);
    }

    #[test]
    fn only_blocks_that_fit_the_image_are_offered() {
        assert_eq!(most_conv_blocks(&Preset::Cnn.settings()), 2);
    }
}
