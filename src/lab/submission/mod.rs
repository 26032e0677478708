//! A submission to Kaggle's Digit Recognizer: test images in, one label each out, with a file
//! beside it that says where the labels come from.
//!
//! - `predict` averages the probabilities of several runs;
//! - [`Submission`] is what is shown, checked and written;
//! - `remarks` are what is to be known of it before it is believed;
//! - `sidecar` is the file beside it.

mod error;
mod predict;
mod remarks;
mod sidecar;

pub use error::SubmissionError;
pub use predict::{Member, Prediction, TestFile, image_size, predict};
pub use remarks::{Remark, TestAccuracy};
pub use sidecar::{Sidecar, WARNING};

// What the front ends need from below.
pub use crate::data::{Copies, TestIds, TestImages};

use super::format;
use super::store::{Overwrite, write_together};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// How many rows are shown of each end.
const SHOWN: usize = 5;

/// The labels of a test file's images, ready to be looked at and written.
#[derive(Clone, Debug, PartialEq)]
pub struct Submission {
    /// A digit an image, in the file's order.
    labels: Vec<u8>,
    /// What the images are called, where the file says it.
    ids: Option<TestIds>,
    accuracy: Option<TestAccuracy>,
    remarks: Vec<Remark>,
    members: Vec<Member>,
    copies: Copies,
    test: PathBuf,
    test_sha256: String,
}

/// What to look at before a submission is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// How many rows there are, one for each image.
    pub rows: usize,
    /// The first line of the file.
    pub header: String,
    /// The first rows: id and label.
    pub first: Vec<(String, u8)>,
    /// The last rows that aren't among the first.
    pub last: Vec<(String, u8)>,
    /// How many images got each digit.
    pub counts: [usize; 10],
}

/// The files of a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The file that Kaggle takes.
    pub submission: PathBuf,
    /// The file that says where the labels come from.
    pub sidecar: PathBuf,
}

/// How many images Kaggle's test file has.
pub const KAGGLE_ROWS: usize = 28_000;

impl Preview {
    /// What Kaggle would object to, where it would.
    pub fn note(&self) -> Option<String> {
        (self.rows != KAGGLE_ROWS).then(|| {
            format!(
                "Kaggle's Digit Recognizer has 28,000 test images and takes a row for each; this file has {}",
                format::whole(self.rows)
            )
        })
    }
}

impl Submission {
    /// The labels of a prediction, as Kaggle takes them: numbers.
    ///
    /// # Errors
    /// Where a class is no digit, or there isn't one label an image.
    pub fn new(prediction: &Prediction, test: &TestFile) -> Result<Self, SubmissionError> {
        let digits = prediction
            .class_names
            .iter()
            .map(|name| match name.as_bytes() {
                [digit @ b'0'..=b'9'] => Ok(digit - b'0'),
                _ => Err(SubmissionError::NoDigit {
                    class: name.clone(),
                }),
            })
            .collect::<Result<Vec<u8>, _>>()?;
        let images = count(&test.images);
        if prediction.labels.len() != images {
            return Err(SubmissionError::Rows {
                found: prediction.labels.len(),
                expected: images,
            });
        }
        let reading = test.taken.asked_reading();
        let members = prediction.members.iter().map(|member| Member {
            other_look: member.look.map(|look| look.told(reading.as_ref())),
            ..member.clone()
        });
        let members: Vec<Member> = members.collect();
        let label = |&class: &u8| digits.get(usize::from(class)).copied();
        let labels: Option<Vec<u8>> = prediction.labels.iter().map(label).collect();
        Ok(Self {
            labels: labels.ok_or(SubmissionError::Rows {
                found: 0,
                expected: images,
            })?,
            ids: test.ids.clone(),
            accuracy: remarks::accuracy(prediction, test),
            remarks: remarks::remarks(prediction, &members, test),
            members,
            copies: prediction.copies,
            test: test.path.clone(),
            test_sha256: test.sha256.clone(),
        })
    }

    /// What to look at before the submission is written.
    pub fn preview(&self) -> Preview {
        let rows: Vec<(String, u8)> = self.rows().collect();
        let (first, rest) = rows.split_at(SHOWN.min(rows.len()));
        let mut counts = [0; 10];
        for label in &self.labels {
            counts[usize::from(*label)] += 1;
        }
        Preview {
            rows: rows.len(),
            header: self.header(),
            first: first.to_vec(),
            last: rest[rest.len().saturating_sub(SHOWN)..].to_vec(),
            counts,
        }
    }

    /// What must be said where a run saw the embedded MNIST, which holds every image of Kaggle's
    /// test.
    pub fn warning(&self) -> Option<&'static str> {
        self.members
            .iter()
            .any(|member| member.saw_embedded_mnist)
            .then_some(WARNING)
    }

    /// How right the labels are, where the test file says what its images are.
    pub fn accuracy(&self) -> Option<TestAccuracy> {
        self.accuracy
    }

    /// What else is to be known of the submission.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// The file's text: a header, then a row an image in the test file's order. Ids are those of the
    /// test file, or count from 1 where it has none.
    pub fn text(&self) -> String {
        let mut text = self.header() + "\n";
        for (id, label) in self.rows() {
            // Writing to a string doesn't fail.
            let _ = writeln!(text, "{id},{label}");
        }
        text
    }

    /// The first line of the file. A test file that calls its images `id` wants to be answered with
    /// `label`, as Kaggle's other competitions have it.
    fn header(&self) -> String {
        let Some(ids) = &self.ids else {
            return "ImageId,Label".into();
        };
        let is_small = ids.column.chars().all(|letter| !letter.is_uppercase());
        let label = if is_small { "label" } else { "Label" };
        format!("{},{label}", ids.column)
    }

    /// The rows of the file: id and label.
    fn rows(&self) -> impl Iterator<Item = (String, u8)> {
        let id = |(place, label): (usize, &u8)| {
            let own = self.ids.as_ref().and_then(|ids| ids.ids.get(place));
            let id = own.cloned().unwrap_or_else(|| (place + 1).to_string());
            (id, *label)
        };
        self.labels.iter().enumerate().map(id)
    }

    /// The file beside a submission, which says what predicted it.
    pub fn sidecar_path(path: &Path) -> PathBuf {
        path.with_extension("json")
    }

    /// Whether both files can be written here, asked before long work.
    ///
    /// # Errors
    /// Where the name doesn't end in `.csv`, is the test file's, or is taken.
    pub fn check_path(
        path: &Path,
        test: &Path,
        overwrite: Overwrite,
    ) -> Result<(), SubmissionError> {
        let is_csv = path
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
        if !is_csv {
            return Err(SubmissionError::Ending {
                path: path.to_path_buf(),
            });
        }
        let canonical = |path: &Path| std::fs::canonicalize(path).ok();
        if canonical(path).is_some_and(|found| canonical(test) == Some(found)) {
            return Err(SubmissionError::TestFile {
                path: path.to_path_buf(),
            });
        }
        overwrite.check(path)?;
        Ok(overwrite.check(&Self::sidecar_path(path))?)
    }

    /// Writes the submission and the sidecar beside it, both or none.
    ///
    /// # Errors
    /// Where [`check_path`](Self::check_path) refuses the name, or the files can't be written.
    pub fn write(&self, path: &Path, overwrite: Overwrite) -> Result<Written, SubmissionError> {
        Self::check_path(path, &self.test, overwrite)?;
        let text = self.text();
        self.check_text(&text)?;
        let sidecar = Sidecar::of(self, &text).to_json()?;
        let sidecar_path = Self::sidecar_path(path);
        write_together(
            &[(&sidecar_path, sidecar.as_bytes()), (path, text.as_bytes())],
            overwrite,
        )?;
        Ok(Written {
            submission: path.to_path_buf(),
            sidecar: sidecar_path,
        })
    }

    /// Reads the text as Kaggle will: one row an image with its id, whole numbers for labels.
    fn check_text(&self, text: &str) -> Result<(), SubmissionError> {
        let mut rows = 0;
        let header = self.header() + "\n";
        let body = text.strip_prefix(header.as_str()).unwrap_or_default();
        for ((id, _), line) in self.rows().zip(body.split_terminator('\n')) {
            let is_row = line.split_once(',').is_some_and(|(found, label)| {
                found == id && label.parse::<u8>().is_ok_and(|label| label <= 9)
            });
            if !is_row {
                break;
            }
            rows += 1;
        }
        let expected = self.labels.len();
        let lines = body.split_terminator('\n').count();
        if rows != expected || lines != expected || !text.ends_with('\n') {
            return Err(SubmissionError::Rows {
                found: rows,
                expected,
            });
        }
        Ok(())
    }
}

/// How many images a test file has.
fn count(images: &TestImages) -> usize {
    images.pixels.len() / images.size.pixels().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::IdOrigin;

    fn submission(labels: Vec<u8>) -> Submission {
        Submission {
            labels,
            ids: None,
            accuracy: None,
            remarks: Vec::new(),
            members: Vec::new(),
            copies: Copies::NONE,
            test: PathBuf::from("test.csv"),
            test_sha256: String::new(),
        }
    }

    #[test]
    fn the_text_is_what_kaggle_takes() {
        let three = submission(vec![2, 0, 9]);
        let text = three.text();
        assert_eq!(text, "ImageId,Label\n1,2\n2,0\n3,9\n");
        assert!(three.check_text(&text).is_ok());
        assert!(submission(vec![2, 0, 9, 1]).check_text(&text).is_err());
        let two = submission(vec![2, 0]);
        assert!(two.check_text(&text).is_err());
        for text in [
            "ImageId,Label\n1,2\n3,0\n",
            "ImageId,Label\n0,2\n1,0\n",
            "ImageId,Label\n1,2\n2,10\n",
            "ImageId,Label\n1,2\n2,0",
            "Id,Label\n1,2\n2,0\n",
        ] {
            assert!(two.check_text(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn ids_are_those_of_the_file() {
        let called = |column: &str| Submission {
            ids: Some(TestIds {
                column: column.into(),
                ids: vec!["b".into(), "a".into()],
                origin: IdOrigin::Column,
            }),
            ..submission(vec![2, 0])
        };
        let text = called("id").text();
        assert_eq!(text, "id,label\nb,2\na,0\n");
        assert!(called("id").check_text(&text).is_ok());
        assert_eq!(called("ImageId").text(), "ImageId,Label\nb,2\na,0\n");
        assert!(called("ImageId").check_text(&text).is_err());
    }

    #[test]
    fn the_preview_shows_both_ends_once() {
        let preview = submission((0..8).collect()).preview();
        assert_eq!(preview.rows, 8);
        let rows = |rows: &[(String, u8)]| -> Vec<String> {
            let texts = rows.iter().map(|(id, label)| format!("{id},{label}"));
            texts.collect()
        };
        assert_eq!(preview.header, "ImageId,Label");
        assert_eq!(rows(&preview.first), ["1,0", "2,1", "3,2", "4,3", "5,4"]);
        assert_eq!(rows(&preview.last), ["6,5", "7,6", "8,7"]);
        assert_eq!(preview.counts, [1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
        let short = submission(vec![3]).preview();
        assert_eq!((short.first.len(), short.last.len()), (1, 0));
    }
}
