//! The rows of ensembles, which stand in the table beside the runs.

use super::cells::plain;
use super::figures::{measured, unlike};
use super::resuming::NotResumable;
use super::rows::{Differing, Origin, Rows, RunRow};
use crate::lab::run::Sharing;
use crate::lab::store::{Ensemble, EnsembleScore};
use crate::lab::{Run, RunId, format};
use eframe::egui::{RichText, Ui};
use std::borrow::Cow;
use std::hash::{Hash, Hasher};

/// What a row tells of an ensemble.
pub struct EnsembleRow<'a> {
    /// The name of the ensemble in the store.
    pub id: &'a RunId,
    /// What is kept of it.
    pub kept: &'a Ensemble,
    /// What the ensemble is worth, once it was measured with these members and copies.
    pub score: Option<&'a EnsembleScore>,
    /// The names of its runs.
    pub names: String,
    /// Whether it is being measured.
    pub is_measured: bool,
    /// Whether a person has cancelled the measuring.
    pub is_cancelled: bool,
    /// Why it can't answer, or can't be measured.
    pub problem: Option<&'a String>,
    /// What stands for it where a run is asked for.
    pub first: Option<&'a Run>,
}

/// The state of an average that is being measured.
pub(super) const MEASURING: &str = "measuring";
/// The state of an average for which that was cancelled.
pub(super) const CANCELLED: &str = "cancelled";

impl EnsembleRow<'_> {
    /// Adds what the row tells to a hash: where all of it is the same as before, so is the row.
    pub fn note(&self, hasher: &mut impl Hasher) {
        let Self { id, kept, .. } = self;
        let accuracy = self.score.map(|score| score.figures.accuracy.to_bits());
        (id, &kept.name, kept.starred, kept.created_secs).hash(hasher);
        (kept.copies.count, accuracy, &self.names).hash(hasher);
        (self.is_measured, self.is_cancelled).hash(hasher);
    }
}

impl<'a> Rows<'a> {
    /// The row of an ensemble.
    pub(super) fn of_ensemble(&self, ensemble: &EnsembleRow<'a>) -> RunRow<'a> {
        let EnsembleRow {
            id, kept, score, ..
        } = *ensemble;
        let copies = match kept.copies.count {
            0 => String::new(),
            1 => ", with a copy of each image".into(),
            count => format!(", with {count} copies of each image"),
        };
        RunRow {
            id: id.clone(),
            origin: Origin::Ensemble {
                copies: kept.copies,
                accuracy: score.map(|score| (score.figures.accuracy, score.figures.count)),
            },
            name: kept.name.clone(),
            color: (self.colors)(id),
            state_label: match (ensemble.is_measured, ensemble.is_cancelled) {
                (true, _) => MEASURING,
                (false, true) => CANCELLED,
                (false, false) => "average",
            },
            active: false,
            resumes_at: Err(NotResumable::Ensemble),
            starred: kept.starred,
            shown: false,
            chosen: Some(id) == self.chosen,
            // An average has no curves that could lie faint behind others.
            previous: false,
            best: None,
            most_accurate: None,
            gap: None,
            last_gap: None,
            sharing: match (self.in_tabs, ensemble.first) {
                (Some(reference), Some(first)) => reference.shares_validation_images(first),
                _ => Sharing::Same,
            },
            epochs: 0,
            difference: Differing::Told(Cow::Owned(format!(
                "average of {}{copies}",
                ensemble.names
            ))),
            settings: None,
            created_secs: kept.created_secs,
            note: ensemble.problem.cloned(),
            warnings: Cow::Borrowed(&[]),
            remarks: score.map(remark).into_iter().collect(),
            group: None,
            seeds: None,
            chosen_within: None,
            previous_within: false,
        }
    }
}

/// The accuracy beside the runs', and where they disagree.
fn remark(score: &EnsembleScore) -> String {
    let members = score.members.iter().map(|member| {
        let accuracy = format::percent_with_error(member.accuracy, score.figures.count);
        format!("{} alone {accuracy}", member.run)
    });
    let members: Vec<String> = members.collect();
    format!(
        "{}. The runs disagree on {} of {} images.",
        members.join(", "),
        format::whole(score.disagreements),
        format::whole(score.figures.count)
    )
}

/// Draws the accuracy of runs that answer together.
pub(super) fn accuracy_ui(ui: &mut Ui, row: &RunRow<'_>, accuracy: Option<(f64, usize)>) {
    let Some((accuracy, count)) = accuracy else {
        ui.weak("–")
            .on_hover_text("The average is measured on the validation images once it is chosen.");
        return;
    };
    ui.spacing_mut().item_spacing.x = 3.0;
    let figure = format::percent_with_error(accuracy, count);
    let (accuracy, error) = figure.split_once(" ± ").unwrap_or((&figure, ""));
    let behind = match error {
        "" => String::new(),
        error => format!("± {error}"),
    };
    let response = plain(ui, measured(row, accuracy)) | plain(ui, RichText::new(behind).weak());
    response.on_hover_ui(|ui| {
        ui.set_max_width(ui.spacing().tooltip_width);
        for line in &row.remarks {
            ui.label(line);
        }
        ui.label(format::WHAT_ERROR_MEANS);
        if let Some(unlike) = unlike(row.sharing) {
            ui.label(unlike);
        }
    });
}
