//! The values of settings along which the cells of a sweep lie.

use crate::experiment::{Field, Settings};
use crate::lab::format;
use crate::lab::sweep::{Axis, Sweep};

/// The values of an axis as they are shown.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Along {
    /// What varies: `dropout`, or several settings that move together.
    pub title: String,
    /// The setting, where a single one varies.
    pub field: Option<Field>,
    /// Each value in words, with its number where it has one.
    pub values: Vec<(String, Option<f64>)>,
}

impl Along {
    /// An axis of a sweep, the `stride` of which says how many cells lie between two of its values.
    pub fn of(sweep: &Sweep, axis: &Axis, stride: usize) -> Self {
        let fields = axis.fields();
        let field = match &fields[..] {
            [only] => Some(*only),
            _ => None,
        };
        let titles: Vec<&str> = fields.iter().map(|field| title_of(*field)).collect();
        let values = (0..axis.values().len()).map(|place| {
            let cell = sweep.cells().get(place * stride);
            match (field, cell) {
                (Some(field), Some(cell)) => value_of(field, cell.settings()),
                _ => (axis.values()[place].to_string(), None),
            }
        });
        Self {
            title: titles.join(" and "),
            field,
            values: values.collect(),
        }
    }
}

/// What a setting is called under an axis.
fn title_of(field: Field) -> &'static str {
    match field {
        Field::TrainSize => "training images",
        other => other.label(),
    }
}

/// A value in words, and its number. All images have their number, too.
fn value_of(field: Field, settings: &Settings) -> (String, Option<f64>) {
    if field == Field::TrainSize
        && let Some(pool) = settings.data.known_pool()
    {
        let images = settings.data.train_size.resolve(pool);
        return (format::count(images), Some(images as f64));
    }
    (field.shown_text(settings), field.number(settings))
}
