//! Which array is which, by its name.

use crate::data::DataError;
use crate::data::files::names::shown;
use std::path::Path;

/// A part of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Train,
    Validation,
    Test,
}

/// What an array holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Images,
    Labels,
}

/// The arrays of a file that are images or labels.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Roles {
    found: Vec<(Part, Role, String)>,
    /// The arrays that are neither.
    pub passed_over: Vec<String>,
}

impl Roles {
    /// The arrays among the names of a file's entries.
    ///
    /// # Errors
    /// Where two arrays have the same role.
    pub(super) fn of<'a>(
        path: &Path,
        entries: impl Iterator<Item = &'a str>,
    ) -> Result<Self, DataError> {
        let mut roles = Self {
            found: Vec::new(),
            passed_over: Vec::new(),
        };
        let names: Vec<&str> = entries
            .filter_map(|entry| entry.strip_suffix(".npy"))
            .collect();
        // numpy.savez(file, x, y) names arrays by their place.
        let is_by_place = names.len() == 2 && names.contains(&"arr_0") && names.contains(&"arr_1");
        for name in names {
            let known = match name {
                "arr_0" if is_by_place => Some((Part::Train, Role::Images)),
                "arr_1" if is_by_place => Some((Part::Train, Role::Labels)),
                name => meaning(name),
            };
            let Some((part, role)) = known else {
                roles.passed_over.push(shown(name.as_bytes()));
                continue;
            };
            if let Some(other) = roles.get(part, role) {
                let problem = format!(
                    "found the arrays {other} and {name}, which mean the same, expected one of them; \
                     save it as x_train, y_train, x_test and y_test"
                );
                return Err(DataError::file(path, problem));
            }
            roles.found.push((part, role, name.to_owned()));
        }
        Ok(roles)
    }

    /// The name of an array, where the file has it.
    pub(super) fn get(&self, part: Part, role: Role) -> Option<&str> {
        let found = self.found.iter().find(|(p, r, _)| (*p, *r) == (part, role));
        found.map(|(_, _, name)| name.as_str())
    }

    /// The names of the images and labels of a part, where the file has it.
    ///
    /// # Errors
    /// Where the file has one of both alone.
    pub(super) fn pair(&self, path: &Path, part: Part) -> Result<Option<(&str, &str)>, DataError> {
        match (self.get(part, Role::Images), self.get(part, Role::Labels)) {
            (Some(images), Some(labels)) => Ok(Some((images, labels))),
            (None, None) => Ok(None),
            // Kaggle's test images have no labels.
            (Some(_), None) if part == Part::Test => Ok(None),
            (Some(_), None) => Err(self.missing(path, Role::Labels)),
            (None, Some(_)) => Err(self.missing(path, Role::Images)),
        }
    }

    /// The images to predict: those of the test, or those to train with, or the only array. The part says
    /// where the labels are. The other arrays are passed over.
    pub(super) fn to_predict(&self) -> Option<(Option<Part>, &str)> {
        for part in [Part::Test, Part::Train, Part::Validation] {
            if let Some(images) = self.get(part, Role::Images) {
                return Some((Some(part), images));
            }
        }
        match (self.found.is_empty(), self.passed_over.as_slice()) {
            (true, [alone]) => Some((None, alone)),
            _ => None,
        }
    }

    /// The error where no images to predict are there.
    pub(super) fn nothing_to_predict(&self, path: &Path) -> DataError {
        let problem = format!(
            "found {}, and no images to predict among them, expected x_test, perhaps y_test, or images \
             alone; save them by numpy.savez('test.npz', x_test=…)",
            self.named()
        );
        DataError::file(path, problem)
    }

    /// The arrays of the file in words.
    fn named(&self) -> String {
        let found = self.found.iter().map(|(_, _, name)| name.as_str());
        let mut names: Vec<&str> = found.collect();
        names.extend(self.passed_over.iter().map(String::as_str));
        names.truncate(8);
        match names.join(", ") {
            none if none.is_empty() => "no arrays".to_owned(),
            names => format!("the arrays {names}"),
        }
    }

    /// The error where images or labels aren't there.
    pub(super) fn missing(&self, path: &Path, role: Role) -> DataError {
        let what = match role {
            Role::Images => "images",
            Role::Labels => "labels",
        };
        let problem = format!(
            "found {}, and no {what} to train with among them, expected x_train and y_train, \
             perhaps x_test and y_test; save them by numpy.savez('data.npz', x_train=…, y_train=…)",
            self.named()
        );
        DataError::file(path, problem)
    }
}

/// The part and the role that a name names, such as `x_train`, `test_labels` or `X`.
fn meaning(name: &str) -> Option<(Part, Role)> {
    let lower = name.to_lowercase();
    let (mut part, mut role) = (None, None);
    for word in lower.split(['_', '-', '.', ' ']) {
        let (its_part, its_role) = match word {
            "train" | "training" | "tr" => (Some(Part::Train), None),
            "val" | "valid" | "validation" | "dev" => (Some(Part::Validation), None),
            "test" | "testing" | "te" => (Some(Part::Test), None),
            "x" | "images" | "image" | "imgs" | "img" | "data" | "features" => {
                (None, Some(Role::Images))
            }
            "y" | "labels" | "label" | "targets" | "target" | "classes" => {
                (None, Some(Role::Labels))
            }
            "xtrain" | "trainx" => (Some(Part::Train), Some(Role::Images)),
            "ytrain" | "trainy" => (Some(Part::Train), Some(Role::Labels)),
            "xtest" | "testx" => (Some(Part::Test), Some(Role::Images)),
            "ytest" | "testy" => (Some(Part::Test), Some(Role::Labels)),
            _ => return None,
        };
        if let Some(its) = its_part
            && part.replace(its).is_some()
        {
            return None;
        }
        if let Some(its) = its_role
            && role.replace(its).is_some()
        {
            return None;
        }
    }
    Some((part.unwrap_or(Part::Train), role?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_known_by_their_names() {
        for (name, expected) in [
            ("x_train", Some((Part::Train, Role::Images))),
            ("y_test", Some((Part::Test, Role::Labels))),
            ("train_images", Some((Part::Train, Role::Images))),
            ("val_labels", Some((Part::Validation, Role::Labels))),
            ("X", Some((Part::Train, Role::Images))),
            ("target", Some((Part::Train, Role::Labels))),
            ("Xtrain", Some((Part::Train, Role::Images))),
            ("train", None),
            ("x_y", None),
            ("train_test_x", None),
            ("mean", None),
            ("", None),
        ] {
            assert_eq!(meaning(name), expected, "{name}");
        }
    }

    #[test]
    fn what_is_missing_or_twice_is_said() {
        let refused = |entries: &[&str], part: &str| {
            let entries = entries.iter().map(|name| format!("{name}.npy"));
            let entries: Vec<String> = entries.collect();
            let roles = Roles::of(Path::new("a.npz"), entries.iter().map(String::as_str));
            let pair = roles.and_then(|roles| {
                let pair = roles.pair(Path::new("a.npz"), Part::Train)?;
                pair.map(|_| ())
                    .ok_or_else(|| roles.missing(Path::new("a.npz"), Role::Images))
            });
            let text = pair.unwrap_err().to_string();
            assert!(text.contains(part), "{text}");
        };
        refused(&["x_train"], "no labels to train with");
        refused(&["y_train"], "no images to train with");
        refused(&["arr_0"], "found the arrays arr_0, and no images");
        refused(&[], "found no arrays");
        refused(
            &["x", "train_images", "y"],
            "x and train_images, which mean the same",
        );
        let names = ["arr_0.npy", "arr_1.npy"];
        let roles = Roles::of(Path::new("a.npz"), names.into_iter()).unwrap();
        assert_eq!(
            roles.pair(Path::new(""), Part::Train),
            Ok(Some(("arr_0", "arr_1")))
        );
    }
}
