//! Where notices stand: at the lower right, over no curve, no word and no control, in each size of window.

use super::harness::{self, click, sees, small, until};
use crate::support::runs::{forget_the_end, train_and_stop};
use eframe::egui::accesskit::Role;
use eframe::egui::{Event, Key, Modifiers, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use overfit_lab::app::App;
use std::path::Path;

const SIZES: [(f32, f32); 3] = [(900.0, 600.0), (1280.0, 800.0), (1920.0, 1080.0)];

/// A run that was interrupted, which a window offers to take up until that is declined.
fn interrupted(folder: &Path) {
    train_and_stop(folder, small(5), 2);
    forget_the_end(&folder.join("runs/A1"));
}

fn is_told(harness: &Harness<'_, App>) -> bool {
    sees(harness, "was interrupted")
}

/// Checks that the notice is at the lower right, and that nothing else is where it is.
fn check(harness: &Harness<'_, App>, at: &str) {
    let texts = harness::texts(harness);
    let is_own = |text: &str| {
        ["Warning", "Resume", "Dismiss"].contains(&text) || text.contains("was interrupted")
    };
    let told = texts
        .iter()
        .find(|text| text.says.contains("was interrupted"));
    let told = told.unwrap_or_else(|| panic!("{at}: no notice")).seen;
    let buttons = ["Resume", "Dismiss"].map(|name| {
        let button = harness.get_by_role_and_label(Role::Button, name);
        button.rect()
    });
    let notice = buttons.iter().fold(told, |all, rect| all.union(*rect));
    let notice = notice.expand(5.0);
    let window = harness.ctx.content_rect();
    let to_corner = window.right_bottom() - notice.right_bottom();
    assert!(window.contains_rect(notice.shrink(5.0)), "{at}: {notice:?}");
    assert!(to_corner.x < 20.0 && to_corner.y < 20.0, "{at}: {notice:?}");
    for text in &texts {
        assert!(
            is_own(&text.says) || !text.seen.intersects(notice),
            "{at}: the notice at {notice:?} lies over {:?} at {:?}",
            text.says,
            text.seen
        );
    }
    for plot in harness.get_all_by_role(Role::Figure) {
        assert!(!plot.rect().intersects(notice), "{at}: {:?}", plot.rect());
    }
}

#[test]
fn a_notice_covers_nothing_in_any_window() {
    let folder = tempfile::tempdir().unwrap();
    interrupted(folder.path());
    for (width, height) in SIZES {
        let mut harness = harness::window(folder.path(), height, None);
        harness.set_size(vec2(width, height));
        until(&mut harness, "the notice", is_told);
        harness.run_steps(4);
        check(&harness, &format!("{width}×{height}"));
        if width < 1_000.0 {
            click(&mut harness, Role::Button, "Draw");
            harness.run_steps(4);
            check(&harness, &format!("{width}×{height} with a tab"));
            click(&mut harness, Role::Button, "Fold");
        }
        harness.key_press(Key::F11);
        harness.run_steps(8);
        check(&harness, &format!("{width}×{height} as a presentation"));
        harness.key_press(Key::F11);
        harness.run_steps(8);
        click(&mut harness, Role::Button, "Dismiss");
        assert!(!is_told(&harness));
    }
}

#[test]
fn a_notice_does_not_come_under_a_pointer_that_moves() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = harness::window(folder.path(), 600.0, None);
    harness.set_size(vec2(900.0, 600.0));
    harness.run_steps(3);
    let is_told = |harness: &Harness<'_, App>| sees(harness, "no room for larger texts");
    for moved in 0..20 {
        if moved == 3 {
            // The key alone: each event takes a quarter of a second, and the pointer is to move meanwhile.
            harness.event(Event::Key {
                key: Key::Plus,
                physical_key: None,
                pressed: true,
                repeat: false,
                modifiers: Modifiers::COMMAND,
            });
        }
        harness.hover_at(pos2(860.0 - (moved % 2) as f32, 570.0));
        harness.step();
        assert!(!is_told(&harness));
    }
    assert_eq!(harness.state().notices().entries().count(), 1);
    // A pointer that rests isn't about to click.
    until(&mut harness, "the notice", is_told);
}
