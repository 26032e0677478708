//! What is said of ensembles: in their rows, and where the verdict on a run stands.

use crate::app::panels::draw::average_of;
use crate::app::panels::runs::EnsembleRow;
use crate::app::panels::verdict::VerdictView;
use crate::app::shell::App;
use crate::lab::store::EnsembleScore;
use crate::lab::{RunId, format};

/// What is said of the curves where an ensemble is chosen.
const CURVES_OF_ENSEMBLE: &str = "These are the curves of its runs: it has none.";
/// The most runs that are named in a sentence.
const MOST_NAMED: usize = 6;

impl App {
    /// The rows of the ensembles.
    pub(in crate::app::shell) fn ensemble_rows(&self) -> Vec<EnsembleRow<'_>> {
        let rows = self.averages.list.iter().map(|average| EnsembleRow {
            id: &average.id,
            kept: &average.kept,
            score: average.score(),
            names: self.names_of(&average.kept.members),
            is_measured: self.is_measured(&average.id),
            is_cancelled: average.is_cancelled,
            problem: average.together.as_ref().err().or(average.problem.as_ref()),
            first: average.stand_in.as_ref(),
        });
        rows.collect()
    }

    pub(super) fn is_measured(&self, id: &RunId) -> bool {
        let measuring = self.averages.measuring.as_ref();
        measuring.is_some_and(|(measured, _)| measured == id)
    }

    /// The names of runs, with commas between them.
    fn names_of(&self, ids: &[RunId]) -> String {
        let names = ids
            .iter()
            .map(|id| self.run(id).map_or(&id.0, |run| &run.name).as_str());
        names.collect::<Vec<_>>().join(", ")
    }

    /// What the verdict's rows say of the chosen ensemble.
    pub(in crate::app::shell) fn ensemble_verdict(&self) -> Option<VerdictView> {
        let average = self.chosen_average()?;
        let (runs, copies) = (average.kept.members.len(), average.kept.copies.count);
        let what = average_of(runs, copies);
        let measuring = self.averages.measuring.as_ref();
        let progress = measuring.filter(|(id, _)| *id == average.id);
        let is_cancelled = average.is_cancelled && average.score().is_none();
        let (what, how) = match (average.score(), &average.together, &average.problem) {
            (None, Ok(_), None) if is_cancelled => (
                format!("{what}."),
                "Measuring it on the validation images was cancelled. Its menu, More, begins again.".into(),
            ),
            (_, Err(why), _) | (None, Ok(_), Some(why)) => (format!("{what}."), why.clone()),
            (Some(score), Ok(_), _) => (
                format!(
                    "{what}: {}",
                    format::percent_with_error(score.figures.accuracy, score.figures.count)
                ),
                self.beside_members(score),
            ),
            (None, Ok(_), None) => {
                let share = progress
                    .and_then(|(_, task)| task.progress())
                    .unwrap_or(0.0);
                let share = format!("{:.0}%", 100.0 * share);
                (
                    format!("{what}."),
                    format!("It is being measured on the validation images: {share} done."),
                )
            }
        };
        let mut view = VerdictView::said(average.kept.name.clone(), what, how);
        view.remark = CURVES_OF_ENSEMBLE.into();
        view.evidence.extend(self.members_in_order());
        Some(view)
    }

    /// The run of the chosen ensemble that is best alone, and by how much each other one lies below it.
    pub(in crate::app::shell) fn members_in_order(&self) -> Option<String> {
        let score = self.chosen_average()?.score()?;
        let best = score.best_member()?;
        let name = |id: &RunId| self.run(id).map_or(&id.0, |run| &run.name).clone();
        let mut below: Vec<_> = score.members.iter().collect();
        below.retain(|member| member.accuracy < best.accuracy);
        below.sort_by(|a, b| b.accuracy.total_cmp(&a.accuracy));
        let words = below.iter().map(|member| {
            let points = 100.0 * (member.accuracy - best.accuracy);
            format!("{} {}", name(&member.run), format::signed(points, 2))
        });
        let words: Vec<String> = words.take(MOST_NAMED).collect();
        let more = match below.len().saturating_sub(MOST_NAMED) {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        let below = match words.is_empty() {
            true => String::new(),
            false => format!("; below it in points: {}{more}", words.join(", ")),
        };
        Some(format!("Best alone: {}{below}.", name(&best.run)))
    }

    /// The figures of the runs alone, and where they disagree.
    fn beside_members(&self, score: &EnsembleScore) -> String {
        let percent = |accuracy| format::percent_with_error(accuracy, score.figures.count);
        let count = format::whole;
        let without = match score.tta {
            0 => String::new(),
            _ => format!("Without copies {}. ", percent(score.accuracy_without_tta)),
        };
        let images = format!("{} validation images", count(score.figures.count));
        let [_, _, ..] = &score.members[..] else {
            return format!(
                "{without}Loss {} on {images}.",
                format::loss(score.figures.loss)
            );
        };
        let best = score.best_member().map(|best| {
            let name = self.run(&best.run).map_or(&best.run.0, |run| &run.name);
            format!(
                "Best run alone: {name}, {}; the average gets {} of its errors right, and {} wrong that it has right. ",
                percent(best.accuracy),
                count(best.fixed),
                count(best.broken)
            )
        });
        format!(
            "{}Mean of the runs {}. {without}The runs disagree on {} of {images}.",
            best.unwrap_or_default(),
            format::percent(score.mean_accuracy()),
            count(score.disagreements),
        )
    }
}
