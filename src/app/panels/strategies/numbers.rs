//! The numbers among the settings in the unit that the window shows: how each is read, set, moved,
//! written and typed. No egui.

use crate::experiment::{Digits, Field, Number, Pace, Settings, TrainSize};
use crate::lab::format::{self, rate, rounded, significant};
use std::ops::RangeInclusive;

/// The number that `all` stands for: more images than any data set has.
const ALL_OF_THEM: f64 = 9_007_199_254_740_991.0;

/// A slider's rail as it is now.
pub struct Rail {
    /// The ends.
    pub range: RangeInclusive<f64>,
    /// The step of a key and of the grid. A rail without a step is logarithmic.
    pub step: Option<f64>,
}

/// What may be typed.
pub fn range(number: &Number, settings: &Settings) -> RangeInclusive<f64> {
    let range = (number.range)(settings);
    number.factor * range.start()..=number.factor * range.end()
}

/// The slider of a field, where it has one.
pub fn rail(field: Field, settings: &Settings) -> Option<Rail> {
    let rail = field.entry().number()?.rail?;
    Some(Rail {
        range: (rail.range)(settings),
        step: rail.step,
    })
}

/// By how much a number moves when it is dragged by a point, or by an arrow key.
pub fn speed(number: &Number, value: f64) -> f64 {
    match number.pace {
        Pace::Steady(speed) => speed,
        Pace::Proportional(least) => {
            let magnitude = 10_f64.powf(value.abs().max(1e-300).log10().floor());
            (0.1 * magnitude).max(least)
        }
    }
}

/// A field's number as its control shows it: a share in per cent, all images as their number.
/// A field that isn't a number, or is off, has none.
pub fn read(field: Field, settings: &Settings) -> Option<f64> {
    let number = field.entry().number()?;
    let value = match field {
        Field::TrainSize => settings.usual_train_size() as f64,
        _ => field.number(settings)?,
    };
    Some(if number.factor == 1.0 {
        value
    } else {
        without_dust(number.factor * value)
    })
}

/// Puts a number into its field. As many images as there are, or more, are all of them.
pub fn write(field: Field, settings: &mut Settings, value: f64) {
    let Some(number) = field.entry().number() else {
        return;
    };
    if field == Field::TrainSize && value.round() >= settings.usual_pool() as f64 {
        settings.data.train_size = TrainSize::ALL;
    } else {
        field.set_number(settings, value / number.factor);
    }
}

/// A field's number in words, without what stands before and after it.
pub fn text(field: Field, settings: &Settings, value: f64) -> String {
    let whole = value.max(0.0).round() as usize;
    let digits = field.entry().number().map(|number| number.digits);
    match digits.unwrap_or(Digits::Plain) {
        Digits::Images if field == Field::TrainSize && whole == settings.usual_pool() => {
            format!("all {}", format::whole(whole))
        }
        Digits::Images => format::whole(whole),
        Digits::Decimals(decimals) => rounded(value, decimals),
        Digits::Rate => rate(value),
        Digits::Whole => format::whole(whole),
        Digits::Plain => whole.to_string(),
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
        return Some(ALL_OF_THEM);
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

/// A value on the rail without needless digits. The digits are as fine as a point of the rail, or
/// an arrow key would not move the value.
pub fn on_rail(number: &Number, value: f64) -> f64 {
    if number.is_whole {
        value.round()
    } else {
        significant(value, 3)
    }
}

fn without_dust(value: f64) -> f64 {
    significant(value, 12)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Preset;

    #[test]
    fn every_number_reads_back_what_is_written_and_its_own_text() {
        let settings = Preset::Article.settings();
        for field in Field::ALL {
            let Some(number) = field.entry().number() else {
                assert_eq!(read(field, &settings), None);
                continue;
            };
            let mut changed = settings.clone();
            let range = range(number, &settings);
            let value = range.start() + 0.25 * (range.end().min(16.0) - range.start());
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
        assert_eq!(text(Field::TrainSize, &settings, 55_000.0), "all 55,000");
        write(Field::TrainSize, &mut settings, 2_000.0);
        assert_eq!(text(Field::TrainSize, &settings, 2_000.0), "2,000");
        // More images than there are is an error, and is shown as it is.
        assert_eq!(text(Field::TrainSize, &settings, 60_000.0), "60,000");
        write(Field::TrainSize, &mut settings, parse("all").unwrap());
        assert_eq!(settings.data.train_size, TrainSize::ALL);
    }

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for (typed, value) in [
            ("2k", 2_000.0),
            ("3200", 3_200.0),
            ("3,200", 3_200.0),
            ("3 200", 3_200.0),
            ("3.2k", 3_200.0),
            ("all 55,000", ALL_OF_THEM),
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
        let number = Field::ConvBlocks.entry().number().unwrap();
        assert_eq!(range(number, &Preset::Cnn.settings()), 1.0..=2.0);
    }
}
