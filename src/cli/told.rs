//! What several commands tell alike: a verdict in lines, and which run figures are of.

use crate::lab::Run;
use crate::lab::suggest::Suggestion;
use crate::lab::verdict::Verdict;
use serde::Serialize;

/// What is the case and how that is known, a line each.
pub fn verdict_lines(verdict: &Verdict) -> Vec<String> {
    let lines = [&verdict.what, &verdict.how];
    let said = lines.into_iter().filter(|line| !line.is_empty());
    said.cloned().collect()
}

/// What to try: the arguments of the command line, where the settings of the run are known, and
/// what they brought. There are no lines where there is nothing to try.
pub fn suggestion_lines(suggestions: &[Suggestion]) -> Vec<String> {
    if suggestions.is_empty() {
        return Vec::new();
    }
    let arguments: Vec<String> = suggestions.iter().map(Suggestion::arguments).collect();
    let width = arguments.iter().map(String::len).max().unwrap_or_default();
    let tries = suggestions
        .iter()
        .zip(&arguments)
        .map(|(suggestion, arguments)| {
            let words = &suggestion.words;
            if width == 0 {
                format!("  {words}")
            } else {
                format!("  {arguments:<width$}  {words}")
            }
        });
    std::iter::once("What to try:".into())
        .chain(tries)
        .collect()
}

/// What is told of a run, with the run's name and folder, so that a program finds it again.
#[derive(Serialize)]
pub struct OfRun<'a, T> {
    run: &'a str,
    // JSON has no word for a name that isn't Unicode.
    folder: String,
    #[serde(flatten)]
    told: &'a T,
}

impl<'a, T> OfRun<'a, T> {
    /// What is told of this run.
    pub fn new(run: &'a Run, told: &'a T) -> Self {
        Self {
            run: &run.id.0,
            folder: run.folder.display().to_string(),
            told,
        }
    }
}
