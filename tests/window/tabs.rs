//! The tabs Samples, Errors and Layers by role and label, on runs that are really trained.

use super::harness::{self, click, sees};
use crate::support::runs::{narrow, train_in_store};
use eframe::egui::Key;
use eframe::egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use overfit_lab::app::App;
use overfit_lab::experiment::Preset;
use std::path::Path;

fn window(folder: &Path) -> Harness<'static, App> {
    harness::window(folder, 1600.0, None)
}

/// Steps until something with this in its label is seen.
#[track_caller]
fn until_seen(harness: &mut Harness<'_, App>, text: &str) {
    harness::until(harness, text, |harness| sees(harness, text));
}

/// The labels that hold a text.
fn labels(harness: &Harness<'_, App>, text: &str) -> Vec<String> {
    let nodes = harness.query_all_by_label_contains(text);
    nodes
        .filter_map(|node| {
            let node = node.accesskit_node();
            node.label().or_else(|| node.value())
        })
        .collect()
}

#[test]
fn the_scrubber_knows_the_epochs_of_the_run_that_follows_a_deleted_one() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        train_in_store(folder.path(), narrow(60, 60, 2));
    }
    let mut harness = window(folder.path());
    until_seen(&mut harness, "Weights of epoch");
    harness.get_by_role_and_label(Role::Button, "A2").focus();
    harness.run_steps(2);
    harness.key_press(Key::Delete);
    until_seen(&mut harness, "A2 is in the bin.");
    until_seen(&mut harness, "Weights of epoch");
}

#[test]
fn errors_show_cells_and_their_images_and_follow_the_scrubber() {
    let folder = tempfile::tempdir().unwrap();
    train_in_store(folder.path(), narrow(100, 200, 3));
    let mut harness = window(folder.path());
    click(&mut harness, Role::Button, "Errors");
    until_seen(&mut harness, "errors in 200 images");
    until_seen(&mut harness, "Validation images of A1, epoch 3");
    harness.get_by_label_contains("confidence on average");

    // A cell is called, for example, "8 taken for 3, 12 images". The one with most images is looked
    // for.
    let cells = labels(&harness, " taken for ");
    let cell = cells
        .iter()
        .filter(|name| name.ends_with(" images") && !name.starts_with("Image"))
        .max_by_key(|name| {
            let words: Vec<&str> = name.split_whitespace().collect();
            words[words.len() - 2].parse::<usize>().unwrap()
        })
        .unwrap()
        .clone();
    click(&mut harness, Role::Button, &cell);
    let what = cell.split(',').next().unwrap();
    harness.get_by_label(&cell.replace(',', ":"));
    let listed = labels(&harness, "Image ");
    assert!(!listed.is_empty());
    assert!(listed.iter().all(|name| name.contains(what)), "{listed:?}");

    // The chosen image is shown in Layers.
    click(&mut harness, Role::Button, &listed[0]);
    click(&mut harness, Role::Button, "See the chosen one in Layers");
    until_seen(&mut harness, "This is validation image");
    until_seen(&mut harness, "Channel 1 of layer 4");

    click(&mut harness, Role::Button, "Errors");
    click(&mut harness, Role::Button, "All errors");
    let before = labels(&harness, " taken for ");
    harness
        .get_by_role_and_label(Role::Slider, "Weights of epoch")
        .focus();
    harness.run_steps(2);
    harness.key_press(Key::ArrowLeft);
    harness.run_steps(2);
    until_seen(&mut harness, "Validation images of A1, epoch 2");
    assert_ne!(labels(&harness, " taken for "), before);
}

/// Chooses A1 as the run that Errors compares with.
fn compare_with_a1(harness: &mut Harness<'_, App>) {
    harness
        .get_by_role_and_label(Role::ComboBox, "Compare with")
        .click();
    harness.run_steps(3);
    // The name stands in the table of runs as well, left of the list that is open.
    {
        let mut choices = harness.query_all_by_role_and_label(Role::Button, "A1");
        let choice = choices.find(|choice| choice.rect().left() > 1280.0 - 304.0);
        choice.unwrap().click_accesskit();
    }
    harness.run_steps(3);
}

#[test]
fn two_runs_are_compared_image_by_image() {
    let folder = tempfile::tempdir().unwrap();
    train_in_store(folder.path(), narrow(100, 200, 3));
    let mut other = narrow(100, 200, 3);
    // The second run validates on the 200 images of the first and on 100 more.
    other.data.validation_size = 300;
    other.training.batch_size = 32;
    train_in_store(folder.path(), other);
    let mut harness = window(folder.path());
    click(&mut harness, Role::Button, "Errors");
    until_seen(&mut harness, "errors in 300 images");
    compare_with_a1(&mut harness);
    until_seen(&mut harness, "on 200 images that validated both");
    until_seen(
        &mut harness,
        "The other validation images of each are left out.",
    );
    until_seen(
        &mut harness,
        "another seed alone may move this by as much; repeat to know",
    );
    assert!(!sees(&harness, "this is what luck looks like"));
    let fixed = labels(&harness, "Fixed by A2: ")[0].clone();
    click(&mut harness, Role::Button, &fixed);
    let count: usize = fixed.rsplit(' ').next().unwrap().parse().unwrap();
    let shown = labels(&harness, "Image ").len();
    assert_eq!(shown, count.min(24));
    click(&mut harness, Role::Button, "All errors");
    assert!(labels(&harness, "The most wrong first").len() == 1);
}

#[test]
fn runs_that_differ_in_the_seed_alone_show_what_luck_looks_like() {
    let folder = tempfile::tempdir().unwrap();
    for seed in 1..=2 {
        let mut settings = narrow(100, 200, 2);
        settings.seed = seed;
        train_in_store(folder.path(), settings);
    }
    let mut harness = window(folder.path());
    click(&mut harness, Role::Button, "Errors");
    until_seen(&mut harness, "errors in 200 images");
    compare_with_a1(&mut harness);
    until_seen(&mut harness, "on 200 images that validated both");
    until_seen(&mut harness, "Same settings: this is what luck looks like.");
    assert!(!sees(&harness, "are left out"));
}

#[test]
fn samples_are_drawn_by_epoch_and_rerolled() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path());
    click(&mut harness, Role::Button, "Samples");
    until_seen(&mut harness, "1–24 of 500");
    harness.get_by_label_contains("every epoch sees the same pixels");
    click(&mut harness, Role::Button, "Switch it on");
    assert!(harness.state().settings().augmentation.enabled);
    until_seen(&mut harness, "epochs 1 to 4");
    harness.get_by_label_contains("Rotation ±8°");
    assert_eq!(labels(&harness, ", epoch 1").len(), 6);
    click(&mut harness, Role::Button, "Reroll");
    until_seen(&mut harness, "epochs 5 to 8");
    // The way back, by the button and by name.
    click(&mut harness, Role::Button, "Reroll");
    until_seen(&mut harness, "epochs 9 to 12");
    click(&mut harness, Role::Button, "Back to the draws before");
    until_seen(&mut harness, "epochs 5 to 8");
    click(&mut harness, Role::Button, "Back to the draws before");
    until_seen(&mut harness, "epochs 1 to 4");
    for name in ["Epochs 9 to 12", "Epochs 5 to 8"] {
        harness
            .get_by_role_and_label(Role::ComboBox, "Draws of these epochs")
            .click();
        harness.run_steps(3);
        harness.get_by_role_and_label(Role::Button, name).click();
        harness.run_steps(3);
        until_seen(&mut harness, &name.to_lowercase());
    }
    harness
        .get_by_role_and_label(Role::ComboBox, "Class of the samples")
        .click();
    harness.run_steps(3);
    click(&mut harness, Role::Button, "Class 7");
    assert_eq!(labels(&harness, "7, epoch 5").len(), 6);
}

#[test]
fn the_layer_table_is_the_articles_to_the_digit() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path());
    click(&mut harness, Role::Button, "Layers");
    harness
        .get_by_role_and_label(Role::ComboBox, "Preset")
        .click();
    harness.run_steps(3);
    harness.get_by_label(Preset::Article.label()).click();
    harness.run_steps(3);
    for text in [
        "Total parameters: 601,258",
        "Trainable parameters: 598,090",
        "Non-trainable parameters: 3,168",
        "26, 26, 32",
        "524,800",
    ] {
        let seen = labels(&harness, "");
        assert!(!labels(&harness, text).is_empty(), "{text}: {seen:?}");
    }
    assert!(!labels(&harness, "Press Train: then").is_empty());
}

#[test]
fn layers_show_filters_and_what_a_validation_image_becomes() {
    let folder = tempfile::tempdir().unwrap();
    train_in_store(folder.path(), narrow(100, 200, 3));
    let mut harness = window(folder.path());
    click(&mut harness, Role::Button, "Layers");
    until_seen(&mut harness, "The network of A1 after epoch");
    until_seen(&mut harness, "Filter 4");
    harness.get_by_label_contains("Draw a digit to see");
    click(&mut harness, Role::Button, "validation image");
    until_seen(&mut harness, "Channel 8 of layer 4");
}

#[test]
fn the_scrubber_plays_the_epochs_to_the_last() {
    let folder = tempfile::tempdir().unwrap();
    train_in_store(folder.path(), narrow(60, 60, 4));
    let mut harness = window(folder.path());
    until_seen(&mut harness, "Play the epochs");
    harness
        .get_by_role_and_label(Role::Slider, "Weights of epoch")
        .focus();
    harness.run_steps(2);
    for _ in 0..3 {
        harness.key_press(Key::ArrowLeft);
        harness.run_steps(2);
    }
    until_seen(&mut harness, "epoch 1");
    click(&mut harness, Role::Button, "Play the epochs");
    until_seen(&mut harness, "Pause the epochs");
    // Five epochs a second of the window's own time, which goes on by steps.
    until_seen(&mut harness, "epoch 4");
    until_seen(&mut harness, "Play the epochs");
}

#[test]
fn the_labels_under_samples_are_whole_words() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = harness::small(2);
    settings.data.label_noise = 0.5;
    for width in [900.0, 1_280.0, 1_920.0] {
        let prefs = harness::remember(folder.path(), &settings);
        let mut harness = harness::window(folder.path(), 1_080.0, Some(prefs));
        harness.set_size(eframe::egui::vec2(width, 1_080.0));
        harness.run_steps(3);
        harness
            .query_all_by_role_and_label(Role::Button, "Samples")
            .next()
            .unwrap()
            .click_accesskit();
        harness::until(&mut harness, "the images", |harness| {
            harness::texts(harness)
                .iter()
                .any(|text| text.says.contains("truly "))
        });
        for text in harness::texts(&harness) {
            let is_label = text.says.starts_with("given ");
            assert!(!(is_label && text.is_cut), "{width}: {}", text.says);
        }
    }
}
