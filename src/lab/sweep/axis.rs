//! A setting and the values that a sweep gives it, or several settings that move together.

use super::assignment::field_named;
use super::{Assignment, Assignments, SweepError};
use crate::experiment::Field;
use std::fmt;
use std::str::FromStr;

/// An axis of a sweep: two values or more, or a single one that holds for all cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    values: Vec<Assignments>,
}

impl Axis {
    /// An axis of these values.
    ///
    /// # Errors
    /// Where there is no value.
    pub fn new(values: Vec<Assignments>) -> Result<Self, SweepError> {
        if values.is_empty() {
            return Err(SweepError::NoValues);
        }
        Ok(Self { values })
    }

    /// The values, in order.
    pub fn values(&self) -> &[Assignments] {
        &self.values
    }

    /// The axis as an argument of the command line, where its values begin with one setting.
    pub fn argument(&self) -> Option<String> {
        let first = self.values.first()?.0.first()?.field();
        let texts: Option<Vec<String>> = self
            .values
            .iter()
            .map(|value| {
                let (head, rest) = value.0.split_first()?;
                let rest: String = rest.iter().map(|more| format!("+{more}")).collect();
                (head.field() == first).then(|| format!("{}{rest}", head.text()))
            })
            .collect();
        Some(format!("{}={}", first.name(), texts?.join(",")))
    }

    /// The settings that any of the values sets, each once.
    pub fn fields(&self) -> Vec<Field> {
        let mut fields = Vec::new();
        for assignment in self.values.iter().flat_map(|value| &value.0) {
            if !fields.contains(&assignment.field()) {
                fields.push(assignment.field());
            }
        }
        fields
    }
}

impl fmt::Display for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values: Vec<String> = self.values.iter().map(ToString::to_string).collect();
        f.write_str(&values.join(" | "))
    }
}

/// Reads an axis as the command line has it: `dropout=0,0.25,0.5`. A value may bring others along
/// behind a plus: `batch-norm=none,channels+dropout=0.5`.
impl FromStr for Axis {
    type Err = SweepError;

    fn from_str(text: &str) -> Result<Self, SweepError> {
        let (name, values) = text
            .split_once('=')
            .ok_or_else(|| SweepError::NotAnAxis(text.into()))?;
        let field = field_named(name.trim())?;
        let values: Result<Vec<Assignments>, SweepError> = values
            .split(',')
            .map(|value| value_of(field, value.trim()))
            .collect();
        Self::new(values?)
    }
}

fn value_of(field: Field, text: &str) -> Result<Assignments, SweepError> {
    let mut parts = joined_parts(text).into_iter();
    let first = Assignment::new(field, parts.next().unwrap_or_default().trim())?;
    let rest: Result<Vec<Assignment>, SweepError> = parts.map(|part| part.trim().parse()).collect();
    Ok(Assignments(std::iter::once(first).chain(rest?).collect()))
}

/// The parts of a value between pluses. A plus within a number, such as `1e+3`, is none of them.
fn joined_parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut begin = 0;
    for (place, _) in text.match_indices('+') {
        let next = text[place + 1..].trim_start().chars().next();
        if next.is_some_and(|next| next.is_ascii_alphabetic()) {
            parts.push(&text[begin..place]);
            begin = place + 1;
        }
    }
    parts.push(&text[begin..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_is_a_setting_and_its_values() {
        let axis: Axis = "dropout=0, 0.25,0.5".parse().unwrap();
        assert_eq!(axis.to_string(), "dropout=0 | dropout=0.25 | dropout=0.5");
        let joined: Axis = "batch-norm=none,channels+dropout=0.5".parse().unwrap();
        assert_eq!(
            joined.to_string(),
            "batch-norm=none | batch-norm=channels dropout=0.5"
        );
        assert_eq!(joined.fields(), [Field::BatchNorm, Field::Dropout]);
        let argument = joined.argument().unwrap();
        assert_eq!(argument, "batch-norm=none,channels+dropout=0.5");
        assert_eq!(argument.parse::<Axis>().unwrap(), joined);
        let number: Axis = "train-size=1000,all".parse().unwrap();
        assert_eq!(number.values().len(), 2);
    }

    #[test]
    fn what_is_no_axis_is_refused_with_the_way() {
        let check = |text: &str, part: &str| {
            let message = text.parse::<Axis>().unwrap_err().to_string();
            assert!(message.contains(part), "{text}: {message}");
        };
        check("dropout", "NAME=VALUE,VALUE");
        check("droput=0.5", "unknown setting \"droput\"");
        check("dropout=much", "dropout: expected a number");
        check("dropout=", "dropout: expected a number");
        check("seed=1,2", "with several seeds of its own");
        check("validation-size=100,200", "same validation images");
        check("dropout=0,0.5+batch-norm", "\"batch-norm\"");
    }
}
