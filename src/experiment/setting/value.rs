//! How the value of a setting is read from what a person types, said in words, and moved as a
//! number.

use crate::experiment::settings::{Architecture, BatchNorm, Optimizer, Schedule, TrainSize};
use crate::experiment::source::DataSource;
use std::borrow::Cow;

/// The largest whole number that a control of floating-point numbers holds exactly.
const MOST_WHOLE: f64 = 9_007_199_254_740_991.0;

/// What a text should have been, in words: `expected a number`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {0}")]
pub struct Expected(Cow<'static, str>);

impl Expected {
    /// An error that says what was expected: `a number`, `none, channels or rows`.
    pub fn new(words: impl Into<Cow<'static, str>>) -> Self {
        Self(words.into())
    }

    /// An error that says which of these words was expected.
    pub fn one_of(words: &[&str]) -> Self {
        Self(match words {
            [] => Cow::Borrowed("nothing"),
            [only] => (*only).to_owned().into(),
            [first @ .., last] => format!("{} or {last}", first.join(", ")).into(),
        })
    }
}

/// A type that a setting's value may have.
pub(super) trait Value: Sized {
    /// Reads what a person typed.
    fn parse(text: &str) -> Result<Self, Expected>;

    /// The value as the command line takes it.
    fn text(&self) -> String;

    /// The value as a number. A value that isn't one, or that is off, gives none.
    fn number(&self) -> Option<f64> {
        None
    }

    /// Takes a number, rounded where the value is whole. A value that is none stays as it is.
    fn set_number(&mut self, _number: f64) {}
}

impl Value for f64 {
    fn parse(text: &str) -> Result<Self, Expected> {
        text.parse().map_err(|_| Expected::new("a number"))
    }

    fn text(&self) -> String {
        if *self != 0.0 && self.abs() < 0.01 {
            format!("{self:e}")
        } else {
            format!("{self}")
        }
    }

    fn number(&self) -> Option<f64> {
        Some(*self)
    }

    fn set_number(&mut self, number: f64) {
        *self = number;
    }
}

/// The values that are whole numbers.
macro_rules! whole_numbers {
    ($($type:ty),*) => {$(
        impl Value for $type {
            fn parse(text: &str) -> Result<Self, Expected> {
                text.parse().map_err(|_| Expected::new("a whole number"))
            }

            fn text(&self) -> String {
                self.to_string()
            }

            fn number(&self) -> Option<f64> {
                Some(*self as f64)
            }

            fn set_number(&mut self, number: f64) {
                *self = number.round().clamp(0.0, MOST_WHOLE) as $type;
            }
        }
    )*};
}

whole_numbers!(usize, u64);

impl Value for bool {
    /// `article` and `none` are the words of `--augment`, and are understood here as well.
    fn parse(text: &str) -> Result<Self, Expected> {
        match text {
            "on" | "true" | "article" => Ok(true),
            "off" | "false" | "none" => Ok(false),
            _ => Err(Expected::new("on or off")),
        }
    }

    fn text(&self) -> String {
        if *self { "on" } else { "off" }.into()
    }
}

/// A number that can be switched off.
impl<T: Value + Default> Value for Option<T> {
    fn parse(text: &str) -> Result<Self, Expected> {
        match text {
            "off" | "none" => Ok(None),
            _ => T::parse(text)
                .map(Some)
                .map_err(|Expected(words)| Expected(format!("{words}, or off").into())),
        }
    }

    fn text(&self) -> String {
        self.as_ref().map_or_else(|| "off".into(), T::text)
    }

    fn number(&self) -> Option<f64> {
        self.as_ref().and_then(T::number)
    }

    fn set_number(&mut self, number: f64) {
        self.get_or_insert_default().set_number(number);
    }
}

impl Value for TrainSize {
    fn parse(text: &str) -> Result<Self, Expected> {
        text.parse()
    }

    fn text(&self) -> String {
        self.to_string()
    }

    /// All images are no number: how many there are depends on the data.
    fn number(&self) -> Option<f64> {
        match self {
            Self::Count(count) => Some(*count as f64),
            Self::All(_) => None,
        }
    }

    fn set_number(&mut self, number: f64) {
        let mut count = 0;
        Value::set_number(&mut count, number);
        *self = Self::Count(count);
    }
}

impl Value for DataSource {
    fn parse(text: &str) -> Result<Self, Expected> {
        text.parse()
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

/// The values that are one of a few words.
macro_rules! choices {
    ($($type:ty),*) => {$(
        impl Value for $type {
            fn parse(text: &str) -> Result<Self, Expected> {
                Self::ALL
                    .into_iter()
                    .find(|choice| choice.name() == text)
                    .ok_or_else(|| Expected::one_of(&Self::ALL.map(Self::name)))
            }

            fn text(&self) -> String {
                self.name().into()
            }
        }
    )*};
}

choices!(Architecture, BatchNorm, Optimizer, Schedule);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        assert_eq!(0.001_f64.text(), "1e-3");
        assert_eq!(0.5_f64.text(), "0.5");
        assert_eq!(0.0_f64.text(), "0");
    }

    #[test]
    fn what_was_expected_is_said() {
        let of = |err: Result<(), Expected>| err.unwrap_err().to_string();
        assert_eq!(of(f64::parse("x").map(drop)), "expected a number");
        assert_eq!(
            of(Option::<usize>::parse("x").map(drop)),
            "expected a whole number, or off"
        );
        assert_eq!(
            of(BatchNorm::parse("x").map(drop)),
            "expected none, channels or rows"
        );
    }

    #[test]
    fn a_number_that_is_off_is_switched_on_by_a_number() {
        let mut patience: Option<usize> = None;
        assert_eq!(patience.number(), None);
        patience.set_number(4.6);
        assert_eq!(patience, Some(5));
        let mut images = TrainSize::ALL;
        assert_eq!(images.number(), None);
        images.set_number(-3.0);
        assert_eq!(images, TrainSize::Count(0));
    }
}
