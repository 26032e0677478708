//! Values of a setting that are worth a first look.

use crate::experiment::{Field, Kind, Settings};
use crate::lab::format;

/// Values of a setting to begin with, as the command line takes them: two at least where there are two.
pub fn suggested(field: Field, settings: &Settings) -> Vec<String> {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let architecture = settings.network.architecture;
    match &field.entry().kind {
        Kind::Switch => return texts(&["off", "on"]),
        Kind::Choice(choices) => {
            let can_be = choices
                .iter()
                .filter(|choice| choice.idle_with(architecture).is_none());
            return can_be.map(|choice| choice.name.to_owned()).collect();
        }
        Kind::Data | Kind::Number(_) => {}
    }
    match field {
        Field::TrainSize => sizes(settings, 2_000),
        Field::LearningRate => {
            let now = settings.training.learning_rate;
            let rates = [0.1, 1.0, 10.0].map(|factor| format::significant(factor * now, 2));
            rates.iter().map(|rate| format::rate(*rate)).collect()
        }
        Field::Epochs => {
            let now = settings.training.epochs;
            vec![now.to_string(), (2 * now).to_string()]
        }
        Field::LabelNoise => texts(&["0", "0.2", "0.4"]),
        Field::Dropout => texts(&["0", "0.25", "0.5"]),
        Field::BatchNormMomentum => texts(&["0.9", "0.99"]),
        Field::WeightDecay => texts(&["0", "0.0001", "0.01"]),
        Field::LabelSmoothing => texts(&["0", "0.1"]),
        Field::EarlyStopping => texts(&["off", "5"]),
        Field::GradientClip => texts(&["off", "1"]),
        Field::Rotation | Field::Shear => texts(&["0", "10", "20"]),
        Field::Shift | Field::Zoom => texts(&["0", "0.1", "0.2"]),
        Field::Width => texts(&["0.5", "1", "2"]),
        Field::ConvBlocks => texts(&["1", "2"]),
        Field::DenseUnits => texts(&["128", "512", "2048"]),
        Field::BatchSize => texts(&["16", "64", "256"]),
        _ => vec![field.value_text(settings)],
    }
}

/// Numbers of training images in steps of 1, 2, 5, as far as there are so many, and up to a number that
/// trains within minutes.
pub fn sizes(settings: &Settings, most: usize) -> Vec<String> {
    let pool = settings.data.known_pool().unwrap_or(usize::MAX);
    let sizes = [100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000];
    let sizes: Vec<String> = sizes
        .into_iter()
        .filter(|size| *size <= most.min(pool))
        .map(|size| size.to_string())
        .collect();
    if sizes.len() < 2 {
        vec![(pool / 2).max(10).to_string(), "all".into()]
    } else {
        sizes
    }
}

/// Numbers from one to another in so many steps: even, or by factors. They are rounded as a person would
/// write them.
///
/// # Errors
/// What is wrong with the numbers, and the mend.
pub fn range(
    [from, to]: [f64; 2],
    steps: usize,
    by_factors: bool,
    is_whole: bool,
) -> Result<Vec<String>, String> {
    if steps < 2 {
        return Err("A range has two values at least.".into());
    }
    if !(from.is_finite() && to.is_finite()) || from == to {
        return Err("The range needs two different numbers, such as 0 and 0.5.".into());
    }
    if by_factors && (from <= 0.0 || to <= 0.0) {
        return Err(
            "A range by factors begins and ends above zero. Take even steps, or a first value above zero."
                .into(),
        );
    }
    let value = |step: usize| {
        let share = step as f64 / (steps - 1) as f64;
        let value = match by_factors {
            true => from * (to / from).powf(share),
            false => from + (to - from) * share,
        };
        // The end is what was typed, and what lies between has three digits.
        let value = if step == 0 || step + 1 == steps {
            value
        } else {
            format::significant(value, 3)
        };
        if is_whole {
            format!("{:.0}", value.round())
        } else {
            format::rate(value)
        }
    };
    let mut values: Vec<String> = (0..steps).map(value).collect();
    values.dedup();
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Preset;
    use crate::lab::sweep::Assignment;

    #[test]
    fn each_setting_that_varies_has_values_that_are_its_own() {
        for preset in Preset::ALL {
            let settings = preset.settings();
            for field in Field::varied_by_sweeps() {
                let values = suggested(field, &settings);
                assert!(values.len() >= 2, "{}: {values:?}", field.name());
                for value in &values {
                    Assignment::new(field, value).unwrap();
                }
            }
        }
    }

    #[test]
    fn ranges_go_by_steps_and_by_factors() {
        let of = |ends, steps, by_factors, is_whole| range(ends, steps, by_factors, is_whole);
        assert_eq!(
            of([0.0, 0.5], 3, false, false).unwrap(),
            ["0", "0.25", "0.5"]
        );
        assert_eq!(
            of([1e-4, 1e-2], 3, true, false).unwrap(),
            ["0.0001", "0.001", "0.01"]
        );
        assert_eq!(
            of([100.0, 1_000.0], 4, true, true).unwrap(),
            ["100", "215", "464", "1000"]
        );
        // Whole numbers that are the same are there once.
        assert_eq!(of([1.0, 3.0], 5, false, true).unwrap(), ["1", "2", "3"]);
        for (ends, steps, by_factors) in [
            ([0.0, 1.0], 3, true),
            ([1.0, 1.0], 3, false),
            ([0.0, 1.0], 1, false),
        ] {
            assert!(
                of(ends, steps, by_factors, false)
                    .unwrap_err()
                    .ends_with('.')
            );
        }
    }

    #[test]
    fn sizes_end_with_the_images_that_there_are() {
        let settings = Preset::FirstLook.settings();
        assert_eq!(sizes(&settings, 1_000), ["100", "200", "500", "1000"]);
    }
}
