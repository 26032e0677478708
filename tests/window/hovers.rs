//! What comes up under a resting pointer covers neither the verdict nor the values under the plots.

use super::harness::{self, sees, texts, until};
use super::pictures::made_up_run;
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Rect, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use overfit_lab::app::App;

/// What is seen while the pointer rests on a control, and isn't otherwise.
fn hovered(harness: &mut Harness<'_, App>, role: Role, label: &str) -> Vec<(String, Rect)> {
    let window = harness.ctx.content_rect();
    harness.hover_at(window.center_top() + vec2(0.0, 12.0));
    harness.run_steps(8);
    let before: Vec<String> = texts(harness).into_iter().map(|text| text.says).collect();
    let control = harness.get_by_role_and_label(role, label).rect();
    harness.hover_at(control.center());
    harness.run_steps(8);
    let all = texts(harness)
        .into_iter()
        .map(|text| (text.says, text.seen));
    let new: Vec<_> = all.filter(|(says, _)| !before.contains(says)).collect();
    assert!(!new.is_empty(), "{label} has no hover");
    new
}

/// Checks that no hover lies over a text that holds this.
fn check(harness: &mut Harness<'_, App>, role: Role, label: &str, read: &str) {
    let new = hovered(harness, role, label);
    for text in texts(harness)
        .iter()
        .filter(|text| text.says.contains(read))
    {
        for (says, seen) in &new {
            let is_same = *says == text.says;
            assert!(
                is_same || !seen.intersects(text.seen),
                "{label}: {says:?} at {seen:?} covers {:?} at {:?}",
                text.says,
                text.seen
            );
        }
    }
}

#[test]
fn hovers_cover_neither_the_verdict_nor_the_values() {
    let folder = tempfile::tempdir().unwrap();
    made_up_run(folder.path());
    for (width, height) in [(900.0, 600.0), (1280.0, 800.0), (1920.0, 1080.0)] {
        let mut harness = harness::window(folder.path(), height, None);
        harness.set_size(vec2(width, height));
        until(&mut harness, "the run", |harness| {
            sees(harness, "Overfitting")
        });
        for is_presentation in [false, true] {
            if is_presentation {
                harness.key_press(Key::F11);
                harness.run_steps(8);
            }
            for button in ["Train", "Pause", "Stop & keep", "Why"] {
                for read in ["Overfitting", "since epoch", "Validation loss"] {
                    check(&mut harness, Role::Button, button, read);
                }
            }
        }
    }
    let mut harness = harness::window(folder.path(), 800.0, None);
    until(&mut harness, "the run", |harness| {
        sees(harness, "Overfitting")
    });
    for (role, label) in [
        (Role::Slider, "Weights of epoch"),
        (Role::Button, "Play the epochs"),
    ] {
        check(&mut harness, role, label, "gap ");
    }
    // A setting is moved while the curves are looked at.
    let curves = Rect::from_min_max(pos2(272.0, 64.0), pos2(968.0, 632.0));
    for (says, seen) in hovered(&mut harness, Role::SpinButton, "Dropout") {
        let is_hover = seen.left() < curves.left();
        assert!(
            !is_hover || !seen.intersects(curves),
            "{says:?} at {seen:?}"
        );
    }
}
