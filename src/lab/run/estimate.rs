//! What settings will cost: parameters, and seconds an epoch. The guess counts multiplications;
//! once a run has been measured here, it is scaled to what was measured.

use crate::experiment::Settings;
use crate::model::{LayerKind, LayerPlan, LayerTable, NetworkSpec, layer_table};
use std::sync::LazyLock;

/// Multiplications a second and core in training steps: 3,000 images/s of the default network
/// (10.2 million each) on two cores with AVX2. This is a guess that holds until a run is measured.
const TRAINING_PER_CORE: f64 = 1.5e10;
/// Multiplications a second and core in evaluation: 12,000 images/s of the same network.
const EVALUATION_PER_CORE: f64 = 6e10;
/// Seconds that a step costs however small the network: scheduling, optimizer, small tensors.
const SECONDS_PER_STEP: f64 = 0.3e-3;

/// The cores of this machine. The system is asked once, since its answer takes longer than an estimate.
static CORES: LazyLock<f64> =
    LazyLock::new(|| std::thread::available_parallelism().map_or(1.0, |cores| cores.get() as f64));

/// What settings will cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Parameters of the network.
    pub parameters: usize,
    /// Seconds an epoch, evaluation included.
    pub seconds_per_epoch: f64,
}

/// The speed that a run of some settings had on this machine.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The settings.
    pub settings: Settings,
    /// Images a second in training steps.
    pub samples_per_second: f64,
    /// Images a second in evaluation.
    pub evaluation_per_second: f64,
}

/// The layer table of settings, where the data's image size is known before loading.
pub fn table(settings: &Settings) -> Option<LayerTable> {
    Some(layer_table(&spec(settings)?))
}

/// Estimates what settings will cost. None where they build no network.
pub fn estimate(settings: &Settings, measured: Option<&Measured>) -> Option<Estimate> {
    let (training, evaluation) = guess(settings)?;
    let (training_factor, evaluation_factor) = measured
        .and_then(|measured| {
            let (training, evaluation) = guess(&measured.settings)?;
            let factor = |seconds: f64, per_second: f64| 1.0 / (seconds * per_second.max(1e-9));
            Some((
                factor(training, measured.samples_per_second),
                factor(evaluation, measured.evaluation_per_second),
            ))
        })
        .unwrap_or((1.0, 1.0));
    let pool = settings.data.known_pool()?;
    let images = settings.data.train_size.resolve(pool);
    let evaluated = settings.data.validation_size + images.min(settings.data.validation_size);
    Some(Estimate {
        parameters: table(settings)?.parameters,
        seconds_per_epoch: images as f64 * training * training_factor
            + evaluated as f64 * evaluation * evaluation_factor,
    })
}

/// Multiplications of a step forward. None where the settings build no network.
pub fn step_multiplications(settings: &Settings) -> Option<f64> {
    Some(image_multiplications(settings)? * settings.training.batch_size as f64)
}

fn image_multiplications(settings: &Settings) -> Option<f64> {
    Some(spec(settings)?.layers().iter().map(multiplications).sum())
}

/// Seconds an image in training and in evaluation, by the count of multiplications.
fn guess(settings: &Settings) -> Option<(f64, f64)> {
    let multiplications = image_multiplications(settings)?;
    let cores = *CORES;
    let batch = settings.training.batch_size.max(1) as f64;
    Some((
        multiplications / (TRAINING_PER_CORE * cores) + SECONDS_PER_STEP / batch,
        multiplications / (EVALUATION_PER_CORE * cores),
    ))
}

fn multiplications(layer: &LayerPlan) -> f64 {
    let size = |shape: &[usize]| shape.iter().product::<usize>() as f64;
    match layer.kind {
        LayerKind::Conv2d => {
            let channels = layer.input.last().copied().unwrap_or(1);
            size(&layer.output) * 9.0 * channels as f64
        }
        LayerKind::Dense => size(&layer.input) * size(&layer.output),
        LayerKind::BatchNorm(_)
        | LayerKind::Normalize
        | LayerKind::MaxPool2d
        | LayerKind::Flatten
        | LayerKind::Dropout => size(&layer.output),
    }
}

fn spec(settings: &Settings) -> Option<NetworkSpec> {
    let source = &settings.data.source;
    NetworkSpec::new(
        settings,
        source.known_image_size()?,
        source.known_classes()?,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{Preset, TrainSize};

    #[test]
    fn a_measured_run_is_estimated_as_it_was() {
        let settings = Preset::Default.settings();
        let measured = Measured {
            settings: settings.clone(),
            samples_per_second: 1_000.0,
            evaluation_per_second: 4_000.0,
        };
        let estimate = estimate(&settings, Some(&measured)).unwrap();
        assert_eq!(estimate.parameters, 601_578);
        assert!((estimate.seconds_per_epoch - 55.0).abs() < 1e-6);
    }

    #[test]
    fn more_images_and_a_wider_network_take_longer() {
        let base = Preset::Cnn.settings();
        let seconds = |settings: &Settings| estimate(settings, None).unwrap().seconds_per_epoch;
        let mut fewer = base.clone();
        fewer.data.train_size = TrainSize::Count(500);
        assert!(seconds(&fewer) < seconds(&base) / 4.0);
        let mut wider = base.clone();
        wider.network.width = 2.0;
        assert!(seconds(&wider) > 3.0 * seconds(&base));
    }
}
