//! The panel by role and label, and the row that the other tests share.

use super::resuming::NotResumable;
use super::rows::{BestEpoch, Differing, Origin};
use super::*;

use crate::lab::run::Sharing;
use eframe::egui::{Color32, PointerButton, Role, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

/// A run that is over.
pub fn row(id: &str, accuracy: Option<f64>, gap: Option<f64>) -> RunRow<'static> {
    let best = accuracy.map(|accuracy| BestEpoch {
        accuracy,
        epoch: 7,
        validation_count: 5_000,
    });
    RunRow {
        id: RunId(id.into()),
        origin: Origin::Store,
        name: id.into(),
        color: Color32::RED,
        state_label: "finished",
        active: false,
        resumes_at: Err(NotResumable::Completed),
        starred: id == "A1",
        shown: false,
        chosen: false,
        previous: false,
        best,
        most_accurate: best,
        gap,
        last_gap: gap.map(|gap| gap + 1.0),
        sharing: Sharing::Same,
        epochs: if accuracy.is_some() { 20 } else { 0 },
        difference: Differing::Told("dropout 0.5, augmentation on".into()),
        settings: None,
        created_secs: 0,
        note: None,
        warnings: Vec::new().into(),
        remarks: Vec::new(),
        group: None,
        seeds: None,
        chosen_within: None,
        previous_within: false,
    }
}

impl RowSource<'static> for Vec<RunRow<'static>> {
    fn count(&self) -> usize {
        self.len()
    }

    fn row(&self, place: usize) -> Option<RunRow<'static>> {
        self.get(place).cloned()
    }
}

#[derive(Default)]
pub(super) struct Window {
    pub(super) rows: Vec<RunRow<'static>>,
    /// Frames drawn: tests change the rows as they like, so that each frame has a key of its own.
    frames: u64,
    pub(super) state: RunsState,
    hovered: Option<RunId>,
    actions: Vec<Action>,
}

fn rows() -> Vec<RunRow<'static>> {
    let mut rows = vec![
        row("A1", Some(0.926), Some(7.4)),
        row("A2", Some(0.986), Some(1.4)),
        row("A3", None, None),
    ];
    rows[1].chosen = true;
    rows[2].active = true;
    rows[2].state_label = "training";
    rows
}

pub(super) fn open(rows: Vec<RunRow<'static>>) -> Harness<'static, Window> {
    open_sized(rows, 700.0, 200.0)
}

pub(super) fn open_sized(
    rows: Vec<RunRow<'static>>,
    width: f32,
    height: f32,
) -> Harness<'static, Window> {
    let window = Window {
        rows,
        state: RunsState {
            fold: Fold::Open,
            ..RunsState::default()
        },
        ..Window::default()
    };
    let mut harness = Harness::builder()
        .with_size(vec2(width, height))
        .build_ui_state(
            |ui, window: &mut Window| {
                let Window {
                    rows,
                    frames,
                    state,
                    hovered,
                    actions,
                } = window;
                *frames += 1;
                let key = RowsKey {
                    runs: *frames,
                    ..RowsKey::default()
                };
                runs_ui(ui, state, (rows, key), hovered.as_ref(), actions);
                for action in actions {
                    if let Action::HoverRun(id) = action {
                        *hovered = id.clone();
                    }
                }
            },
            window,
        );
    harness.run();
    harness
}

/// What was asked for since the last time, but for actions that follow the pointer.
pub(super) fn asked(harness: &mut Harness<'_, Window>) -> Vec<Action> {
    harness.run();
    let mut actions = std::mem::take(&mut harness.state_mut().actions);
    actions.retain(|action| !matches!(action, Action::HoverRun(_)));
    actions
}

pub(super) fn id(id: &str) -> RunId {
    RunId(id.into())
}

#[test]
fn without_runs_it_says_what_to_do() {
    open(Vec::new()).get_by_label("No runs yet. Press Train.");
}

#[test]
fn a_row_is_chosen_shown_and_starred() {
    let mut harness = open(rows());
    harness.get_by_role_and_label(Role::Button, "A1").click();
    assert_eq!(asked(&mut harness), [Action::ChooseRun(id("A1"))]);
    harness
        .get_by_role_and_label(Role::CheckBox, "Show A1")
        .click();
    assert_eq!(asked(&mut harness), [Action::ShowRun(id("A1"), true)]);
    harness.get_by_label("Star A1").click();
    assert_eq!(asked(&mut harness), [Action::StarRun(id("A1"), false)]);
    // A click anywhere in the row chooses the run.
    harness.get_by_label("7.4").hover();
    harness.run();
    harness.get_by_label("7.4").click();
    assert_eq!(asked(&mut harness), [Action::ChooseRun(id("A1"))]);
}

#[test]
fn a_run_is_renamed_in_its_row() {
    let mut harness = open(rows());
    harness.get_by_role_and_label(Role::Button, "A1").focus();
    harness.run();
    harness.key_press(Key::F2);
    harness.run();
    harness
        .get_by_label("New name of A1")
        .type_text("with dropout");
    harness.run();
    harness.key_press(Key::Enter);
    assert_eq!(
        asked(&mut harness),
        [Action::RenameRun(id("A1"), "with dropout".into())]
    );
    harness.key_press(Key::F2);
    harness.run();
    harness.get_by_label("New name of A1").type_text("no");
    harness.run();
    harness.key_press(Key::Escape);
    assert_eq!(asked(&mut harness), []);
    harness.get_by_role_and_label(Role::Button, "A1");
}

#[test]
fn delete_asks_for_the_focused_run() {
    let mut harness = open(rows());
    harness.get_by_role_and_label(Role::Button, "A3").focus();
    harness.run();
    harness.key_press(Key::Delete);
    // The run trains, so that the shell will refuse.
    assert_eq!(asked(&mut harness), [Action::DeleteRun(id("A3"))]);
    harness.get_by_label("1.4").click();
    asked(&mut harness);
    harness.key_press(Key::Delete);
    assert_eq!(asked(&mut harness), [Action::DeleteRun(id("A2"))]);
}

#[test]
fn the_menu_of_a_row_acts_on_it() {
    let mut harness = open(rows());
    harness.get_by_label("More about A1").click();
    harness.run();
    harness.get_by_label("Use its settings").click();
    assert_eq!(asked(&mut harness), [Action::UseSettingsOf(id("A1"))]);
    harness
        .get_by_role_and_label(Role::Button, "A3")
        .click_button(PointerButton::Secondary);
    harness.run();
    let delete = harness.get_by_label_contains("Delete");
    assert!(delete.accesskit_node().is_disabled());
    harness.get_by_label("Show in folder").click();
    assert_eq!(asked(&mut harness), [Action::OpenRunFolder(id("A3"))]);
}

#[test]
fn a_header_sorts_and_a_filter_hides() {
    let mut harness = open(rows());
    harness.get_by_label_contains("Accuracy ± @ best").click();
    harness.run();
    let top = |harness: &Harness<'_, Window>, name| {
        harness
            .get_by_role_and_label(Role::Button, name)
            .rect()
            .top()
    };
    assert!(top(&harness, "A2") < top(&harness, "A1"));
    assert!(top(&harness, "A1") < top(&harness, "A3"));
    harness.get_by_label("Filter runs").focus();
    harness.run();
    harness.get_by_label("Filter runs").type_text("acc>98");
    harness.run();
    harness.get_by_label("1 of 3");
    assert!(harness.query_by_label("A1").is_none());
    harness.get_by_label("Filter runs").type_text(" star");
    harness.run();
    harness.get_by_label("No run matches \"acc>98 star\".");
    harness.get_by_label("Show all runs").click();
    harness.run();
    harness.get_by_label("3");
}

#[test]
fn accuracy_and_gap_are_of_one_epoch_which_the_hover_explains() {
    let mut rows = rows();
    rows[0].sharing = Sharing::OtherImages;
    let mut harness = open(rows);
    let seen = |harness: &Harness<'_, Window>, text: &str| {
        harness.query_all_by_label_contains(text).next().is_some()
    };
    assert!(seen(&harness, "± 0.37 @ 7"));
    assert!(seen(&harness, "@ 7"));
    harness.get_by_label("7.4").hover();
    harness.run();
    harness.run();
    for text in [
        "at epoch 7, the one of the lowest validation loss",
        "At epoch 20, the last, it was 8.4 points.",
        "Other images validate the chosen run",
    ] {
        assert!(seen(&harness, text), "{text}");
    }
}

#[test]
fn the_pointer_is_told_once_a_row() {
    let mut harness = open(rows());
    harness.get_by_label("7.4").hover();
    harness.run();
    harness.run();
    let told = [Action::HoverRun(Some(id("A1")))];
    assert_eq!(harness.state().actions, told);
    harness.remove_cursor();
    harness.run();
    assert_eq!(
        harness.state().actions.last(),
        Some(&Action::HoverRun(None))
    );
    // A run that is hovered in the plot stays so.
    harness.state_mut().actions.clear();
    harness.state_mut().hovered = Some(id("A2"));
    harness.run();
    assert_eq!(harness.state().actions, []);
}

#[test]
fn it_draws_at_any_size_and_with_many_runs() {
    let many: Vec<_> = (0..3_000)
        .map(|i| row(&format!("A{i}"), Some(0.98), Some(0.1)))
        .collect();
    for (width, height) in [(1.0, 1.0), (300.0, 40.0), (1200.0, 900.0)] {
        open_sized(many.clone(), width, height);
    }
}

#[test]
fn a_low_window_folds_the_runs_until_a_person_unfolds_them() {
    let mut harness = open_sized(rows(), 700.0, 200.0);
    let is_seen = |harness: &Harness<'_, Window>| harness.query_by_label("7.4").is_some();
    harness.state_mut().state.fold = Fold::ByHeight;
    harness.run();
    assert!(!is_seen(&harness));
    harness.get_by_label("Unfold the runs").click();
    harness.run();
    assert!(is_seen(&harness));
    harness.get_by_label("Fold the runs").click();
    harness.run();
    assert!(!is_seen(&harness));
}

#[test]
fn settings_that_differ_have_columns_and_sort() {
    let mut rows = rows();
    for (row, width) in rows.iter_mut().zip([1.0, 0.25, 0.5]) {
        let mut settings = crate::experiment::Preset::Cnn.settings();
        settings.network.width = width;
        row.settings = Some(std::borrow::Cow::Owned(settings));
    }
    let mut harness = open_sized(rows, 1_200.0, 200.0);
    let order = |harness: &Harness<'_, Window>| {
        let tops = ["0.25", "0.5", "1"].map(|text| harness.get_by_label(text).rect().top());
        tops.map(|top| tops.iter().filter(|other| **other < top).count())
    };
    assert!(harness.query_by_label_contains("Seed").is_none());
    harness.get_by_label_contains("Width").click();
    harness.run();
    assert_eq!(order(&harness), [0, 1, 2]);
    harness.get_by_label_contains("Width").click();
    harness.run();
    assert_eq!(order(&harness), [2, 1, 0]);
}
