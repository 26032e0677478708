//! The panel by role and label, as a screen reader meets it.

use super::*;
use crate::app::action::Action;
use crate::experiment::{Architecture, Experiment, Kind, TrainSize};
use crate::lab::format;
use eframe::egui::{Key, Role, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

/// A window with nothing but the panel.
struct Window {
    draft: Settings,
    now: Option<Settings>,
    follows: bool,
    state: StrategiesState,
    actions: Vec<Action>,
}

impl Window {
    fn of(draft: Settings) -> Self {
        Self {
            draft,
            now: None,
            follows: true,
            state: StrategiesState {
                open: [true; Strategy::ALL.len()],
                ..StrategiesState::default()
            },
            actions: Vec::new(),
        }
    }

    fn ui(&mut self, ui: &mut Ui) {
        let error = Experiment::new(self.draft.clone(), Vec::new()).err();
        let baseline = Preset::Default.settings();
        let view = StrategiesView {
            draft: &self.draft,
            scheduled: &[],
            baseline: &baseline,
            preset: Some(Preset::Default),
            active: self.now.as_ref().map(|settings_now| ActiveView {
                run_name: "A12",
                settings_now,
                follows: self.follows,
            }),
            other: None,
            error: error.as_ref(),
            parameters: Some(601_578),
            seconds_per_epoch: Some(90.0),
            seconds_estimate_is_measured: true,
        };
        strategies_ui(ui, &mut self.state, &view, &mut self.actions);
        for action in &self.actions {
            if let Action::Edit(settings) = action {
                self.draft = (**settings).clone();
            }
        }
    }

    fn edits(&self) -> usize {
        let edit = |action: &&Action| matches!(action, Action::Edit(_));
        self.actions.iter().filter(edit).count()
    }
}

fn open(window: Window) -> Harness<'static, Window> {
    open_sized(window, 272.0, 1400.0)
}

fn open_sized(window: Window, width: f32, height: f32) -> Harness<'static, Window> {
    let mut harness = Harness::builder()
        .with_size(vec2(width, height))
        .build_ui_state(|ui, window: &mut Window| window.ui(ui), window);
    harness.run();
    harness
}

fn everything_on() -> Settings {
    let mut settings = Preset::Default.settings();
    settings.regularization.early_stopping = Some(5);
    settings.training.gradient_clip = Some(1.0);
    settings
}

#[test]
fn every_field_has_a_control_of_its_role_and_label() {
    let harness = open(Window::of(everything_on()));
    for field in Field::ALL {
        let label = table::sentence_case(field.label());
        let role = match &field.entry().kind {
            Kind::Data => continue,
            Kind::Number(number) if number.off.is_none() => Role::SpinButton,
            Kind::Switch | Kind::Number(_) => Role::CheckBox,
            Kind::Choice(_) => Role::ComboBox,
        };
        harness.get_by_role_and_label(role, &label);
        let has_slider = numbers::rail(field, &everything_on()).is_some();
        assert_eq!(
            harness
                .query_by_role_and_label(Role::Slider, &label)
                .is_some(),
            has_slider,
            "{label}"
        );
    }
    harness.get_by_role_and_label(Role::SpinButton, "Early stopping patience");
    harness.get_by_role_and_label(Role::SpinButton, "Gradient clip length");
    harness.get_by_role_and_label(Role::ComboBox, "Preset");
    for strategy in Strategy::ALL {
        harness.get_by_role_and_label(Role::DisclosureTriangle, strategy.title());
    }
}

#[test]
fn a_checkbox_edits_and_a_group_closes() {
    let mut harness = open(Window::of(everything_on()));
    harness
        .get_by_role_and_label(Role::CheckBox, "Augmentation")
        .click();
    harness.run();
    assert!(!harness.state().draft.augmentation.enabled);
    assert_eq!(harness.state().edits(), 1);
    harness.get_by_label("4 Regularization").click();
    harness.run();
    let is_there = |label| {
        let found = harness.query_by_role_and_label(Role::CheckBox, label);
        found.is_some()
    };
    assert!(is_there("Augmentation"));
    assert!(!is_there("Early stopping"));
    assert!(harness.query_by_label("Early stopping patience").is_none());
}

#[test]
fn a_number_that_is_switched_off_and_on_again_is_what_it_was() {
    let mut settings = everything_on();
    settings.regularization.early_stopping = Some(9);
    let mut harness = open(Window::of(settings));
    for expected in [None, Some(9)] {
        harness
            .get_by_role_and_label(Role::CheckBox, "Early stopping")
            .click();
        harness.run();
        let found = harness.state().draft.regularization.early_stopping;
        assert_eq!(found, expected);
    }
}

#[test]
fn a_typed_number_is_one_edit() {
    let mut harness = open(Window::of(everything_on()));
    harness
        .get_by_role_and_label(Role::SpinButton, "Images")
        .focus();
    harness.run();
    harness
        .get_by_role_and_label(Role::SpinButton, "Images")
        .type_text("2k");
    harness.run();
    assert_eq!(harness.state().edits(), 0, "nothing is sent while typing");
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(harness.state().edits(), 1);
    assert_eq!(
        harness.state().draft.data.train_size,
        TrainSize::Count(2_000)
    );
}

#[test]
fn walking_through_all_controls_changes_nothing() {
    let mut settings = everything_on();
    settings.data.train_size = TrainSize::Count(1_234);
    settings.data.validation_size = 9_876;
    settings.regularization.dropout = 0.123_456_789;
    settings.training.learning_rate = 1.234_56e-3;
    settings.network.width = 1.0 / 3.0;
    let mut harness = open(Window::of(settings));
    for _ in 0..80 {
        harness.key_press(Key::Tab);
        harness.run();
    }
    assert_eq!(harness.state().edits(), 0);
}

#[test]
fn every_slider_answers_the_arrow_keys() {
    let mut settings = everything_on();
    settings.data.train_size = TrainSize::Count(100);
    let harness = open(Window::of(settings.clone()));
    let levers: Vec<_> = harness
        .get_all_by_role(Role::Slider)
        .filter_map(|node| node.accesskit_node().label())
        .collect();
    assert_eq!(levers.len(), 5);
    for label in levers {
        let mut harness = open(Window::of(settings.clone()));
        harness.get_by_role_and_label(Role::Slider, &label).focus();
        harness.run();
        for (key, edits) in [(Key::ArrowRight, 1), (Key::ArrowLeft, 2)] {
            harness.key_press(key);
            harness.run();
            assert_eq!(harness.state().edits(), edits, "{label} {key:?}");
        }
    }
}

#[test]
fn a_dot_puts_its_field_back() {
    let mut settings = everything_on();
    settings.regularization.dropout = 0.3;
    let mut harness = open(Window::of(settings));
    harness
        .get_by_role_and_label(Role::Button, "Reset dropout")
        .click();
    harness.run();
    assert_eq!(
        harness.state().actions,
        [Action::ResetField(Field::Dropout)]
    );
    harness.get_by_label("3 changed");
    harness.get_by_role_and_label(Role::Button, "Reset").click();
    harness.run();
    assert_eq!(harness.state().actions.last(), Some(&Action::ResetSettings));
}

#[test]
fn what_cant_act_is_disabled() {
    let settings = everything_on().with_architecture(Architecture::Linear);
    let mut window = Window::of(settings);
    window.state.unfolded = [true; Strategy::ALL.len()];
    let harness = open(window);
    for (role, label) in [
        (Role::Slider, "Dropout"),
        (Role::SpinButton, "Dropout"),
        (Role::ComboBox, "Batch norm"),
        (Role::Slider, "Width"),
        (Role::SpinButton, "Conv blocks"),
        (Role::SpinButton, "Dense units"),
    ] {
        let node = harness.get_by_role_and_label(role, label);
        assert!(node.accesskit_node().is_disabled(), "{label}");
    }
}

#[test]
fn what_has_no_effect_is_folded_away_and_one_click_shows_it() {
    let mut settings = everything_on();
    settings.augmentation.enabled = false;
    let mut harness = open(Window::of(settings));
    let line = "4 have no effect: augmentation is off (rotation, shift, shear and zoom)";
    for is_there in [false, true, false] {
        let rotation = harness.query_by_role_and_label(Role::SpinButton, "Rotation");
        assert_eq!(rotation.is_some(), is_there);
        harness
            .get_by_role_and_label(Role::DisclosureTriangle, line)
            .click();
        harness.run();
    }
    // A range can be set before augmentation is switched on.
    harness
        .get_by_role_and_label(Role::SpinButton, "Rotation")
        .focus();
    harness.run();
    harness
        .get_by_role_and_label(Role::SpinButton, "Rotation")
        .type_text("20");
    harness.key_press(Key::Enter);
    harness.run();
    assert!((harness.state().draft.augmentation.rotation - 20.0).abs() < 1e-9);
    harness
        .get_by_role_and_label(Role::CheckBox, "Augmentation")
        .click();
    harness.run();
    assert!(harness.query_by_label(line).is_none());
    harness.get_by_role_and_label(Role::SpinButton, "Rotation");
}

#[test]
fn the_network_is_drawn_told_in_words_and_its_blocks_lead_to_layers() {
    let mut harness = open(Window::of(Preset::Dense.settings()));
    harness.get_by_role_and_label(
        Role::Image,
        "The network: input 28 × 28 × 1, dense 512, dense 10. 407,050 parameters.",
    );
    harness
        .get_by_role_and_label(
            Role::Button,
            "dense: 512, 401,920 parameters. Show it in Layers",
        )
        .click();
    harness.run();
    let shown = Action::ShowLayer("dense".into());
    assert_eq!(harness.state().actions, [shown]);
    // The drawing follows the settings.
    harness.state_mut().draft.network.dense_units = 64;
    harness.state_mut().draft.regularization.dropout = 0.5;
    harness.run();
    harness.get_by_label(
        "The network: input 28 × 28 × 1, dense 64, dropout, dense 10. 50,890 parameters.",
    );
}

#[test]
fn an_active_run_says_what_needs_a_new_one() {
    let mut window = Window::of(everything_on());
    window.now = Some(everything_on());
    window.draft.network.width = 0.5;
    window.draft.seed = 7;
    window.draft.regularization.dropout = 0.1;
    let mut harness = open(window);
    harness.get_by_label("2 changes need a new run: width and seed");
    harness.state_mut().follows = false;
    harness.run();
    harness.get_by_label("These settings are for the next run.");
    harness.get_by_label("Show A12's settings").click();
    harness.run();
    assert_eq!(harness.state().actions, [Action::FollowActiveRun]);
}

#[test]
fn an_error_stands_at_its_field_in_a_group_that_opens_for_it() {
    let mut window = Window::of(everything_on());
    window.state = StrategiesState {
        open: [false; Strategy::ALL.len()],
        ..StrategiesState::default()
    };
    window.draft.augmentation.enabled = false;
    window.draft.augmentation.shear = 85.0;
    let harness = open(window);
    harness.get_by_label_contains("85 is out of range, expected 0 to 80");
    harness.get_by_role_and_label(Role::SpinButton, "Shear");
    assert!(harness.query_by_label("Dropout").is_none());
}

#[test]
fn it_draws_at_any_size_and_every_text_has_its_glyphs() {
    for (width, height) in [(1.0, 1.0), (120.0, 60.0), (240.0, 700.0), (480.0, 2000.0)] {
        let mut window = Window::of(everything_on());
        window.now = Some(Preset::Article.settings());
        open_sized(window, width, height);
    }
    // The harness panics at a character without a glyph.
    let mut harness = Harness::builder().build_ui(|ui| {
        for field in Field::ALL {
            ui.label(field.entry().help);
        }
        for strategy in Strategy::ALL {
            ui.label(strategy.help());
        }
        ui.label(format::duration(90.0));
    });
    harness.run();
}
