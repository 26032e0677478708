//! How pictures are read, in the dialog that opens data.

use super::harness::{self, sees, until};
use eframe::egui::Key;
use eframe::egui::accesskit::Role;
use egui_kittest::kittest::Queryable;
use overfit_lab::experiment::{DataSource, Polarity, ReadAs};
use std::path::Path;

#[test]
fn how_pictures_are_read_is_chosen_before_they_are_taken() {
    let folder = tempfile::tempdir().unwrap();
    let cases = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/assets/cases");
    let path = Path::new(cases).join("pictures-dark-on-white");
    let mut harness = harness::window(folder.path(), 1000.0, None);
    harness::click(&mut harness, Role::Button, "Data…");
    harness
        .get_by_role_and_label(Role::TextInput, "File or folder")
        .focus();
    harness.run_steps(2);
    harness
        .get_by_role_and_label(Role::TextInput, "File or folder")
        .type_text(path.to_str().unwrap());
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(2);
    until(&mut harness, "what was decided", |harness| {
        sees(harness, "he pictures are read inverted")
    });
    harness
        .get_by_role_and_label(Role::ComboBox, "Read pictures")
        .click_accesskit();
    harness.run_steps(3);
    harness::click(&mut harness, Role::Button, ReadAs::AsIs.about());
    until(&mut harness, "the pictures as they are", |harness| {
        sees(harness, "he pictures are read as they are")
    });
    // The button is in sight: a pointer reaches it without scrolling.
    harness
        .get_by_role_and_label(Role::Button, "Use this data")
        .click();
    harness.run_steps(4);
    let DataSource::Files(source) = &harness.state().settings().data.source else {
        panic!("the pictures were not taken");
    };
    assert_eq!(source.reading.unwrap().polarity, Polarity::AsTheyAre);
}
