//! Another run beside the chosen one: which of the other run's errors the chosen run fixes, and
//! which images it breaks.

use super::judgement::Duel;
use super::tables::{Compared, NotComparable, images};
use super::{ErrorsState, Selection};
use crate::app::action::Action;
use crate::app::panels::tab_view::{TabsView, small};
use crate::app::theme;
use crate::lab::Run;
use crate::lab::run::Sharing;
use crate::lab::run::difference::{self, Kinship};
use eframe::egui::{ComboBox, Role, Ui, WidgetInfo};

/// Draws the choice of the other run, and the comparison where there is one.
pub(super) fn compare_ui(
    ui: &mut Ui,
    state: &mut ErrorsState,
    view: &TabsView<'_>,
    run: &Run,
    actions: &mut Vec<Action>,
) {
    let others: Vec<&Run> = view
        .runs
        .iter()
        .filter(|other| other.id != run.id && !other.epochs.is_empty())
        .collect();
    if others.is_empty() {
        ui.label(small(
            "A second run can be compared with this one, image by image.",
        ));
        return;
    }
    let other = others.iter().find(|other| Some(&other.id) == view.compared);
    choice_ui(ui, &others, other.copied(), actions);
    let Some(other) = other else { return };
    let Some(compared) = &state.compared else {
        ui.label(small(format!("Finding the errors of {}…", other.name)));
        return;
    };
    match &compared.result {
        Ok(compared) => {
            let counts = [
                compared.comparison.fixed.len(),
                compared.comparison.broken.len(),
                compared.comparison.both_wrong.len(),
            ];
            let epoch = state.tables.as_ref().and_then(|t| t.of.subject.epoch());
            let facts = facts(compared, [run, other], epoch);
            parts_ui(ui, state, counts, &run.name, &other.name);
            ui.label(small(facts)).on_hover_text(
                "Of the images that only one of two equally good networks gets right, each gets \
                 half, but for chance, as in tossing a coin. The p value of McNemar's exact test \
                 is how often the toss comes out this unevenly or more. Whether the settings \
                 differ, only more seeds can tell: train both again with other seeds.",
            );
        }
        Err(NotComparable::DifferentData) => {
            ui.label(format!(
                "{} and {} were validated on different data: their images can't be compared.",
                run.name, other.name
            ));
        }
        Err(NotComparable::NothingShared) => {
            ui.label(format!(
                "No image validated both {} and {}: they can't be compared.",
                run.name, other.name
            ));
        }
    }
}

/// A run with the epoch of its weights; an ensemble by its name alone.
fn named(run: &Run, epoch: Option<usize>) -> String {
    match epoch {
        Some(epoch) => format!("{} (epoch {epoch})", run.name),
        None => run.name.clone(),
    }
}

/// What was compared, and what the difference is worth. `epoch` is the first run's.
fn facts(compared: &Compared, [run, other]: [&Run; 2], epoch: Option<usize>) -> String {
    let other_epoch = compared.other.subject.epoch();
    let comparison = &compared.comparison;
    let left_out = match compared.sharing {
        Sharing::Same => "",
        Sharing::OtherImages | Sharing::OtherData | Sharing::Unknown => {
            " The other validation images of each are left out."
        }
    };
    let duel = Duel {
        names: [&run.name, &other.name],
        only: [comparison.broken.len(), comparison.fixed.len()],
    };
    // Epochs that a person picked differ by more than luck.
    let is_at_best = run.best_kept() == epoch || epoch == other_epoch;
    let kinship = match difference::kinship(run, other) {
        _ if epoch.is_none() || other_epoch.is_none() => Kinship::Ensemble,
        Kinship::OtherSeed | Kinship::OtherSplit if !is_at_best => Kinship::OtherSettings,
        kinship => kinship,
    };
    format!(
        "{} against {}, on {} that validated both.{left_out} {}",
        named(run, epoch),
        named(other, other_epoch),
        images(comparison.count),
        duel.judgement(kinship),
    )
}

fn choice_ui(ui: &mut Ui, others: &[&Run], chosen: Option<&Run>, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        ui.label("Compare with");
        let text = chosen.map_or("none", |run| run.name.as_str());
        let combo = ComboBox::from_id_salt("errors-compare")
            .width(theme::CHOICE_WIDTH)
            .height(theme::CHOICES_HEIGHT)
            .selected_text(text)
            .show_ui(ui, |ui| {
                if ui.selectable_label(chosen.is_none(), "none").clicked() {
                    actions.push(Action::CompareWith(None));
                }
                for other in others {
                    let is_chosen = chosen.is_some_and(|run| run.id == other.id);
                    if ui.selectable_label(is_chosen, &other.name).clicked() {
                        actions.push(Action::CompareWith(Some(other.id.clone())));
                    }
                }
            });
        combo.response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::ComboBox, true, "Compare with");
            info.current_text_value = Some(text.to_owned());
            info
        });
        combo
            .response
            .on_hover_text("Another run's best epoch, image by image");
    });
}

/// Draws how many images the chosen run fixes and breaks; a click lists them.
fn parts_ui(ui: &mut Ui, state: &mut ErrorsState, counts: [usize; 3], run: &str, other: &str) {
    let parts = [
        (
            Selection::Broken,
            format!("Fixed by {run}: {}", counts[1]),
            format!("Right in {run}, wrong in {other}"),
        ),
        (
            Selection::Fixed,
            format!("Broken by {run}: {}", counts[0]),
            format!("Wrong in {run}, right in {other}"),
        ),
        (
            Selection::BothWrong,
            format!("Wrong in both: {}", counts[2]),
            "Neither run recognizes them; look whether you do".to_owned(),
        ),
    ];
    ui.horizontal_wrapped(|ui| {
        for (selection, text, hover) in parts {
            let selected = state.selection == selection;
            let label = ui.selectable_label(selected, text).on_hover_text(hover);
            if label.clicked() {
                state.select(if selected {
                    Selection::AllErrors
                } else {
                    selection
                });
            }
        }
    });
}
