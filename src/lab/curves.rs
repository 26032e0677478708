//! Curves from elsewhere: a CSV with this program's names, the file of Keras's CSVLogger, or a
//! run's `metrics.jsonl`. Nothing partly read is kept.

mod error;
mod points;

pub use error::CurveError;

use super::verdict::CurvePoint;
use crate::experiment::shortened;
use points::{Curve, Figure};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::io::Read;
use std::path::Path;

/// Bytes of a line: Keras logs lists, too, but none so long.
const MOST_LINE: usize = 1 << 16;

const EPOCH: &str = "epoch";
const TRAIN_LOSS: &str = "train_loss";
const TRAIN_ACCURACY: &str = "train_accuracy";
const VALIDATION_LOSS: &str = "validation_loss";
const VALIDATION_ACCURACY: &str = "validation_accuracy";

/// The columns of a curve, each with the names that it goes by: ours, then Keras's.
const COLUMNS: [&[&str]; 5] = [
    &[EPOCH],
    &[TRAIN_LOSS, "loss"],
    &[
        TRAIN_ACCURACY,
        "accuracy",
        "acc",
        "sparse_categorical_accuracy",
        "categorical_accuracy",
        "binary_accuracy",
    ],
    &[VALIDATION_LOSS, "val_loss"],
    &[
        VALIDATION_ACCURACY,
        "val_accuracy",
        "val_acc",
        "val_sparse_categorical_accuracy",
        "val_categorical_accuracy",
        "val_binary_accuracy",
    ],
];

/// Reads a curve file of at most 64 MiB; see [`parse_curve`].
///
/// # Errors
/// Where the file can't be read or isn't a curve; the message names the line and the column.
pub fn read_curve(path: &Path) -> Result<Vec<CurvePoint>, CurveError> {
    let io = |source| CurveError::Io {
        source,
        path: path.to_path_buf(),
    };
    let file = std::fs::File::open(path).map_err(io)?;
    let mut bytes = Vec::new();
    // A pipe has no size to ask for, so what was read is counted.
    let read = file.take(error::MOST_BYTES + 1).read_to_end(&mut bytes);
    if read.map_err(io)? as u64 > error::MOST_BYTES {
        return Err(CurveError::TooLarge { path: path.into() });
    }
    let text = std::str::from_utf8(&bytes).map_err(|err| {
        let before = &bytes[..err.valid_up_to()];
        CurveError::NotText {
            line: 1 + before.iter().filter(|byte| **byte == b'\n').count(),
            path: path.into(),
        }
    })?;
    parse_curve(text, path)
}

/// Reads the text of a curve file; `path` is for messages. Points come in order, epochs from 1.
///
/// A text that begins with `{` is a JSON object a line, by this program's names; null stands for
/// a number that is not finite, and a torn last line, as a power loss leaves it, is dropped. With
/// label noise the training figures are those of the images whose labels are right.
///
/// Any other text is a CSV, separated by commas, semicolons or tabs, columns in any order, more
/// of them ignored. Keras counts epochs from 0: where the first is 0, all are shifted by one.
/// Where the epochs start again from the first, a log was continued by another fit, and the epochs
/// are counted on.
///
/// # Errors
/// Where it isn't a curve; the message names the line and the column.
pub fn parse_curve(text: &str, path: &Path) -> Result<Vec<CurvePoint>, CurveError> {
    let text = text.trim_start_matches('\u{feff}');
    let points = if text.trim_start().starts_with('{') {
        parse_json(text, path)?
    } else {
        parse_csv(text, path)?
    };
    if points.is_empty() {
        return Err(CurveError::Empty { path: path.into() });
    }
    Ok(points)
}

/// The lines that hold something, with their numbers from 1.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let numbered = (1..).zip(text.lines());
    numbered.filter(|(_, line)| !line.trim().is_empty())
}

/// A text of the file as an error repeats it: without control characters, and not endless.
fn shown(text: &str) -> String {
    const MOST: usize = 200;
    let visible = |char: char| if char.is_control() { ' ' } else { char };
    let mut short: String = text.chars().take(MOST).map(visible).collect();
    if text.chars().nth(MOST).is_some() {
        short.push('…');
    }
    short
}

/// What is made of a line takes many times its bytes, so that its length has a bound.
fn check_length(line: usize, text: &str, path: &Path) -> Result<(), CurveError> {
    if text.len() <= MOST_LINE {
        return Ok(());
    }
    Err(CurveError::LongLine {
        line,
        found: text.len(),
        path: path.into(),
    })
}

fn parse_csv(text: &str, path: &Path) -> Result<Vec<CurvePoint>, CurveError> {
    let mut lines = lines(text);
    let Some((number, line)) = lines.next() else {
        return Ok(Vec::new());
    };
    let count = |separator: &char| line.matches(*separator).count();
    check_length(number, line, path)?;
    let separator = [',', ';', '\t'].into_iter().rev().max_by_key(count);
    let separator = separator.unwrap_or(',');
    let header = fields(line, separator);
    let mut places = [0; COLUMNS.len()];
    for (place, names) in places.iter_mut().zip(COLUMNS) {
        let find = |name: &&str| header.iter().position(|it| it.eq_ignore_ascii_case(name));
        *place = names
            .iter()
            .find_map(find)
            .ok_or_else(|| CurveError::MissingColumn {
                line: number,
                found: shown(&header.join(", ")),
                expected: names.join(" or "),
                path: path.into(),
            })?;
    }
    let mut curve = Curve::new(path);
    for (line, text) in lines {
        check_length(line, text, path)?;
        let row = fields(text, separator);
        if row.len() != header.len() {
            return Err(CurveError::Width {
                line,
                found: row.len(),
                expected: header.len(),
                path: path.into(),
            });
        }
        let figures = places.map(|place| Figure {
            line,
            column: &header[place],
            found: row[place].as_ref().into(),
            number: row[place].parse().ok(),
            path,
        });
        curve.push(&figures, true)?;
    }
    Ok(curve.points)
}

/// The values of a line, without blanks and quotes around them. Keras quotes lists, which then
/// hold separators.
fn fields(line: &str, separator: char) -> Vec<Cow<'_, str>> {
    let mut quoted = false;
    let parts = line.split(move |char| {
        quoted ^= char == '"';
        char == separator && !quoted
    });
    parts
        .map(|part| match part.trim().strip_prefix('"') {
            Some(inner) => Cow::Owned(inner.trim_end_matches('"').trim().replace("\"\"", "\"")),
            None => Cow::Borrowed(part.trim()),
        })
        .collect()
}

fn parse_json(text: &str, path: &Path) -> Result<Vec<CurvePoint>, CurveError> {
    let mut curve = Curve::new(path);
    let last = text.lines().count();
    for (line, text_of_line) in lines(text) {
        check_length(line, text_of_line, path)?;
        let object = match serde_json::from_str::<Map<String, Value>>(text_of_line) {
            Ok(object) => object,
            Err(_) if line == last && !text.ends_with('\n') => break,
            Err(err) => {
                return Err(CurveError::Json {
                    line,
                    problem: shortened(&err.to_string()),
                    path: path.into(),
                });
            }
        };
        // `train --json` tells of other things between the epochs.
        if object.get("event").is_some_and(|event| event != EPOCH) {
            continue;
        }
        let figure = |object: &Map<String, Value>, key: &str, column| match object.get(key) {
            Some(value) => Ok(Figure {
                line,
                column,
                found: value.to_string(),
                number: value.as_f64().or(value.is_null().then_some(f64::NAN)),
                path,
            }),
            None => Err(CurveError::MissingColumn {
                line,
                found: shown(&object.keys().cloned().collect::<Vec<_>>().join(", ")),
                expected: key.to_owned(),
                path: path.into(),
            }),
        };
        let mut figures = [
            figure(&object, EPOCH, EPOCH)?,
            figure(&object, TRAIN_LOSS, TRAIN_LOSS)?,
            figure(&object, TRAIN_ACCURACY, TRAIN_ACCURACY)?,
            figure(&object, VALIDATION_LOSS, VALIDATION_LOSS)?,
            figure(&object, VALIDATION_ACCURACY, VALIDATION_ACCURACY)?,
        ];
        if let Some(Value::Object(clean)) = object.get("clean")
            && clean.get("count").and_then(Value::as_u64) > Some(0)
        {
            figures[1] = figure(clean, "loss", "clean.loss")?;
            figures[2] = figure(clean, "accuracy", "clean.accuracy")?;
        }
        curve.push(&figures, false)?;
    }
    Ok(curve.points)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "epoch,loss,accuracy,val_loss,val_accuracy\n";

    fn parse(text: &str) -> Result<Vec<CurvePoint>, String> {
        parse_curve(text, Path::new("a.csv")).map_err(|err| err.to_string())
    }

    fn epochs(text: &str) -> Vec<usize> {
        parse(text).unwrap().iter().map(|it| it.epoch).collect()
    }

    #[test]
    fn a_quoted_list_is_one_value() {
        assert_eq!(
            fields("1, \"[1, 2]\" ,\"a\"\"b\",", ','),
            ["1", "[1, 2]", "a\"b", ""]
        );
    }

    #[test]
    fn epochs_count_from_1_and_on_where_a_log_was_continued() {
        let rows = |epochs: &[usize]| {
            let row = |epoch: &usize| format!("{epoch},1,0.5,1,0.5\n");
            HEADER.to_owned() + &epochs.iter().map(row).collect::<String>()
        };
        assert_eq!(epochs(&rows(&[0, 1, 2])), [1, 2, 3]);
        assert_eq!(epochs(&rows(&[0, 1, 0, 1, 2, 0])), [1, 2, 3, 4, 5, 6]);
        assert_eq!(epochs(&rows(&[1, 2, 1, 2])), [1, 2, 3, 4]);
        assert_eq!(epochs(&rows(&[3, 5, 9])), [3, 5, 9]);
        let message = parse(&rows(&[1, 2, 3, 2])).unwrap_err();
        assert!(
            message.starts_with("line 5, column epoch: found 2 after 3"),
            "{message}"
        );
        let message = parse(&rows(&[0, 1, 1])).unwrap_err();
        assert!(message.contains("found 1 after 1"), "{message}");
    }

    #[test]
    fn rounding_is_forgiven_and_percentages_are_not() {
        let text = format!("{HEADER}1,-0.0000001,1.0000001,1,0.5\n");
        let points = parse(&text).unwrap();
        assert_eq!(
            (points[0].train_loss, points[0].train_accuracy),
            (Some(0.0), Some(1.0))
        );
        for value in ["92.5", "1.1", "-0.1", "inf"] {
            let message = parse(&format!("{HEADER}1,1,0.5,1,{value}\n")).unwrap_err();
            assert!(message.contains("line 2, column val_accuracy"), "{message}");
            assert!(message.contains("divide percentages by 100"), "{message}");
        }
    }
}
