//! Curves from elsewhere: the files that training loops and their tools leave behind, read into
//! the points that a verdict is made of. What can't be read is refused with the reason and the mend.
//!
//! A file goes through these steps, a file of this folder each:
//!
//! - `text` makes text of the bytes; `json` (with `lenient`), `table` (with `separator` and `long`), `log` and `notebook` read
//!   its form into the rows of `records`, of which `names` and `reading` say what columns and cells are;
//! - `pick` chooses the columns that are figures of a curve, `scale` finds how accuracies are written, and `missing`
//!   says which loss isn't there;
//! - `epochs` puts rows together into epochs, and epochs into runs;
//! - `points` checks the figures, and tells what wasn't measured from what isn't finite;
//! - `restarts` finds runs that follow one another though their epochs don't begin again.
//!
//! Whatever is assumed on the way is a [`Note`]. Nothing partly read is kept.

mod epochs;
mod error;
mod folds;
mod json;
mod lenient;
mod log;
mod long;
mod missing;
mod names;
mod notebook;
mod notes;
mod opened;
mod pick;
mod points;
mod reading;
mod records;
mod restarts;
mod scale;
mod separator;
mod table;
mod text;

pub use error::{CurveError, Place};
pub use notes::Note;
pub use opened::{OpenedRun, open_runs};
pub use pick::Figure;
pub use scale::PercentReason;

use super::verdict::{CurvePoint, Verdict, verdict};
use pick::Picks;
use records::Records;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Bytes of a line: Keras logs lists, too, but none so long.
const MOST_LINE: usize = 1 << 16;
/// The number of validation images that is assumed where nobody says it.
const USUAL_VALIDATION: usize = 10_000;
/// More runs lie in no file.
const MOST_RUNS: usize = 1_000;

/// What a file of curves holds.
#[derive(Clone, Debug, PartialEq)]
pub struct CurveFile {
    /// The runs, at least one.
    pub runs: Vec<ReadRun>,
    /// What was assumed, and what was done with the rows.
    pub notes: Vec<Note>,
}

/// A run of a file of curves.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadRun {
    /// What the file calls it.
    pub name: Option<String>,
    /// The epochs of the run, in order, counted from 1.
    pub points: Vec<CurvePoint>,
    /// How many validation images there were, where the file says it.
    pub validation_images: Option<usize>,
}

impl CurveFile {
    /// The number of validation images that is assumed for a run of the file. None where the file
    /// says the number of each.
    pub fn assumed_size(&self) -> Option<usize> {
        let says_all = self.runs.iter().all(|run| run.validation_images.is_some());
        (!says_all).then_some(USUAL_VALIDATION)
    }

    /// What to call the runs: nothing where the file holds one that it has no name for.
    pub fn run_names(&self) -> Vec<Option<String>> {
        let count = self.runs.len();
        let numbered = (1..).zip(&self.runs);
        let name = |(number, run): (usize, &ReadRun)| match &run.name {
            Some(name) => Some(name.clone()),
            None if count > 1 => Some(format!("Run {number} of {count}")),
            None => None,
        };
        numbered.map(name).collect()
    }
}

impl ReadRun {
    /// How many validation images there were; a usual number where the file doesn't say it.
    pub fn validation_size(&self) -> usize {
        self.validation_images.unwrap_or(USUAL_VALIDATION)
    }

    /// The verdict on the run, from the epochs in which both losses were measured, and those in
    /// which one isn't finite.
    pub fn verdict(&self, validation_size: usize) -> Verdict {
        let is_judged = |point: &&CurvePoint| {
            let losses = [point.train_loss, point.validation_loss];
            losses.iter().all(Option::is_some)
                || losses.iter().flatten().any(|loss| !loss.is_finite())
        };
        let points: Vec<CurvePoint> = self.points.iter().filter(is_judged).copied().collect();
        verdict(&points, validation_size)
    }
}

/// Names under which tools keep the figures of a run in its folder.
const USUAL_FILES: [&str; 9] = [
    "metrics.jsonl",
    "metrics.csv",
    "results.csv",
    "summary.csv",
    "trainer_state.json",
    "history.json",
    "history.csv",
    "training.log",
    "log.csv",
];

/// The file of figures in a folder of some tool.
///
/// # Errors
/// Where the folder holds no file of a usual name.
pub fn file_in(folder: &Path) -> Result<PathBuf, CurveError> {
    let files = USUAL_FILES.iter().map(|name| folder.join(name));
    let mut there = files.filter(|file| file.is_file());
    there.next().ok_or_else(|| CurveError::Folder {
        expected: USUAL_FILES.join(", "),
        path: folder.into(),
    })
}

/// Reads a curve file of at most 64 MiB; see [`parse_curves`].
///
/// # Errors
/// Where the file can't be read or holds no curve; the message names the place and the mend.
pub fn read_curves(path: &Path) -> Result<CurveFile, CurveError> {
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
    parse_curves(&bytes, path)
}

/// Reads the bytes of a curve file; `path` is for messages.
///
/// Text that begins with `{` or `[` is JSON or a notebook, lines with figures by name are a log, all else is
/// a table. A validation loss is needed, and a training loss; accuracies may be missing. With label
/// noise, the training figures of this program's own files are those of the images whose labels are
/// right. `nan` in validation means *not measured* where the figures before and after it say so.
///
/// # Errors
/// Where it isn't a curve; the message names the place and the mend.
pub fn parse_curves(bytes: &[u8], path: &Path) -> Result<CurveFile, CurveError> {
    let text = text::text_of(bytes, path)?;
    let mut records = Records::new(path);
    if notebook::is_notebook(&text) {
        notebook::read(&text, &mut records)?;
    } else if json::is_json(&text) {
        json::read(&text, &mut records)?;
    } else if log::is_log(&text) {
        log::read(&text, &mut records)?;
    } else {
        table::read(&text, &mut records)?;
    }
    if records.rows.is_empty() && records.columns.is_empty() && records.found.is_empty() {
        return Err(CurveError::Empty { path: path.into() });
    }
    assemble(records)
}

/// Makes runs of the rows of a file.
fn assemble(mut records: Records<'_>) -> Result<CurveFile, CurveError> {
    if records.rows.is_empty() && records.has_losses() {
        return Err(CurveError::Empty {
            path: records.path.into(),
        });
    }
    let picks = Picks::of(&mut records)?;
    let mut rows = vec![Vec::new(); records.runs.len()];
    for record in &records.rows {
        rows[record.run].push(picks.row(record, &records)?);
    }
    let mut runs = Vec::new();
    let mut never_validated = 0;
    let names = records.runs.clone();
    for (rows, name) in rows.into_iter().zip(names) {
        if rows.is_empty() {
            continue;
        }
        let parts = parts(rows, &picks, &mut records)?;
        let is_one = parts.len() == 1;
        for (number, (epochs, points)) in (1..).zip(parts) {
            let is_judged = points.iter().any(|point| {
                let is_there = |figure| point.get(figure).is_some();
                is_there(Figure::ValidationLoss)
                    || point
                        .get(Figure::TrainLoss)
                        .is_some_and(|loss| !loss.is_finite())
            });
            if !is_judged {
                never_validated += 1;
                continue;
            }
            runs.push((name_of(name.as_deref(), number, is_one), epochs, points));
        }
    }
    if runs.is_empty() {
        return Err(picks.never_validated(&records));
    }
    finish(runs, never_validated, records)
}

/// The runs of the rows that a file has under one name, each with its points.
fn parts(
    rows: Vec<pick::Row>,
    picks: &Picks,
    records: &mut Records<'_>,
) -> Result<Vec<(epochs::Epochs, Vec<points::Point>)>, CurveError> {
    let mut parts = Vec::new();
    for run in epochs::runs(rows, picks.has_epochs(), records)? {
        let points = points::points(&run, picks, records)?;
        let mut divided = restarts::divided(run, &points, records);
        if let [_] = divided[..] {
            parts.extend(divided.pop().map(|run| (run, points)));
            continue;
        }
        for run in divided {
            // What `nan` means goes by the figures of the run alone.
            let points = points::points(&run, picks, records)?;
            parts.push((run, points));
        }
    }
    Ok(parts)
}

/// The name of a part of what a file calls a run.
fn name_of(name: Option<&str>, number: usize, is_one: bool) -> Option<String> {
    match name {
        Some(name) if is_one => Some(name.to_owned()),
        Some(name) => Some(format!("{name} ({number})")),
        None => None,
    }
}

type Part = (Option<String>, epochs::Epochs, Vec<points::Point>);

fn finish(
    parts: Vec<Part>,
    never_validated: usize,
    mut records: Records<'_>,
) -> Result<CurveFile, CurveError> {
    if never_validated > 0 {
        records.note(Note::NeverValidated {
            runs: never_validated,
        });
    }
    if let Some((before, after)) = records.leap {
        records.note(Note::SeveralRuns {
            runs: parts.len(),
            before,
            after,
        });
    } else if let Some(restart) = records.restart {
        records.note(Note::RunsWithoutStart {
            runs: parts.len(),
            epoch: restart.epoch,
            before: restart.before,
            after: restart.after,
        });
    } else if parts.len() > 1 {
        records.note(Note::NamedRuns { runs: parts.len() });
    }
    let points = parts.iter().flat_map(|(_, _, points)| points);
    let all = points.clone().count();
    let validated = points
        .filter(|point| point.get(Figure::ValidationLoss).is_some())
        .count();
    if validated < all {
        records.note(Note::PartlyValidated {
            validated,
            epochs: all,
        });
    }
    let runs = parts.into_iter().map(|(name, epochs, points)| ReadRun {
        name,
        validation_images: epochs
            .iter()
            .rev()
            .find_map(|(_, row)| row.validation_count),
        points: points.iter().map(points::Point::curve_point).collect(),
    });
    Ok(CurveFile {
        runs: runs.collect(),
        notes: records.notes,
    })
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
    let mut short: String = text.trim().chars().take(MOST).map(visible).collect();
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
