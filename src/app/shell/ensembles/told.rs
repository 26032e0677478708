//! What is said of ensembles: in their rows, and where the verdict on a run stands.

use crate::app::panels::draw::average_of;
use crate::app::panels::runs::EnsembleRow;
use crate::app::panels::verdict::VerdictView;
use crate::app::shell::App;
use crate::lab::store::EnsembleScore;
use crate::lab::{RunId, format};

impl App {
    /// The rows of the ensembles.
    pub(in crate::app::shell) fn ensemble_rows(&self) -> Vec<EnsembleRow<'_>> {
        let rows = self.averages.list.iter().map(|average| EnsembleRow {
            id: &average.id,
            kept: &average.kept,
            score: average.score(),
            names: self.names_of(&average.kept.members),
            is_measured: self.is_measured(&average.id),
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
        let (what, how) = match (average.score(), &average.together, &average.problem) {
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
        Some(VerdictView::said(average.kept.name.clone(), what, how))
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
