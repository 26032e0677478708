//! Runs of a file that was opened: each with a name, its verdict and what was assumed, to stand
//! beside the runs of this program.

use super::{CurveError, CurveFile, Note, ReadRun, USUAL_FILES, read_curves};
use crate::lab::run::RunId;
use crate::lab::verdict::{CurvePoint, Verdict};
use std::path::{Path, PathBuf};

/// A run that was read from a file.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenedRun {
    /// Tells the run from all others. No run of a store has such an id.
    pub id: RunId,
    /// What to call it: its own name or number where its file holds several, and the name of its file.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// When it was opened, in seconds since 1970.
    pub opened_secs: u64,
    /// The epochs of the run.
    pub run: ReadRun,
    /// What they mean.
    pub verdict: Verdict,
    /// What was assumed, and what was done with the rows of the file.
    pub notes: Vec<Note>,
}

impl OpenedRun {
    /// The epoch of the lowest validation loss.
    pub fn best(&self) -> Option<&CurvePoint> {
        self.epoch(self.verdict.best_epoch?)
    }

    /// The epoch of the highest validation accuracy.
    pub fn most_accurate(&self) -> Option<&CurvePoint> {
        self.epoch(self.verdict.most_accurate?)
    }

    fn epoch(&self, epoch: usize) -> Option<&CurvePoint> {
        self.run.points.iter().find(|point| point.epoch == epoch)
    }
}

/// Reads the runs of a file; see [`read_curves`].
///
/// # Errors
/// As [`read_curves`].
pub fn open_runs(path: &Path, opened_secs: u64) -> Result<Vec<OpenedRun>, CurveError> {
    let file = read_curves(path)?;
    Ok(opened(file, path, opened_secs))
}

fn opened(mut file: CurveFile, path: &Path, opened_secs: u64) -> Vec<OpenedRun> {
    if let Some(images) = file.assumed_size() {
        file.notes.push(Note::AssumedSize { images });
    }
    let of_file = file_name(path);
    let count = file.runs.len();
    let notes = file.notes;
    let numbered = (1..).zip(file.runs);
    numbered
        .map(|(number, run): (usize, ReadRun)| OpenedRun {
            id: RunId(format!("{}#{number}", path.display())),
            // What tells the runs of a file apart stands first: a long name is cut at its end.
            name: match &run.name {
                Some(name) if is_number(name) => format!("run {name} · {of_file}"),
                Some(name) => format!("{name} · {of_file}"),
                None if count == 1 => of_file.clone(),
                None => format!("{number} of {count} · {of_file}"),
            },
            path: path.to_path_buf(),
            opened_secs,
            verdict: run.verdict(run.validation_size()),
            run,
            notes: notes.clone(),
        })
        .collect()
}

/// Whether a run is called by a number alone.
fn is_number(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit())
}

/// What a file is called. Where many have its name, its folder tells it from others.
fn file_name(path: &Path) -> String {
    let text =
        |part: Option<&std::ffi::OsStr>| part.map(|part| part.to_string_lossy().into_owned());
    let stem = text(path.file_stem()).unwrap_or_else(|| "curves".into());
    let is_usual = USUAL_FILES
        .iter()
        .any(|name| path.file_name().is_some_and(|of| of == *name));
    match text(path.parent().and_then(Path::file_name)) {
        Some(folder) if is_usual => format!("{folder}/{stem}"),
        _ => stem,
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse_curves;
    use super::*;

    #[test]
    fn runs_are_named_by_their_file() {
        let names = |path: &str, text: &str| {
            let file = parse_curves(text.as_bytes(), Path::new(path)).unwrap();
            let runs = opened(file, Path::new(path), 0).into_iter();
            runs.map(|run| run.name).collect::<Vec<_>>()
        };
        let one = "epoch,loss,val_loss\n1,0.9,0.8\n2,0.3,0.7\n";
        assert_eq!(names("a/first.csv", one), ["first"]);
        assert_eq!(
            names("runs/version_0/metrics.csv", one),
            ["version_0/metrics"]
        );
        let two = format!("{one}1,0.9,0.8\n2,0.4,0.6\n");
        assert_eq!(
            names("first.csv", &two),
            ["1 of 2 · first", "2 of 2 · first"]
        );
        let named = "fold,epoch,loss,val_loss\nA,1,0.9,0.8\nB,1,0.9,0.8\n";
        assert_eq!(names("folds.csv", named), ["A · folds", "B · folds"]);
        let numbered = named.replace('A', "1").replace('B', "2");
        assert_eq!(
            names("folds.csv", &numbered),
            ["run 1 · folds", "run 2 · folds"]
        );
    }
}
