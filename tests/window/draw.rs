//! The tab Draw as a person uses it.

use super::harness::{self, notices, sees, type_path, until};
use crate::support::runs::{narrow, train_in_store};
use eframe::egui::accesskit::Role;
use eframe::egui::{Event, Key, Modifiers, PointerButton, Pos2, Rect, pos2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use image::{GrayImage, Luma};
use overfit_lab::app::App;
use overfit_lab::experiment::DataSource;
use serde_json::Value;
use std::fmt::Write;
use std::path::Path;

const CANVAS: &str = "Canvas: draw a digit here";

fn window(folder: &Path) -> Harness<'static, App> {
    harness::window(folder, 800.0, None)
}

fn canvas(harness: &Harness<'_, App>) -> Rect {
    harness.get_by_role_and_label(Role::Image, CANVAS).rect()
}

fn ink(harness: &Harness<'_, App>) -> usize {
    let pixels = &harness.state().sheet().picture().pixels;
    pixels.iter().filter(|pixel| **pixel > 127).count()
}

fn button(pos: Pos2, button: PointerButton, pressed: bool) -> Event {
    Event::PointerButton {
        pos,
        button,
        pressed,
        modifiers: Modifiers::NONE,
    }
}

/// Draws a stroke through places on the canvas, 0 to 1 in both directions, all in one frame.
fn stroke(harness: &mut Harness<'_, App>, places: &[[f32; 2]]) {
    stroke_with(harness, places, PointerButton::Primary);
}

fn stroke_with(harness: &mut Harness<'_, App>, places: &[[f32; 2]], with: PointerButton) {
    let rect = canvas(harness);
    let at = |place: &[f32; 2]| rect.min + rect.size() * eframe::egui::Vec2::from(*place);
    let (first, last) = (at(&places[0]), at(&places[places.len() - 1]));
    harness.event(Event::PointerMoved(first));
    harness.step();
    harness.event(button(first, with, true));
    for place in places {
        harness.event(Event::PointerMoved(at(place)));
    }
    harness.event(button(last, with, false));
    harness.run_steps(2);
}

/// A picture of a one, narrower than high.
fn one(ink: Luma<u8>, ground: Luma<u8>) -> GrayImage {
    GrayImage::from_fn(40, 60, |x, y| {
        let is_ink = (18..22).contains(&x) && (10..50).contains(&y);
        if is_ink { ink } else { ground }
    })
}

fn seven(harness: &mut Harness<'_, App>) {
    stroke(harness, &[[0.3, 0.25], [0.7, 0.25], [0.45, 0.8]]);
}

fn click(harness: &mut Harness<'_, App>, label: &str) {
    harness.get_by_role_and_label(Role::Button, label).click();
    harness.run_steps(4);
}

/// The texts of the bars, in the classes' order, those of the best epoch first.
fn bars(harness: &Harness<'_, App>) -> Vec<String> {
    let nodes = harness.get_all_by_role(Role::ProgressIndicator);
    nodes
        .filter_map(|node| node.accesskit_node().label())
        .filter(|label| label.contains(": "))
        .collect()
}

/// The texts of the bars that are those of weights called so.
fn bars_of(harness: &Harness<'_, App>, who: &str) -> Vec<String> {
    let ending = format!(", {who}");
    let bars = bars(harness).into_iter();
    bars.filter_map(|bar| Some(bar.strip_suffix(&ending)?.to_owned()))
        .collect()
}

/// Where a part of the tab with this role and label stands.
fn place(harness: &Harness<'_, App>, role: Role, label: &str) -> Rect {
    harness.get_by_role_and_label(role, label).rect()
}

#[test]
fn a_fast_stroke_is_a_stroke_and_can_be_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path());
    // One frame has two places of the pointer, far apart.
    stroke(&mut harness, &[[0.1, 0.5], [0.9, 0.5]]);
    let picture = harness.state().sheet().picture().clone();
    for column in 28..252 {
        assert_eq!(picture.pixels[140 * 280 + column], 255, "{column}");
    }
    let one = ink(&harness);
    stroke(&mut harness, &[[0.5, 0.1], [0.5, 0.9]]);
    assert!(ink(&harness) > one);
    click(&mut harness, "Undo stroke");
    assert_eq!(ink(&harness), one);
    stroke_with(
        &mut harness,
        &[[0.5, 0.4], [0.5, 0.6]],
        PointerButton::Secondary,
    );
    assert!(ink(&harness) < one);
    click(&mut harness, "Clear");
    assert_eq!(ink(&harness), 0);
    // Keys act while the pointer is over the canvas.
    harness.event(Event::PointerMoved(canvas(&harness).center()));
    harness.run_steps(2);
    for _ in 0..2 {
        harness.key_press(Key::Backspace);
        harness.run_steps(2);
    }
    assert_eq!(ink(&harness), one);
    harness.key_press(Key::Delete);
    harness.run_steps(2);
    assert!(harness.state().sheet().is_empty());
}

#[test]
fn a_pen_set_down_elsewhere_draws_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path());
    let rect = canvas(&harness);
    let outside = pos2(rect.left() - 50.0, rect.top() - 2.0);
    harness.event(Event::PointerMoved(outside));
    harness.step();
    harness.event(button(outside, PointerButton::Primary, true));
    harness.event(Event::PointerMoved(rect.center()));
    harness.event(button(rect.center(), PointerButton::Primary, false));
    harness.run_steps(2);
    assert!(harness.state().sheet().is_empty());
}

#[test]
fn a_drawing_is_guessed_in_mid_training_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path());
    assert!(
        bars(&harness)
            .iter()
            .all(|bar| bar.contains(": no answer yet"))
    );
    harness.get_by_label_contains("the network guesses while it learns");
    harness::train(&mut harness, folder.path(), &narrow(200, 200, 10_000));
    seven(&mut harness);
    until(&mut harness, "the probabilities", |harness| {
        bars(harness).iter().all(|bar| bar.contains('%'))
    });
    assert!(matches!(bars(&harness).len(), 10 | 20));
    assert!(harness.state().runs()[0].state.is_active());
    until(
        &mut harness,
        "the best epoch beside the newest",
        |harness| bars(harness).len() == 20 && bars(harness)[0].contains("Best epoch "),
    );

    // The drawing is kept with its label.
    harness.event(Event::PointerMoved(canvas(&harness).center()));
    harness.run_steps(2);
    harness.event(Event::Text("7".into()));
    harness.run_steps(2);
    click(&mut harness, "Keep as");
    let file = folder.path().join("own-digits/7/0001.png");
    until(&mut harness, "the file", |_| file.is_file());
    until(&mut harness, "how the run does on it", |harness| {
        let line = harness.query_by_label_contains("Your drawings: 1 kept · A1");
        line.is_some()
    });
    until(&mut harness, "the toast", |harness| {
        notices(harness)
            .iter()
            .any(|text| text.starts_with("Kept as 7: "))
    });
    harness
        .get_by_role_and_label(Role::Button, "Stop & keep")
        .click();
    harness.run_steps(2);
    until(&mut harness, "the end", |harness| {
        !harness.state().runs()[0].state.is_active()
    });
    until(&mut harness, "the best epoch answers", |harness| {
        let mut texts = harness.query_all_by_label_contains("A1 at its best epoch");
        texts.next().is_some()
    });
}

#[test]
fn a_picture_unlike_the_data_of_the_run_is_told() {
    let folder = tempfile::tempdir().unwrap();
    // Values of 0 to 16, as scikit-learn's digits have them.
    let mut text = String::from("label,pixel0");
    for pixel in 1..784 {
        write!(text, ",pixel{pixel}").unwrap();
    }
    for image in 0..120 {
        write!(text, "\n{}", image % 10).unwrap();
        for pixel in 0..784 {
            // No two images are alike.
            let is_ink = (pixel / 28 > 5 && pixel / 28 < 22 && (pixel + image) % 28 > 20)
                || pixel == 170 + image;
            write!(text, ",{}", if is_ink { 16 } else { 0 }).unwrap();
        }
    }
    let table = folder.path().join("train.csv");
    std::fs::write(&table, text + "\n").unwrap();
    let mut settings = narrow(60, 40, 1);
    let source = DataSource::files(table);
    let dataset = overfit_lab::data::load(&source).unwrap();
    settings.data.source = overfit_lab::data::with_facts(&source, &dataset);
    train_in_store(folder.path(), settings);
    let mut harness = window(folder.path());
    until(&mut harness, "the run", |harness| {
        sees(harness, "Weights of epoch")
    });
    let path = folder.path().join("one.png");
    one(Luma([0]), Luma([255])).save(&path).unwrap();
    click(&mut harness, "Open…");
    type_path(&mut harness, &path);
    until(&mut harness, "what is unlike", |harness| {
        sees(
            harness,
            "Unlike the images that trained A1: the largest value",
        )
    });
}

/// Takes a key out of an object of JSON, and out of all within it.
fn without(value: &mut Value, key: &str) {
    match value {
        Value::Object(map) => {
            map.remove(key);
            map.values_mut().for_each(|value| without(value, key));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| without(value, key)),
        _ => {}
    }
}

#[test]
fn an_older_run_on_pictures_takes_a_picture_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("pictures");
    for class in ["0", "1"] {
        std::fs::create_dir_all(data.join(class)).unwrap();
        for number in 0..60 {
            let grey = if class == "0" { 200 } else { 255 };
            let picture = one(Luma([number]), Luma([grey]));
            let path = data.join(class).join(format!("{number}.png"));
            picture.save(path).unwrap();
        }
    }
    let mut settings = narrow(60, 40, 1);
    let source = DataSource::files(data);
    let dataset = overfit_lab::data::load(&source).unwrap();
    settings.data.source = overfit_lab::data::with_facts(&source, &dataset);
    train_in_store(folder.path(), settings);
    let file = folder.path().join("runs/A1/experiment.json");
    let mut experiment: Value =
        serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    for key in ["reading", "look"] {
        without(&mut experiment, key);
    }
    std::fs::write(&file, experiment.to_string()).unwrap();

    let mut harness = window(folder.path());
    until(&mut harness, "the run", |harness| {
        sees(harness, "Weights of epoch")
    });
    let path = folder.path().join("one.png");
    one(Luma([0]), Luma([255])).save(&path).unwrap();
    click(&mut harness, "Open…");
    type_path(&mut harness, &path);
    until(&mut harness, "what is said of an older run", |harness| {
        sees(harness, "taken as it is, dark stays dark")
    });
    // Its ground stays bright, as the command has it.
    assert_eq!(
        harness.state().sheet().picture().pixels[140 * 280 + 20],
        255
    );
    click(&mut harness, "Clear");
    assert!(!sees(&harness, "dark stays dark"));
}

#[test]
fn two_epochs_answer_one_drawing_side_by_side() {
    let folder = tempfile::tempdir().unwrap();
    train_in_store(folder.path(), narrow(100, 100, 4));
    let mut harness = window(folder.path());
    until(&mut harness, "the epochs", |harness| {
        sees(harness, "Weights of epoch")
    });
    seven(&mut harness);
    let best = harness.state().runs()[0].best().unwrap().epoch;
    let title = format!("Best epoch {best}");
    // The best epoch is shown, so that it answers alone.
    // Strokes are answered while they are drawn: the answer to the last one stays.
    let before = std::cell::RefCell::new(Vec::new());
    until(&mut harness, "the best epoch's answer", |harness| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        let now = bars_of(harness, &title);
        let is_whole = now.len() == 10 && now.iter().all(|bar| bar.ends_with('%'));
        is_whole && before.replace(now.clone()) == now
    });
    assert_eq!(bars(&harness).len(), 10);
    assert!(sees(&harness, "is the best one, and it is shown"));
    let alone = bars_of(&harness, &title);
    let before = place(&harness, Role::Button, "Keep as");

    // The handle goes to another epoch, and both answer.
    let other = if best == 1 { 2 } else { 1 };
    let slider = harness.get_by_role_and_label(Role::Slider, "Weights of epoch");
    slider.focus();
    harness.run_steps(2);
    for _ in 1..best.max(2) {
        let key = if best == 1 {
            Key::ArrowRight
        } else {
            Key::ArrowLeft
        };
        harness.key_press(key);
        harness.run_steps(2);
    }
    until(&mut harness, "both answers", |harness| {
        let other = bars_of(harness, &format!("Epoch {other}"));
        other.len() == 10 && bars(harness).iter().all(|bar| bar.contains('%'))
    });
    assert_eq!(
        bars_of(&harness, &title),
        alone,
        "the best epoch's answer stays"
    );
    assert_ne!(bars_of(&harness, &format!("Epoch {other}")), alone);
    assert!(sees(&harness, "both see ") || sees(&harness, " sees "));
    let bars: Vec<Rect> = harness
        .query_all_by_role(Role::ProgressIndicator)
        .map(|node| node.rect())
        .collect();
    let right = 1280.0;
    assert!(bars.iter().all(|bar| bar.right() < right), "{bars:?}");
    // The second column's answer stands where the words stood, and nothing below has moved by more than
    // a line of text.
    let after = place(&harness, Role::Button, "Keep as");
    assert!((after.top() - before.top()).abs() < 20.0);
}

#[test]
fn the_tools_stand_in_two_rows_at_every_size() {
    for (size, opens) in [([1280.0, 800.0], false), ([900.0, 600.0], true)] {
        let folder = tempfile::tempdir().unwrap();
        let mut harness = window(folder.path());
        harness.set_size(size.into());
        harness.run_steps(3);
        if opens {
            click(&mut harness, "Draw");
        }
        for row in [["Undo stroke", "Erase"], ["Clear", "Open…"]] {
            let of = |label: &str| harness.get_by_label(label).rect();
            let [left, right] = row.map(of);
            assert!(
                (left.center().y - right.center().y).abs() < 2.0,
                "{row:?} {size:?}"
            );
            assert!(
                left.right() < size[0] && right.right() < size[0],
                "{row:?} {size:?}"
            );
        }
        let centre = place(&harness, Role::CheckBox, "Centre");
        let open = place(&harness, Role::Button, "Open…");
        assert!(centre.right() < size[0] && open.right() < size[0]);
        // Where the window is low, everything of the tab is seen without scrolling.
        let keep = place(&harness, Role::Button, "Keep as");
        assert!(keep.bottom() < size[1], "{keep:?} {size:?}");
    }
}

#[test]
fn a_picture_of_any_size_is_opened_and_a_bad_one_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path());
    let bad = folder.path().join("bad.png");
    std::fs::write(&bad, "no picture").unwrap();
    click(&mut harness, "Open…");
    type_path(&mut harness, &bad);
    until(&mut harness, "the message", |harness| {
        notices(harness).iter().any(|text| text.contains("bad.png"))
    });
    harness.key_press(Key::Escape);
    harness.run_steps(3);

    // This picture is dark on light.
    let path = folder.path().join("one.png");
    one(Luma([0]), Luma([255])).save(&path).unwrap();
    click(&mut harness, "Open…");
    type_path(&mut harness, &path);
    until(&mut harness, "the picture", |harness| {
        !harness.state().sheet().is_empty()
    });
    let pixels = &harness.state().sheet().picture().pixels;
    assert_eq!((pixels[0], pixels[140 * 280 + 140]), (0, 255));
    click(&mut harness, "Clear");
    assert!(harness.state().sheet().is_empty());
}
