//! What is said of runs that were measured together: lines, or an object of JSON.

use super::evaluate::{epoch, figures_in_words};
use crate::data::Copies;
use crate::lab::store::{Checkpoint, EnsembleScore, MemberScore, Split};
use crate::lab::{Run, RunId, format};
use serde_json::{Value, json};

/// The figures of the average, of each run alone, and where the runs disagree.
pub(super) fn lines(
    runs: &[(Run, Checkpoint)],
    score: &EnsembleScore,
    data: Option<&str>,
) -> Vec<String> {
    let what = match (data, score.split) {
        (None, split) => format!("{} accuracy", split.label()),
        (Some(data), Split::Test) => format!("accuracy on the test images of {data}"),
        (Some(data), Split::Validation) => format!("accuracy on {data}"),
    };
    let who = match runs {
        [(run, _)] => run.name.clone(),
        runs => format!("average of {} runs", runs.len()),
    };
    let copies = match score.tta {
        0 => String::new(),
        1 => ", with a copy of each image".into(),
        count => format!(", with {count} copies of each image"),
    };
    let figures = figures_in_words(&score.figures);
    let mut lines = vec![format!("{who}{copies}: {what} {figures}")];
    if score.tta > 0 {
        lines.push(format!(
            "without copies: {}",
            format::percent_with_error(score.accuracy_without_tta, score.figures.count)
        ));
    }
    if runs.len() > 1 {
        lines.extend(members(runs, score));
    }
    if score.split == Split::Test && data.is_none() {
        lines.push(tested(score));
    }
    lines
}

fn members(runs: &[(Run, Checkpoint)], score: &EnsembleScore) -> Vec<String> {
    let width = runs.iter().map(|(run, _)| run.name.chars().count()).max();
    let width = width.unwrap_or_default();
    let mut lines = vec!["each run alone:".to_owned()];
    lines.extend(score.members.iter().map(|member| {
        let accuracy = format::percent_with_error(member.accuracy, score.figures.count);
        let of = epoch(member.epoch);
        format!(
            "  {:<width$}  {accuracy}, {of}; the average gets {} of its errors right, and {} wrong that it has right",
            name_of(runs, &member.run),
            format::whole(member.fixed),
            format::whole(member.broken),
        )
    }));
    lines.push(format!(
        "mean of the runs: {}; the runs disagree on {} of {} images",
        format::percent(score.mean_accuracy()),
        format::whole(score.disagreements),
        format::whole(score.figures.count)
    ));
    lines
}

fn name_of(runs: &[(Run, Checkpoint)], id: &RunId) -> String {
    let run = runs.iter().find(|(run, _)| run.id == *id);
    run.map_or_else(|| id.to_string(), |(run, _)| run.name.clone())
}

/// What an answer of the test images is worth.
fn tested(score: &EnsembleScore) -> String {
    let recorded = score.members.iter().any(|member| member.recorded);
    let of_runs = if recorded {
        "Figures of runs that were tested before are the answers of their one test. "
    } else {
        "For each run this was its one test. "
    };
    format!(
        "{of_runs}Choose runs and copies by their validation images: test images that choices are \
         made by are no test any more."
    )
}

/// The object of the figures.
pub(super) fn as_json(
    runs: &[(Run, Checkpoint)],
    copies: Copies,
    score: &EnsembleScore,
    data: Option<&str>,
) -> Value {
    let members: Vec<Value> = score
        .members
        .iter()
        .map(|member| member_as_json(runs, member, score.split))
        .collect();
    let mut value = json!({
        "split": score.split,
        "loss": score.figures.loss,
        "accuracy": score.figures.accuracy,
        "standard_error": score.figures.standard_error,
        "count": score.figures.count,
        "wrong_confidence": score.figures.wrong_confidence,
        "tta": copies.count,
        "accuracy_without_tta": score.accuracy_without_tta,
        "disagreements": score.disagreements,
        "mean_accuracy": score.mean_accuracy(),
        "members": members,
    });
    if copies.count > 0 {
        value["tta_seed"] = copies.seed.into();
    }
    if let Some(data) = data {
        value["data"] = data.into();
    }
    value
}

fn member_as_json(runs: &[(Run, Checkpoint)], member: &MemberScore, split: Split) -> Value {
    let run = runs.iter().find(|(run, _)| run.id == member.run);
    let mut value = json!({
        "run": member.run,
        "folder": run.map(|(run, _)| run.folder.display().to_string()),
        "epoch": member.epoch,
        "accuracy": member.accuracy,
        "standard_error": member.standard_error,
        "fixed": member.fixed,
        "broken": member.broken,
    });
    if split == Split::Test {
        value["recorded"] = member.recorded.into();
    }
    value
}
