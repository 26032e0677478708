use super::*;
use crate::app::plots::testing::{metrics, run_of};
use crate::experiment::Setting;
use eframe::egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

/// A run that learns its training images by heart, while validation gets worse from epoch 6 on.
fn overfit(state: RunState) -> Run {
    let mut run = run_of("A1", 0);
    let epochs = (1..=14).map(|epoch| {
        let train = 1.0 - 0.3 * 0.6_f64.powi(epoch as i32);
        let best = 0.94 - 0.02 * (epoch as f64 - 6.0).abs();
        metrics(epoch, train, best)
    });
    run.epochs = epochs.collect();
    run.state = state;
    run.weights.best = Some(6);
    run.judge();
    assert_eq!(run.verdict.kind, VerdictKind::Overfitting);
    run
}

fn settings_of(run: &Run) -> Settings {
    run.experiment.settings().clone()
}

#[test]
fn the_best_epoch_is_offered_while_a_worse_one_is_shown() {
    let better = |run: &Run, choice| view(Some(run), choice, &settings_of(run)).better;
    let run = overfit(RunState::Running);
    assert_eq!(better(&run, EpochChoice::Auto), Some(6));
    assert_eq!(better(&run, EpochChoice::Epoch(9)), Some(6));
    assert_eq!(better(&run, EpochChoice::Epoch(6)), None);
    let over = overfit(RunState::Interrupted);
    assert_eq!(better(&over, EpochChoice::Auto), None);
    assert_eq!(better(&over, EpochChoice::Epoch(9)), Some(6));
    // The weights of the best epoch found no room on disk.
    let mut unkept = overfit(RunState::Running);
    unkept.weights.best = Some(5);
    assert_eq!(better(&unkept, EpochChoice::Auto), None);
    let good = run_of("A2", 8);
    assert_eq!(better(&good, EpochChoice::Epoch(1)), None);
}

#[test]
fn a_click_shows_its_weights() {
    let run = overfit(RunState::Running);
    let mut shown = view(Some(&run), EpochChoice::Auto, &settings_of(&run));
    // The sentence has arrows, which the harness's font lacks.
    shown.what = "It overfits.".into();
    let mut harness = Harness::new_ui_state(
        move |ui, (state, actions): &mut (VerdictState, Vec<Action>)| {
            verdict_ui(ui, state, &shown, actions);
        },
        (VerdictState::default(), Vec::new()),
    );
    harness.run();
    harness
        .get_by_role_and_label(Role::Button, "Use epoch 6")
        .click();
    harness.run();
    let expected = Action::ChooseEpoch(EpochChoice::Epoch(6));
    assert_eq!(harness.state().1, [expected]);
}

/// Offers as a run in training on 500 images has them.
fn offer(label: &str, is_made: bool) -> Offer {
    Offer {
        label: label.into(),
        gain: Some("+3.7 points".into()),
        words: "It was measured.".into(),
        acts: "A click sets it.".into(),
        change: vec![Setting::Dropout(0.5)],
        is_made,
    }
}

/// The rows of a verdict with these offers, in a window of this width.
fn harness(
    width: f32,
    how: &str,
    offers: Vec<Offer>,
) -> Harness<'static, (VerdictState, Vec<Action>)> {
    let run = overfit(RunState::Running);
    let mut shown = view(Some(&run), EpochChoice::Auto, &settings_of(&run));
    (shown.what, shown.how, shown.offers) = ("It overfits.".into(), how.into(), offers);
    let mut harness = Harness::builder().with_size([width, 300.0]).build_ui_state(
        move |ui, (state, actions): &mut (VerdictState, Vec<Action>)| {
            verdict_ui(ui, state, &shown, actions);
            ui.label("below");
        },
        (VerdictState::default(), Vec::new()),
    );
    harness.run();
    harness
}

#[test]
fn a_click_on_an_offer_asks_for_its_change_and_what_is_made_waits() {
    let offers = vec![offer("dropout 0.5", false), offer("augmentation", true)];
    let mut harness = harness(800.0, "", offers);
    for label in ["Try augmentation", "Try dropout 0.5"] {
        harness.get_by_role_and_label(Role::Button, label).click();
        harness.run();
    }
    let expected = Action::TryOut(vec![Setting::Dropout(0.5)]);
    assert_eq!(harness.state().1, [expected]);
}

#[test]
fn the_rows_have_one_height_whatever_stands_in_them() {
    let offers = || vec![offer("dropout 0.5", false), offer("augmentation", false)];
    let long = "Validation loss rose and rose. ".repeat(20);
    for width in [300.0, 560.0, 1_200.0] {
        let below = |how: &str, offers| {
            let harness = harness(width, how, offers);
            harness.get_by_label("below").rect().top()
        };
        let place = below("", Vec::new());
        assert_eq!(below("Validation loss rose.", offers()), place, "{width}");
        assert_eq!(below(&long, offers()), place, "{width}");
    }
}

#[test]
fn green_is_improving_and_red_is_worse() {
    let visuals = Visuals::dark();
    for kind in VerdictKind::ALL {
        let expected = match kind {
            VerdictKind::Improving | VerdictKind::Mended => theme::good(&visuals),
            VerdictKind::Overfitting | VerdictKind::Diverged => theme::bad(&visuals),
            _ => visuals.text_color(),
        };
        assert_eq!(color(Some(kind), &visuals), expected, "{kind:?}");
    }
}

#[test]
fn an_offer_that_waits_for_the_next_run_says_so() {
    let run = overfit(RunState::Interrupted);
    let settings = settings_of(&run);
    for offer in offers::of(&run, &settings) {
        assert!(!offer.is_made);
        assert_eq!(offer.acts, "A click sets it for the next run.");
        let changed = crate::lab::suggest::applied(&offer.change, &settings);
        let again = offers::of(&run, &changed);
        let same = again.iter().find(|other| other.label == offer.label);
        assert!(same.is_some_and(|same| same.is_made), "{}", offer.label);
    }
}

#[test]
fn buttons_have_whole_words_and_those_without_room_stand_in_a_menu() {
    let offers = vec![
        offer("the whole recipe", false),
        offer("augmentation", false),
        offer("2,000 images", false),
    ];
    for (width, beside) in [(200.0, 0), (240.0, 1), (400.0, 3), (900.0, 3)] {
        let mut harness = harness(width, "", offers.clone());
        let names = offers.iter().map(|offer| format!("Try {}", offer.label));
        let names: Vec<String> = names.collect();
        let shown = |harness: &Harness<'_, _>, name: &str| {
            let mut buttons = harness.query_all_by_role_and_label(Role::Button, name);
            buttons.next().map(|button| button.rect())
        };
        for name in &names[..beside] {
            let rect = shown(&harness, name).unwrap();
            assert!(rect.right() <= width, "{width}: {name}");
        }
        let others = &names[beside..];
        assert!(others.iter().all(|name| shown(&harness, name).is_none()));
        if others.is_empty() {
            continue;
        }
        let more = format!("{} more", others.len());
        let button = harness.get_by_role_and_label(Role::Button, &more);
        assert!(button.rect().right() <= width, "{width}: {more}");
        button.click();
        harness.run();
        harness
            .get_by_role_and_label(Role::Button, &others[0])
            .click();
        harness.run();
        let expected = Action::TryOut(vec![Setting::Dropout(0.5)]);
        assert_eq!(harness.state().1, [expected], "{width}");
    }
}

/// The texts that are drawn, with what of them is elided.
fn drawn(harness: &Harness<'_, (VerdictState, Vec<Action>)>) -> Vec<(String, bool)> {
    let shapes = harness.output().shapes.iter();
    let texts = shapes.filter_map(|clipped| match &clipped.shape {
        eframe::egui::Shape::Text(text) => Some((text.galley.job.text.clone(), text.galley.elided)),
        _ => None,
    });
    texts.collect()
}

#[test]
fn no_sentence_is_cut_whatever_the_width() {
    let (loss, accuracy) = (
        "Validation loss was lowest at epoch 12 with 0.2790, and is 0.3831 now.",
        "Even of its own training images the network gets only 61.20% right, and 58.10% of the validation images: it is \
         too simple, or learns too slowly.",
    );
    let views = [
        (VerdictKind::Overfitting, "Overfitting since epoch 9.", loss),
        (VerdictKind::Underfitting, "Underfitting.", accuracy),
        (
            VerdictKind::Unclear,
            "Can't tell yet whether the change in epoch 9 helps.",
            loss,
        ),
        (
            VerdictKind::TooEarly,
            "The run overfitted up to epoch 8. Too early to tell what the change in epoch 9 does.",
            "A verdict needs 3 more epochs.",
        ),
    ];
    let run = overfit(RunState::Running);
    for (kind, what, first) in views {
        for width in [300.0, 340.0, 420.0, 535.0, 700.0, 1_200.0] {
            let mut shown = view(Some(&run), EpochChoice::Auto, &settings_of(&run));
            shown.name = "Three seeds with dropout 0.5 against three seeds".into();
            (shown.kind, shown.what) = (Some(kind), what.into());
            shown.how = format!("{first} {}", "Accuracy still creeps up. ".repeat(20));
            let mut harness = Harness::builder().with_size([width, 300.0]).build_ui_state(
                move |ui, (state, actions): &mut (VerdictState, Vec<Action>)| {
                    verdict_ui(ui, state, &shown, actions);
                },
                (VerdictState::default(), Vec::new()),
            );
            harness.run();
            let texts = drawn(&harness);
            let of = |sentence: &str| {
                let mut texts = texts.iter();
                texts.any(|(text, elided)| text.contains(sentence) && !elided)
            };
            assert!(
                texts.iter().all(|(_, elided)| !elided),
                "{width}: {texts:?}"
            );
            assert!(of(first), "{width}: {texts:?}");
            assert!(of(kind.headline()), "{width}: {texts:?}");
        }
    }
}

#[test]
fn the_rows_are_there_before_the_first_run() {
    for width in [300.0, 900.0] {
        let run = overfit(RunState::Running);
        let settings = settings_of(&run);
        let places = [None, Some(&run)].map(|run| {
            let shown = view(run, EpochChoice::Auto, &settings);
            let mut harness = Harness::builder().with_size([width, 300.0]).build_ui_state(
                move |ui, (state, actions): &mut (VerdictState, Vec<Action>)| {
                    verdict_ui(ui, state, &shown, actions);
                    ui.label("below");
                },
                (VerdictState::default(), Vec::new()),
            );
            harness.run();
            harness.get_by_label("below").rect().top()
        });
        assert_eq!(places[0], places[1], "{width}");
    }
}
