//! What was taken of a data set in words: the same in the dialog for data and on the command line.

use crate::data::DataSummary;
use crate::lab::format;

/// A data set in a line: `digits: 60 images of 28 × 28 pixels, 10 classes`.
pub fn data_headline(data: &DataSummary) -> String {
    format!(
        "{}: {} images of {} × {} pixels, {} classes",
        data.name,
        format::whole(data.images),
        data.rows,
        data.columns,
        data.classes.len()
    )
}

/// The classes with the number of their images: `0 (6), 1 (6)`.
pub fn class_counts(data: &DataSummary) -> String {
    let counts = data.classes.iter();
    let counts = counts.map(|class| format!("{} ({})", class.name, format::whole(class.images)));
    counts.collect::<Vec<_>>().join(", ")
}

/// What becomes of the images, and what was done to them, a line each: how many train, validate and
/// are set aside; how many were left out of validation; what was set aside, turned or assumed.
pub fn data_lines(data: &DataSummary) -> Vec<String> {
    let validating = match data.own_validation {
        None => format!("{} to validate with", format::whole(data.validation)),
        Some(own) if own == data.validation + data.duplicates => format!(
            "{} to validate with, which the data itself names for that",
            format::whole(data.validation)
        ),
        Some(own) => format!(
            "{} to validate with, of the {} that the data itself names for that",
            format::whole(data.validation),
            format::whole(own)
        ),
    };
    let test = match data.test_images {
        Some(count) => format!(", {} for the one test score", format::whole(count)),
        None => String::new(),
    };
    let pool = format::whole(data.pool);
    let mut lines = vec![format!("{pool} to train on, {validating}{test}")];
    lines.push(match data.duplicates {
        0 => "No image of validation is in the training images too".to_owned(),
        1 => "1 image is in the training images too and was kept out of validation".to_owned(),
        count => format!(
            "{} images are in the training images too and were kept out of validation",
            format::whole(count)
        ),
    });
    lines.extend(data.notes.iter().map(|note| capitalized(note)));
    lines
}

/// A note as a sentence of its own. A name of a file at its start stays as it is.
fn capitalized(note: &str) -> String {
    let first_word = note.split_whitespace().next().unwrap_or_default();
    if first_word.contains('.') {
        return note.to_owned();
    }
    let mut chars = note.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::ClassCount;

    fn summary() -> DataSummary {
        DataSummary {
            name: "digits".into(),
            images: 1_240,
            rows: 14,
            columns: 14,
            classes: [("0", 1_000), ("7", 240)]
                .map(|(name, images)| ClassCount {
                    name: name.into(),
                    images,
                })
                .into(),
            pool: 1_000,
            validation: 230,
            duplicates: 10,
            own_validation: None,
            test_images: Some(32),
            notes: vec!["the images lie".into(), "a.csv lists files".into()],
        }
    }

    #[test]
    fn what_was_taken_is_said_in_lines() {
        let mut data = summary();
        let headline = "digits: 1,240 images of 14 × 14 pixels, 2 classes";
        assert_eq!(data_headline(&data), headline);
        assert_eq!(class_counts(&data), "0 (1,000), 7 (240)");
        let lines = [
            "1,000 to train on, 230 to validate with, 32 for the one test score",
            "10 images are in the training images too and were kept out of validation",
            "The images lie",
            "a.csv lists files",
        ];
        assert_eq!(data_lines(&data), lines);
        data.test_images = None;
        data.own_validation = Some(240);
        let own = "1,000 to train on, 230 to validate with, which the data itself names for that";
        assert_eq!(data_lines(&data)[0], own);
        data.own_validation = Some(400);
        let some = "1,000 to train on, 230 to validate with, of the 400 that the data itself names \
                    for that";
        assert_eq!(data_lines(&data)[0], some);
    }
}
