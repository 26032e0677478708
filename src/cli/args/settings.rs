//! The arguments that set an experiment's settings, one for each entry of the table that has an
//! argument.

use crate::experiment::{Expected, Field, Kind, Preset, SettingError, Settings};
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Args, Command, Error, FromArgMatches};
use std::collections::BTreeMap;

/// The settings that were typed. Each text has been read once, so that it is a value of its field;
/// whether the values go together is for the experiment's check to say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TypedSettings(BTreeMap<Field, String>);

impl TypedSettings {
    /// What was typed for a field.
    pub fn get(&self, field: Field) -> Option<&str> {
        self.0.get(&field).map(String::as_str)
    }

    /// What was typed for a field, which then counts as not typed.
    pub fn take(&mut self, field: Field) -> Option<String> {
        self.0.remove(&field)
    }

    /// Puts everything into settings but the data, which have to be read first.
    ///
    /// # Errors
    /// The field and what is expected.
    pub fn fill(&self, settings: &mut Settings) -> Result<(), SettingError> {
        let typed = self.0.iter().filter(|(field, _)| **field != Field::Data);
        for (field, text) in typed {
            field.set(settings, text)?;
        }
        // A preset's own number of images may be more than the data have.
        let (data, train_size) = (self.get(Field::Data), self.get(Field::TrainSize));
        if data.is_some() && train_size.is_none() {
            settings.clamp_train_size();
        }
        Ok(())
    }
}

impl Args for TypedSettings {
    fn augment_args(command: Command) -> Command {
        command.args(Field::ALL.into_iter().filter_map(argument))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for TypedSettings {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let fields = Field::ALL.into_iter();
        let typed = fields.filter_map(|field| {
            field.entry().argument.as_ref()?;
            let text = matches.get_one::<String>(field.name())?;
            Some((field, text.clone()))
        });
        Ok(Self(typed.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.extend(Self::from_arg_matches(matches)?.0);
        Ok(())
    }
}

/// The argument of a field, where it has one of its own.
fn argument(field: Field) -> Option<Arg> {
    let entry = field.entry();
    let words = entry.argument.as_ref()?;
    let argument = Arg::new(entry.name)
        .long(entry.name)
        .value_name(words.value)
        .help(words.line);
    let argument = match words.more {
        "" => argument,
        more => argument.long_help(format!("{}\n\n{more}", words.line)),
    };
    Some(match &entry.kind {
        Kind::Choice(choices) => {
            let names = choices.iter().map(|choice| choice.name);
            argument.value_parser(PossibleValuesParser::new(names))
        }
        Kind::Data | Kind::Switch | Kind::Number(_) => {
            argument.value_parser(move |text: &str| readable(field, text))
        }
    })
}

/// The text, where it is a value of the field.
fn readable(field: Field, text: &str) -> Result<String, Expected> {
    match field.set(&mut Preset::Default.settings(), text) {
        Ok(()) => Ok(text.into()),
        Err(SettingError::Unreadable { expected, .. }) => Err(within_range(field, expected)),
        Err(other) => Err(Expected::new(format!("another value: {other}"))),
    }
}

/// What is expected of a whole number, with the least that it may be. What is the most may depend on
/// other settings, and the check says it.
fn within_range(field: Field, expected: Expected) -> Expected {
    let words = expected.to_string();
    let Some(number) = field.entry().number().filter(|number| number.is_whole) else {
        return expected;
    };
    let least = *(number.range)(&Preset::Default.settings()).start();
    match words.strip_prefix("expected a whole number") {
        Some(rest) => Expected::new(format!("a whole number from {least}{rest}")),
        None => expected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<TypedSettings, Error> {
        let command = TypedSettings::augment_args(Command::new("test").no_binary_name(true));
        TypedSettings::from_arg_matches(&command.try_get_matches_from(arguments)?)
    }

    #[test]
    fn every_setting_has_an_argument_or_is_a_part_of_one() {
        TypedSettings::augment_args(Command::new("test")).debug_assert();
        let without: Vec<_> = Field::ALL
            .into_iter()
            .filter(|field| field.entry().argument.is_none())
            .collect();
        // These are typed as ranges of --augment.
        assert_eq!(
            without,
            [Field::Rotation, Field::Shift, Field::Shear, Field::Zoom]
        );
    }

    #[test]
    fn what_is_typed_is_set_and_nothing_else() {
        let typed = parse(&["--dropout", "0.25", "--optimizer", "sgd", "--seed", "7"]).unwrap();
        let mut settings = Preset::Cnn.settings();
        typed.fill(&mut settings).unwrap();
        let mut expected = Preset::Cnn.settings();
        expected.regularization.dropout = 0.25;
        expected.training.optimizer = crate::experiment::Optimizer::Sgd;
        expected.seed = 7;
        assert_eq!(settings, expected);
    }

    #[test]
    fn settings_are_typed_as_their_options_say() {
        for preset in Preset::ALL {
            let mut settings = preset.settings();
            settings.regularization.early_stopping = Some(3);
            settings.training.gradient_clip = Some(2.5);
            settings.training.learning_rate = 0.0125;
            settings.data.split_seed = 9;
            settings.seed = 12;
            let options = settings.as_options().unwrap();
            let words: Vec<&str> = options.split(' ').collect();
            let named = words.iter().position(|word| *word == "--preset").unwrap();
            let presets = Preset::ALL.into_iter();
            let mut made = presets
                .filter(|preset| preset.name() == words[named + 1])
                .map(Preset::settings)
                .next()
                .unwrap();
            let typed = parse(&words[named + 2..]).unwrap();
            typed.fill(&mut made).unwrap();
            assert_eq!(made, settings, "{options}");
        }
    }

    #[test]
    fn a_whole_number_is_expected_from_its_least_on() {
        let check = |argument: &str, expected: &str| {
            let message = parse(&[&format!("{argument}=-1")]).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        };
        check("--seed", "expected a whole number from 0");
        check("--epochs", "expected a whole number from 1");
        check("--early-stopping", "expected a whole number from 1, or off");
    }

    #[test]
    fn a_text_that_is_no_value_is_refused_where_it_stands() {
        let message = parse(&["--dropout", "much"]).unwrap_err().to_string();
        assert!(
            message.contains("'much' for '--dropout <P>': expected a number"),
            "{message}"
        );
    }
}
