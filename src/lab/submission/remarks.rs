//! What is to be known of a submission before it is believed, and how right it is where that can be
//! said.

use super::{Member, Prediction, TestFile};
use crate::data::IdOrigin;
use crate::lab::verdict::standard_error;
use serde::Serialize;

/// How many names a sentence has.
const NAMED: usize = 10;

/// Something to be known of a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// Labels may be wrong for this reason.
    Warning(String),
    /// This was assumed, or done on the way.
    Note(String),
}

/// How right the labels of a test file are that says itself what its images are.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TestAccuracy {
    /// The fraction that is right.
    pub accuracy: f64,
    /// The standard error of that fraction.
    pub standard_error: f64,
    /// How many images there are.
    pub count: usize,
}

/// How many predictions are right, where the test file says what its images are.
pub(super) fn accuracy(prediction: &Prediction, test: &TestFile) -> Option<TestAccuracy> {
    let labels = test.labels.as_ref()?;
    let classes: Vec<Option<u8>> = labels
        .names
        .iter()
        .map(|name| {
            let class = prediction
                .class_names
                .iter()
                .position(|known| known == name);
            class.and_then(|class| u8::try_from(class).ok())
        })
        .collect();
    let known = labels.labels.iter().zip(&prediction.labels);
    let right = known.filter(|(label, predicted)| {
        classes.get(usize::from(**label)).copied().flatten() == Some(**predicted)
    });
    let count = labels.labels.len();
    let accuracy = right.count() as f64 / count as f64;
    Some(TestAccuracy {
        accuracy,
        standard_error: standard_error(accuracy, count),
        count,
    })
}

/// What is to be known of a submission by these runs for this file.
pub(super) fn remarks(prediction: &Prediction, members: &[Member], test: &TestFile) -> Vec<Remark> {
    let mut remarks: Vec<Remark> = Vec::new();
    remarks.extend(other_looks(members).map(Remark::Warning));
    remarks.extend(twice(members).map(Remark::Warning));
    remarks.extend(missing(&prediction.class_names).map(Remark::Warning));
    remarks.extend(unknown(prediction, test).map(Remark::Warning));
    remarks.extend(test.taken.notes.iter().map(|note| match note.is_warning() {
        true => Remark::Warning(note.to_string()),
        false => Remark::Note(note.to_string()),
    }));
    if let Some(ids) = &test.ids
        && ids.origin == IdOrigin::Column
    {
        let name = &ids.column;
        remarks.push(Remark::Note(format!(
            "the ids are those of the column {name} of the test file"
        )));
    }
    remarks
}

/// In what the images look otherwise than those that trained the runs, each once.
fn other_looks(members: &[Member]) -> impl Iterator<Item = String> {
    let mut looks: Vec<String> = Vec::new();
    for look in members
        .iter()
        .filter_map(|member| member.other_look.as_ref())
    {
        if !looks.contains(look) {
            looks.push(look.clone());
        }
    }
    looks.into_iter()
}

/// Where the same weights predict twice, they count double.
fn twice(members: &[Member]) -> Option<String> {
    let repeats = members.iter().enumerate().filter(|(place, member)| {
        let before = &members[..*place];
        before
            .iter()
            .any(|other| other.weights_sha256 == member.weights_sha256)
    });
    let mut names: Vec<String> = repeats.map(|(_, member)| member.name.clone()).collect();
    names.dedup();
    (!names.is_empty()).then(|| {
        format!(
            "the same weights predict twice ({}), and so count double in the mean; name each run \
             once",
            named(&names)
        )
    })
}

/// The digits that runs don't know, and so never say.
fn missing(class_names: &[String]) -> Option<String> {
    let digits = ('0'..='9').map(String::from);
    let missing: Vec<String> = digits
        .filter(|digit| !class_names.contains(digit))
        .collect();
    (!missing.is_empty()).then(|| {
        format!(
            "the runs know only the classes {}: {} can't come out; train on data that has them",
            named(class_names),
            named(&missing)
        )
    })
}

/// The classes of a labelled test file that runs don't know.
fn unknown(prediction: &Prediction, test: &TestFile) -> Option<String> {
    let labels = test.labels.as_ref()?;
    let is_unknown = |name: &&String| !prediction.class_names.contains(name);
    let names: Vec<String> = labels.names.iter().filter(is_unknown).cloned().collect();
    (!names.is_empty()).then(|| {
        format!(
            "the test file has images of classes that the runs don't know ({}); each counts as wrong",
            named(&names)
        )
    })
}

/// Names in a sentence, the first few of many.
fn named(names: &[String]) -> String {
    let more = names.len().saturating_sub(NAMED);
    let first = names[..names.len() - more].join(", ");
    match more {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn digits_that_cant_come_out_are_named() {
        assert_eq!(missing(&names("0 1 2 3 4 5 6 7 8 9")), None);
        let text = missing(&names("0 1 2 3")).unwrap();
        assert!(
            text.contains("only the classes 0, 1, 2, 3: 4, 5, 6, 7, 8, 9 can't"),
            "{text}"
        );
    }

    #[test]
    fn many_names_are_shortened() {
        let many: Vec<String> = (0..12).map(|name| name.to_string()).collect();
        assert_eq!(named(&many), "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more");
        assert_eq!(named(&many[..2]), "0, 1");
    }
}
