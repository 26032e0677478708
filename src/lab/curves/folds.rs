//! Several histories in one document of JSON, as people keep the folds of a cross-validation.

use super::json::{Object, flatten_columns};
use super::names::{self, Meaning, Role};
use serde_json::Value;

/// The histories of a document that holds two or more, each with its name: a list of them, or one under each name.
/// Such a list may lie under a name, as in `{"folds": [{…}, {…}]}`. Any other document gives none.
pub(super) fn histories(value: &Value) -> Option<Vec<(String, &Object)>> {
    let named: Vec<(String, &Value)> = match value {
        Value::Array(values) => {
            let numbered = (1..).zip(values);
            numbered
                .map(|(number, value): (usize, _)| (number.to_string(), value))
                .collect()
        }
        Value::Object(object) => {
            let named = object.iter();
            named.map(|(name, value)| (name.clone(), value)).collect()
        }
        _ => return None,
    };
    if let (Value::Object(_), [(_, only)]) = (value, &named[..]) {
        return histories(only);
    }
    let found = named
        .into_iter()
        .map(|(name, value)| Some((name, value.as_object().filter(|it| is_history(it))?)));
    let found: Vec<(String, &Object)> = found.collect::<Option<_>>()?;
    (found.len() > 1).then_some(found)
}

/// Whether an object is a whole history: it has lists of figures of training and of validation images. The halves of
/// one, as in `{"train": {"loss": […]}, "val": {"loss": […]}}`, are none.
fn is_history(object: &Object) -> bool {
    let mut columns = Vec::new();
    flatten_columns("", object, 0, &mut columns);
    let has = |wanted: fn(Option<Role>) -> bool| {
        columns.iter().any(|(name, values)| {
            let meaning = names::meaning(name);
            values.len() > 1
                && matches!(meaning, Some(Meaning::Figure { role, .. }) if wanted(role))
        })
    };
    has(|role| matches!(role, Some(Role::Validation | Role::Test)))
        && has(|role| matches!(role, None | Some(Role::Training)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn folds_are_told_from_the_halves_of_one_history() {
        let fold = json!({"loss": [0.9, 0.5], "val_loss": [0.8, 0.6]});
        let names = |value: &Value| -> Vec<String> {
            let found = histories(value).unwrap_or_default();
            found.into_iter().map(|(name, _)| name).collect()
        };
        assert_eq!(names(&json!([fold, fold])), ["1", "2"]);
        assert_eq!(
            names(&json!({"fold_0": fold, "fold_1": fold})),
            ["fold_0", "fold_1"]
        );
        assert_eq!(
            names(&json!({"folds": [fold, fold, fold]})),
            ["1", "2", "3"]
        );
        for one in [
            fold.clone(),
            json!([{"epoch": 1, "loss": 0.9, "val_loss": 0.8}, {"epoch": 2, "loss": 0.5, "val_loss": 0.6}]),
            json!({"train": {"loss": [0.9, 0.5]}, "val": {"loss": [0.8, 0.6]}}),
            json!({"history": fold}),
        ] {
            assert_eq!(names(&one), [""; 0], "{one}");
        }
    }
}
