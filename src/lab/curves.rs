//! Curves from elsewhere: a CSV with this program's names, the file of Keras's CSVLogger, or a
//! run's `metrics.jsonl`.

use super::verdict::CurvePoint;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// A curve of a million epochs is far smaller; larger files are something else.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// The columns of a curve, each with the names that it goes by.
const COLUMNS: [(&str, &[&str]); 5] = [
    ("epoch", &["epoch"]),
    ("train_loss", &["train_loss", "loss"]),
    (
        "train_accuracy",
        &[
            "train_accuracy",
            "accuracy",
            "acc",
            "categorical_accuracy",
            "sparse_categorical_accuracy",
        ],
    ),
    ("validation_loss", &["validation_loss", "val_loss"]),
    (
        "validation_accuracy",
        &[
            "validation_accuracy",
            "val_accuracy",
            "val_acc",
            "val_categorical_accuracy",
            "val_sparse_categorical_accuracy",
        ],
    ),
];

/// Why a curve could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CurveError {
    /// The system refused.
    #[error("can't read the curves: {source}; check the path: {}", path.display())]
    Io {
        /// Why.
        source: std::io::Error,
        /// The file.
        path: PathBuf,
    },
    /// The file is too large to be curves.
    #[error("found {bytes} bytes, expected curves of at most {MOST_BYTES}: {}", path.display())]
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The file.
        path: PathBuf,
    },
    /// There is no epoch in the file.
    #[error("found no epoch, expected a header and a line an epoch, or JSON lines: {}", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A column that a verdict needs is missing.
    #[error(
        "line 1: the columns are {found}; expected one named {expected}: {}",
        path.display()
    )]
    MissingColumn {
        /// The columns found.
        found: String,
        /// The names that would do.
        expected: String,
        /// The file.
        path: PathBuf,
    },
    /// A value isn't what its column needs.
    #[error(
        "line {line}, column {column}: found {found:?}, expected {expected}: {}",
        path.display()
    )]
    Value {
        /// The line, from 1.
        line: u64,
        /// The column's name.
        column: String,
        /// What stands there.
        found: String,
        /// What should.
        expected: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// A line can't be read at all.
    #[error("line {line}: {problem}: {}", path.display())]
    Line {
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        problem: String,
        /// The file.
        path: PathBuf,
    },
}

/// Reads a curve file. Epochs are counted from 1 whatever the file does: Keras counts from 0, and
/// from 0 again where a log was continued, so there lines are numbered in their order.
///
/// # Errors
/// Where the file can't be read, or isn't a curve; the message names the line and the column.
pub fn read_curve(path: &Path) -> Result<Vec<CurvePoint>, CurveError> {
    let io = |source| CurveError::Io {
        source,
        path: path.to_path_buf(),
    };
    let bytes = std::fs::metadata(path).map_err(io)?.len();
    if bytes > MOST_BYTES {
        let path = path.to_path_buf();
        return Err(CurveError::TooLarge { bytes, path });
    }
    parse_curve(&std::fs::read_to_string(path).map_err(io)?, path)
}

/// Reads the text of a curve file; `path` is for messages.
///
/// # Errors
/// Where it isn't a curve; the message names the line and the column.
pub fn parse_curve(text: &str, path: &Path) -> Result<Vec<CurvePoint>, CurveError> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim().is_empty() {
        let path = path.to_path_buf();
        return Err(CurveError::Empty { path });
    }
    let points = if text.trim_start().starts_with('{') {
        parse_json_lines(text, path)?
    } else {
        parse_csv(text, path)?
    };
    if points.is_empty() {
        let path = path.to_path_buf();
        return Err(CurveError::Empty { path });
    }
    Ok(points)
}

/// A line of `metrics.jsonl`, as far as a verdict reads it. JSON has no NaN: null stands for it.
#[derive(Deserialize)]
struct JsonLine {
    epoch: usize,
    train_loss: Option<f64>,
    train_accuracy: f64,
    validation_loss: Option<f64>,
    validation_accuracy: f64,
    clean: Option<CleanPart>,
}

/// With label noise: the part of the training sample whose labels are right.
#[derive(Deserialize)]
struct CleanPart {
    loss: Option<f64>,
    accuracy: f64,
    count: usize,
}

impl From<JsonLine> for CurvePoint {
    fn from(line: JsonLine) -> Self {
        let (train_loss, train_accuracy) = match line.clean {
            Some(clean) if clean.count > 0 => (clean.loss, clean.accuracy),
            _ => (line.train_loss, line.train_accuracy),
        };
        Self {
            epoch: line.epoch,
            train_loss: train_loss.unwrap_or(f64::NAN),
            train_accuracy,
            validation_loss: line.validation_loss.unwrap_or(f64::NAN),
            validation_accuracy: line.validation_accuracy,
        }
    }
}

fn parse_json_lines(text: &str, path: &Path) -> Result<Vec<CurvePoint>, CurveError> {
    let mut points = Vec::new();
    let lines = text.lines().count();
    for (i, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<JsonLine>(line) {
            Ok(line) => points.push(line.into()),
            // A power loss leaves the last line torn.
            Err(_) if i + 1 == lines && !text.ends_with('\n') => {}
            Err(err) => {
                return Err(CurveError::Line {
                    line: i as u64 + 1,
                    problem: err.to_string(),
                    path: path.to_path_buf(),
                });
            }
        }
    }
    Ok(points)
}

fn parse_csv(text: &str, path: &Path) -> Result<Vec<CurvePoint>, CurveError> {
    let first = text.lines().next().unwrap_or_default();
    let semicolons = first.contains(';') && !first.contains(',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(if semicolons { b';' } else { b',' })
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let refused = |err: csv::Error| CurveError::Line {
        line: err.position().map_or(1, csv::Position::line),
        problem: err.to_string(),
        path: path.to_path_buf(),
    };
    let header = reader.headers().map_err(refused)?.clone();
    let columns = find_columns(&header, path)?;
    let mut points = Vec::new();
    for record in reader.into_records() {
        let record = record.map_err(refused)?;
        let row = Row {
            record: &record,
            header: &header,
            path,
        };
        points.push(row.point(columns)?);
    }
    // Keras counts from 0, and anew where a log was continued.
    let in_order = points.windows(2).all(|pair| pair[0].epoch < pair[1].epoch);
    if !in_order || points.first().is_some_and(|point| point.epoch == 0) {
        for (point, number) in points.iter_mut().zip(1..) {
            point.epoch = number;
        }
    }
    Ok(points)
}

/// The places of the five columns, in the order of [`COLUMNS`].
fn find_columns(header: &csv::StringRecord, path: &Path) -> Result<[usize; 5], CurveError> {
    let mut places = [0; 5];
    for (place, (_, names)) in places.iter_mut().zip(COLUMNS) {
        let found = header
            .iter()
            .position(|name| names.iter().any(|known| name.eq_ignore_ascii_case(known)));
        *place = found.ok_or_else(|| CurveError::MissingColumn {
            found: header.iter().collect::<Vec<_>>().join(", "),
            expected: names.join(" or "),
            path: path.to_path_buf(),
        })?;
    }
    Ok(places)
}

/// A line of a CSV.
struct Row<'a> {
    record: &'a csv::StringRecord,
    header: &'a csv::StringRecord,
    path: &'a Path,
}

impl Row<'_> {
    fn point(&self, columns: [usize; 5]) -> Result<CurvePoint, CurveError> {
        let [
            epoch,
            train_loss,
            train_accuracy,
            validation_loss,
            validation_accuracy,
        ] = columns;
        Ok(CurvePoint {
            epoch: self.epoch(epoch)?,
            train_loss: self.number(train_loss)?,
            train_accuracy: self.accuracy(train_accuracy)?,
            validation_loss: self.number(validation_loss)?,
            validation_accuracy: self.accuracy(validation_accuracy)?,
        })
    }

    fn text(&self, column: usize) -> &str {
        self.record.get(column).unwrap_or_default()
    }

    fn wrong(&self, column: usize, expected: &'static str) -> CurveError {
        CurveError::Value {
            line: self.record.position().map_or(0, csv::Position::line),
            column: self.header.get(column).unwrap_or_default().into(),
            found: self.text(column).into(),
            expected,
            path: self.path.to_path_buf(),
        }
    }

    fn number(&self, column: usize) -> Result<f64, CurveError> {
        self.text(column)
            .parse()
            .map_err(|_| self.wrong(column, "a number"))
    }

    fn epoch(&self, column: usize) -> Result<usize, CurveError> {
        let number = self.number(column)?;
        if number.fract() == 0.0 && (0.0..=1e9).contains(&number) {
            // Within range and whole, so nothing is lost.
            Ok(number as usize)
        } else {
            Err(self.wrong(column, "a whole number of epochs"))
        }
    }

    fn accuracy(&self, column: usize) -> Result<f64, CurveError> {
        let number = self.number(column)?;
        if (0.0..=1.0).contains(&number) || number.is_nan() {
            Ok(number)
        } else {
            Err(self.wrong(column, "a fraction from 0 to 1 (divide percentages by 100)"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Vec<CurvePoint>, String> {
        parse_curve(text, Path::new("a.csv")).map_err(|err| err.to_string())
    }

    #[test]
    fn keras_counts_from_0_and_starts_anew_when_continued() {
        let log = "epoch,accuracy,loss,lr,val_accuracy,val_loss\r\n\
                   0,0.5,1.5,0.001,0.4,1.6\r\n1,0.6,1.0,0.001,0.5,nan\r\n\
                   0,0.7,0.9,0.001,0.6,1.1\r\n";
        let points = parse(log).unwrap();
        let epochs: Vec<_> = points.iter().map(|point| point.epoch).collect();
        assert_eq!(epochs, [1, 2, 3]);
        assert_eq!(points[0].train_accuracy, 0.5);
        assert_eq!(points[0].validation_loss, 1.6);
        assert!(points[1].validation_loss.is_nan());
    }

    #[test]
    fn semicolons_a_mark_and_blank_lines_are_read() {
        let text = "\u{feff}epoch;train_loss;train_accuracy;validation_loss;validation_accuracy\n\
                    3;1;0.5;2;0.25\n\n4;1;0.5;2;0.25\n";
        let points = parse(text).unwrap();
        assert_eq!((points.len(), points[0].epoch), (2, 3));
    }

    #[test]
    fn json_lines_are_read_and_a_torn_last_one_dropped() {
        let line = r#"{"epoch":1,"train_loss":null,"train_accuracy":0.5,"validation_loss":1.0,"validation_accuracy":0.4,"more":1}"#;
        let points = parse(&format!("{line}\n{}", &line[..30])).unwrap();
        assert_eq!(points.len(), 1);
        assert!(points[0].train_loss.is_nan());
        let torn = parse(&format!("{}\n{line}\n", &line[..30])).unwrap_err();
        assert!(torn.starts_with("line 1:"), "{torn}");
    }

    #[test]
    fn what_is_wrong_names_line_and_column() {
        let header = "epoch,loss,accuracy,val_loss,val_accuracy\n";
        for (text, part) in [
            (String::new(), "found no epoch"),
            (header.into(), "found no epoch"),
            ("epoch,foo\n1,2\n".into(), "the columns are epoch, foo"),
            (format!("{header}1,x,0.5,1,0.5\n"), "line 2, column loss"),
            (
                format!("{header}1,1,99.5,1,0.5\n"),
                "divide percentages by 100",
            ),
            (format!("{header}1.5,1,0.5,1,0.5\n"), "whole number"),
            (format!("{header}1,1,0.5,1\n"), "line: 2"),
        ] {
            let message = parse(&text).unwrap_err();
            assert!(message.contains(part), "{part}: {message}");
            assert!(message.ends_with("a.csv"), "{message}");
        }
    }
}
