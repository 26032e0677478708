//! Data, submissions and exports in the window, by role and label: what a person does with files.

use super::harness::{self, open_menu, sees, type_into, until};
use crate::support::files::{digits_csv, zip};
use crate::support::runs::{narrow, train_in_store};
use eframe::egui::accesskit::{Role, Toggled};
use eframe::egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use overfit_lab::app::App;
use overfit_lab::experiment::{DataSource, Experiment};
use std::path::Path;

fn window(folder: &Path) -> Harness<'static, App> {
    harness::window(folder, 1000.0, None)
}

#[track_caller]
fn click(harness: &mut Harness<'_, App>, label: &str) {
    harness::click(harness, Role::Button, label);
}

/// A run of a narrow network on 300 digits.
fn train(folder: &Path) {
    train_in_store(folder, narrow(300, 100, 2));
}

#[test]
fn own_data_is_looked_at_before_it_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("train.csv");
    // One image is there many times, so that it could train and validate.
    let mut text = digits_csv(120, true);
    let first = text.lines().nth(1).unwrap().to_owned();
    for _ in 0..60 {
        text += &first;
        text.push('\n');
    }
    std::fs::write(&path, text).unwrap();
    let mut harness = window(folder.path());
    click(&mut harness, "Data…");
    type_into(&mut harness, "File or folder", "no/such/file.csv");
    harness.key_press(Key::Enter);
    harness.run_steps(2);
    until(&mut harness, "the problem", |harness| {
        sees(harness, "no/such/file.csv")
    });
    type_into(&mut harness, "File or folder", path.to_str().unwrap());
    harness.key_press(Key::Enter);
    harness.run_steps(2);
    until(&mut harness, "the summary", |harness| {
        sees(harness, "180 images of 28 × 28 pixels, 10 classes")
    });
    assert!(sees(&harness, "kept out of validation"));
    assert_eq!(
        harness.state().settings().data.source,
        DataSource::Mnist,
        "nothing is taken yet"
    );
    click(&mut harness, "Use this data");
    let data = &harness.state().settings().data;
    assert_eq!(data.source.known_size(), Some(180));
    assert_eq!(data.validation_size, 30);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
    assert_eq!(harness.state().settings().data.source, DataSource::Mnist);
}

#[test]
fn a_submission_is_predicted_looked_at_and_written() {
    let folder = tempfile::tempdir().unwrap();
    train(folder.path());
    let test = folder.path().join("test.csv");
    std::fs::write(&test, digits_csv(30, false)).unwrap();
    let mut harness = window(folder.path());
    until(&mut harness, "the run", |harness| {
        harness.state().runs().len() == 1
    });
    open_menu(&mut harness, "Export", "Kaggle submission…");
    type_into(
        &mut harness,
        "Images to predict: Kaggle's test.csv, or a folder of pictures",
        test.to_str().unwrap(),
    );
    click(&mut harness, "Predict");
    until(&mut harness, "the rows", |harness| {
        sees(harness, "30 rows, predicted in")
    });
    assert!(sees(&harness, "memory of MNIST, not skill"));
    let output = folder.path().join("mine.csv");
    type_into(&mut harness, "Write to", output.to_str().unwrap());
    click(&mut harness, "Write");
    until(&mut harness, "the file", |harness| {
        !sees(harness, "30 rows, predicted in")
    });
    let text = std::fs::read_to_string(&output).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((lines[0], lines.len()), ("ImageId,Label", 31));
    assert!(lines[30].starts_with("30,"));
    assert!(folder.path().join("mine.json").is_file());
    assert!(sees(&harness, "Show in folder"));
}

#[test]
fn everything_is_exported_and_an_existing_file_is_asked_about() {
    let folder = tempfile::tempdir().unwrap();
    train(folder.path());
    let mut harness = window(folder.path());
    until(&mut harness, "the run", |harness| {
        harness.state().runs().len() == 1
    });
    for (entry, name) in [
        ("Export curves…", "curves.svg"),
        ("Export curves…", "curves.png"),
        ("Export curves…", "curves.csv"),
        ("Export layer table…", "layers.txt"),
        ("Export layer table…", "layers.csv"),
        ("Export confusion matrix…", "matrix.png"),
        ("Export confusion matrix…", "matrix.csv"),
        ("Export weights…", "weights.safetensors"),
    ] {
        open_menu(&mut harness, "Export", entry);
        let path = folder.path().join(name);
        type_into(&mut harness, "Write to", path.to_str().unwrap());
        harness.key_press(Key::Enter);
        harness.run_steps(2);
        until(&mut harness, name, |harness| {
            path.is_file() && !sees(harness, "Write to")
        });
        assert!(std::fs::metadata(&path).unwrap().len() > 100, "{name}");
    }
    let path = folder.path().join("curves.csv");
    std::fs::write(&path, "mine").unwrap();
    open_menu(&mut harness, "Export", "Export curves…");
    type_into(&mut harness, "Write to", path.to_str().unwrap());
    click(&mut harness, "Write");
    until(&mut harness, "the question", |harness| {
        sees(harness, "A file is there already")
    });
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
    click(&mut harness, "Replace it");
    until(&mut harness, "the new file", |harness| {
        !sees(harness, "Write to")
    });
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(
        text.starts_with("run,epoch,step,split,metric,value"),
        "{text}"
    );
}

#[test]
fn an_existing_submission_stays_unless_it_is_to_be_replaced() {
    let folder = tempfile::tempdir().unwrap();
    train(folder.path());
    let test = folder.path().join("test.csv");
    std::fs::write(&test, digits_csv(3, false)).unwrap();
    let output = folder.path().join("mine.csv");
    let sidecar = folder.path().join("mine.json");
    // Either file is asked about, the submission and the one beside it.
    for taken in [&output, &sidecar] {
        for other in [&output, &sidecar] {
            let _ = std::fs::remove_file(other);
        }
        std::fs::write(taken, "mine").unwrap();
        let mut harness = window(folder.path());
        until(&mut harness, "the run", |harness| {
            harness.state().runs().len() == 1
        });
        open_menu(&mut harness, "Export", "Kaggle submission…");
        type_into(
            &mut harness,
            "Images to predict: Kaggle's test.csv, or a folder of pictures",
            test.to_str().unwrap(),
        );
        click(&mut harness, "Predict");
        until(&mut harness, "the rows", |harness| {
            sees(harness, "3 rows, predicted in")
        });
        type_into(&mut harness, "Write to", output.to_str().unwrap());
        click(&mut harness, "Write");
        until(&mut harness, "the question", |harness| {
            sees(harness, "A file is there already")
        });
        assert_eq!(std::fs::read_to_string(taken).unwrap(), "mine");
        assert!(
            !(output.exists() && sidecar.exists()),
            "half of it is there"
        );
        click(&mut harness, "Replace it");
        until(&mut harness, "the file", |harness| {
            !sees(harness, "3 rows, predicted in")
        });
        let text = std::fs::read_to_string(&output).unwrap();
        assert!(text.starts_with("ImageId,Label"), "{text}");
        assert!(std::fs::read_to_string(&sidecar).unwrap().starts_with('{'));
    }
}

#[test]
fn an_existing_experiment_file_stays_unless_it_is_to_be_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.json");
    std::fs::write(&path, "mine").unwrap();
    let mut harness = window(folder.path());
    harness.key_press_modifiers(Modifiers::COMMAND, Key::S);
    harness.run_steps(3);
    type_into(&mut harness, "Path", path.to_str().unwrap());
    click(&mut harness, "Save");
    until(&mut harness, "the question", |harness| {
        sees(harness, "A file is there already")
    });
    click(&mut harness, "Choose another name");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
    click(&mut harness, "Save");
    until(&mut harness, "the question again", |harness| {
        sees(harness, "A file is there already")
    });
    click(&mut harness, "Replace it");
    until(&mut harness, "the new file", |_| {
        std::fs::read_to_string(&path).unwrap() != "mine"
    });
    let text = std::fs::read_to_string(&path).unwrap();
    let saved = Experiment::from_json(&text).unwrap();
    assert_eq!(saved.settings(), harness.state().settings());
}

#[test]
fn kaggle_in_four_clicks() {
    let folder = tempfile::tempdir().unwrap();
    let files = folder.path().join("digit-recognizer");
    std::fs::create_dir(&files).unwrap();
    std::fs::write(files.join("train.csv"), digits_csv(150, true)).unwrap();
    let mut harness = window(folder.path());
    open_menu(&mut harness, "File", "Kaggle…");
    let field = "Kaggle's .zip, or the folder with train.csv and test.csv";
    type_into(&mut harness, field, files.to_str().unwrap());
    click(&mut harness, "Load");
    until(&mut harness, "what is missing", |harness| {
        sees(harness, "found no test.csv")
    });
    std::fs::write(files.join("test.csv"), digits_csv(30, false)).unwrap();
    click(&mut harness, "Load");
    until(&mut harness, "what was found", |harness| {
        sees(harness, "150 images of 28 × 28 pixels, 10 classes")
    });
    assert!(sees(&harness, "30 images to predict: Kaggle has 28,000"));
    assert!(sees(&harness, "epochs, maybe"));
    // Escape closes the list of recipes alone, and no recipe there trains on false labels.
    let list = |harness: &mut Harness<'_, App>| {
        let list = harness.get_by_role_and_label(Role::ComboBox, "Recipe");
        list.click();
        harness.run_steps(3);
    };
    list(&mut harness);
    assert!(sees(&harness, "Linear") && !sees(&harness, "Memorize"));
    harness.key_press(Key::Escape);
    harness.run_steps(4);
    assert!(sees(&harness, field));
    // The whole recipe would take its time here.
    list(&mut harness);
    let linear = harness.query_all_by_role_and_label(Role::Button, "Linear");
    linear.last().unwrap().click_accesskit();
    harness.run_steps(3);
    // A submission that is there is asked about before a run is trained for another.
    let output = files.join("submission.csv");
    std::fs::write(&output, "mine").unwrap();
    click(&mut harness, "Train and submit");
    until(&mut harness, "the question", |harness| {
        sees(harness, "A file is there already")
    });
    assert!(harness.state().runs().is_empty());
    click(&mut harness, "Choose another name");
    assert_eq!(std::fs::read_to_string(&output).unwrap(), "mine");
    click(&mut harness, "Train and submit");
    until(&mut harness, "the question again", |harness| {
        sees(harness, "A file is there already")
    });
    click(&mut harness, "Replace it");
    until(&mut harness, "the submission", |harness| {
        sees(harness, "Submission written")
    });
    open_menu(&mut harness, "File", "Kaggle…");
    let written = format!("Submission written: {}", output.display());
    until(&mut harness, "the dialog", |harness| {
        sees(harness, &written)
    });
    escape(&mut harness, field);
    let text = std::fs::read_to_string(&output).unwrap();
    assert_eq!(text.lines().count(), 31);
    let settings = harness.state().runs()[0].experiment.settings().clone();
    assert_eq!(settings.data.train_size.resolve(125), 125, "all images");
}

#[test]
fn kaggle_takes_the_archive_as_it_was_downloaded() {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("digit-recognizer.zip");
    let (train, test) = (digits_csv(150, true), digits_csv(30, false));
    let files = [
        ("train.csv", train.as_bytes()),
        ("test.csv", test.as_bytes()),
    ];
    std::fs::write(&archive, zip(&files)).unwrap();
    let mut harness = window(folder.path());
    open_menu(&mut harness, "File", "Kaggle…");
    let field = "Kaggle's .zip, or the folder with train.csv and test.csv";
    type_into(&mut harness, field, archive.to_str().unwrap());
    click(&mut harness, "Load");
    until(&mut harness, "what was found", |harness| {
        sees(harness, "150 images of 28 × 28 pixels, 10 classes")
            && sees(harness, "30 images to predict")
    });
    let output = folder.path().join("submission.csv");
    assert_eq!(
        held(&harness, "Write the submission to"),
        output.to_str().unwrap()
    );
}

/// What a field holds.
fn held(harness: &Harness<'_, App>, label: &str) -> String {
    let field = harness.get_by_role_and_label(Role::TextInput, label);
    field.value().unwrap_or_default()
}

/// Presses Escape, and sees that the field of the dialog is gone.
#[track_caller]
fn escape(harness: &mut Harness<'_, App>, label: &str) {
    harness.key_press(Key::Escape);
    harness.run_steps(4);
    assert!(!sees(harness, label), "{label} is still there");
}

#[test]
fn the_dialog_of_data_comes_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("train.csv");
    std::fs::write(&path, digits_csv(120, true)).unwrap();
    let (mut harness, field) = (window(folder.path()), "File or folder");
    click(&mut harness, "Data…");
    type_into(&mut harness, field, "half/a/pa");
    escape(&mut harness, field);
    click(&mut harness, "Data…");
    assert_eq!(held(&harness, field), "half/a/pa");
    type_into(&mut harness, field, path.to_str().unwrap());
    click(&mut harness, "Load");
    until(&mut harness, "the summary", |harness| {
        sees(harness, "120 images of 28 × 28 pixels")
    });
    escape(&mut harness, field);
    click(&mut harness, "Data…");
    until(&mut harness, "the summary again", |harness| {
        sees(harness, "120 images of 28 × 28 pixels")
    });
    click(&mut harness, "Use this data");
    assert_eq!(
        harness.state().settings().data.source.known_size(),
        Some(120)
    );
    // The path is there for the next time, and nothing is taken by itself.
    click(&mut harness, "Data…");
    assert_eq!(held(&harness, field), path.to_str().unwrap());
    assert!(!sees(&harness, "Use this data"));
}

#[test]
fn the_dialog_of_a_submission_comes_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    train(folder.path());
    let test = folder.path().join("test.csv");
    std::fs::write(&test, digits_csv(30, false)).unwrap();
    let mut harness = window(folder.path());
    until(&mut harness, "the run", |harness| {
        harness.state().runs().len() == 1
    });
    let open = |harness: &mut Harness<'_, App>| {
        open_menu(harness, "Export", "Kaggle submission…");
    };
    open(&mut harness);
    type_into(
        &mut harness,
        "Images to predict: Kaggle's test.csv, or a folder of pictures",
        test.to_str().unwrap(),
    );
    click(&mut harness, "Predict");
    until(&mut harness, "the rows", |harness| {
        sees(harness, "30 rows, predicted in")
    });
    type_into(&mut harness, "Write to", "somewhere/else.csv");
    escape(
        &mut harness,
        "Images to predict: Kaggle's test.csv, or a folder of pictures",
    );
    open(&mut harness);
    assert!(sees(&harness, "30 rows, predicted in"));
    assert_eq!(
        held(
            &harness,
            "Images to predict: Kaggle's test.csv, or a folder of pictures"
        ),
        test.to_str().unwrap()
    );
    assert_eq!(held(&harness, "Write to"), "somewhere/else.csv");
}

#[test]
fn enter_does_what_a_dialog_is_for() {
    let folder = tempfile::tempdir().unwrap();
    train(folder.path());
    train(folder.path());
    let mut harness = window(folder.path());
    until(&mut harness, "the runs", |harness| {
        harness.state().runs().len() == 2
    });
    let enter = |harness: &mut Harness<'_, App>| {
        harness.key_press(Key::Enter);
        harness.run_steps(3);
    };
    // A click on a choice takes the cursor out of the path's field.
    open_menu(&mut harness, "Export", "Export curves…");
    let path = folder.path().join("mine.svg");
    type_into(&mut harness, "Write to", path.to_str().unwrap());
    harness
        .get_by_role_and_label(Role::RadioButton, "CSV")
        .click();
    harness.run_steps(3);
    enter(&mut harness);
    let path = path.with_extension("csv");
    until(&mut harness, "the file", |harness| {
        path.is_file() && !sees(harness, "Write to")
    });
    // A file that is there isn't replaced by the same key.
    std::fs::write(&path, "mine").unwrap();
    open_menu(&mut harness, "Export", "Export curves…");
    enter(&mut harness);
    until(&mut harness, "the question", |harness| {
        sees(harness, "A file is there already")
    });
    enter(&mut harness);
    assert!(sees(&harness, "Write to") && !sees(&harness, "A file is there already"));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
    escape(&mut harness, "Write to");

    let data = folder.path().join("train.csv");
    std::fs::write(&data, digits_csv(120, true)).unwrap();
    click(&mut harness, "Data…");
    type_into(&mut harness, "File or folder", data.to_str().unwrap());
    enter(&mut harness);
    until(&mut harness, "the summary", |harness| {
        sees(harness, "Use this data")
    });
    enter(&mut harness);
    assert!(!sees(&harness, "Use this data"));
    let source = &harness.state().settings().data.source;
    assert_eq!(source.known_size(), Some(120));

    open_menu(&mut harness, "Run", "Average runs…");
    until(&mut harness, "the runs to average", |harness| {
        sees(harness, "Average ")
    });
    let unchosen: Vec<_> = harness
        .query_all_by_role(Role::CheckBox)
        .filter(|mark| {
            let node = mark.accesskit_node();
            let is_run = node.label().is_some_and(|label| label.contains(", seed "));
            is_run && node.toggled() == Some(Toggled::False)
        })
        .map(|mark| mark.rect().center())
        .collect();
    for place in unchosen {
        harness.hover_at(place);
        harness.drag_at(place);
        harness.drop_at(place);
        harness.run_steps(3);
    }
    enter(&mut harness);
    until(&mut harness, "the average", |harness| {
        sees(harness, "The average of 2 runs")
    });
}

#[test]
fn the_dialogs_of_exports_come_back_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    train(folder.path());
    let mut harness = window(folder.path());
    until(&mut harness, "the run", |harness| {
        harness.state().runs().len() == 1
    });
    open_menu(&mut harness, "Export", "Export weights…");
    click_radio(&mut harness, "As they are kept");
    type_into(&mut harness, "Write to", "mine/net.safetensors");
    escape(&mut harness, "Write to");
    open_menu(&mut harness, "Export", "Export curves…");
    assert_ne!(held(&harness, "Write to"), "mine/net.safetensors");
    escape(&mut harness, "Write to");
    open_menu(&mut harness, "Export", "Export weights…");
    assert_eq!(held(&harness, "Write to"), "mine/net.safetensors");
    let kept = harness.get_by_role_and_label(Role::RadioButton, "As they are kept");
    assert_eq!(kept.accesskit_node().toggled(), Some(Toggled::True));
}

fn click_radio(harness: &mut Harness<'_, App>, label: &str) {
    harness::click(harness, Role::RadioButton, label);
}

#[test]
fn the_dialog_of_kaggle_comes_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let files = folder.path().join("digit-recognizer");
    std::fs::create_dir(&files).unwrap();
    std::fs::write(files.join("train.csv"), digits_csv(150, true)).unwrap();
    std::fs::write(files.join("test.csv"), digits_csv(30, false)).unwrap();
    let mut harness = window(folder.path());
    let field = "Kaggle's .zip, or the folder with train.csv and test.csv";
    open_menu(&mut harness, "File", "Kaggle…");
    type_into(&mut harness, field, files.to_str().unwrap());
    click(&mut harness, "Load");
    until(&mut harness, "what was found", |harness| {
        sees(harness, "150 images of 28 × 28 pixels")
    });
    type_into(&mut harness, "Write the submission to", "mine.csv");
    escape(&mut harness, field);
    open_menu(&mut harness, "File", "Kaggle…");
    until(&mut harness, "what was found again", |harness| {
        sees(harness, "150 images of 28 × 28 pixels")
    });
    assert_eq!(held(&harness, field), files.to_str().unwrap());
    assert_eq!(held(&harness, "Write the submission to"), "mine.csv");
}

#[test]
fn each_path_field_comes_back_with_its_own_path() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path());
    for (key, typed) in [(Key::O, "half/an/exp"), (Key::S, "mine.json")] {
        harness.key_press_modifiers(Modifiers::COMMAND, key);
        harness.run_steps(3);
        type_into(&mut harness, "Path", typed);
        escape(&mut harness, "Path");
    }
    for (key, typed) in [(Key::O, "half/an/exp"), (Key::S, "mine.json")] {
        harness.key_press_modifiers(Modifiers::COMMAND, key);
        harness.run_steps(3);
        assert_eq!(held(&harness, "Path"), typed);
        escape(&mut harness, "Path");
    }
    // What comes back is selected, so that a new path replaces it.
    harness.key_press_modifiers(Modifiers::COMMAND, Key::O);
    harness.run_steps(3);
    let field = harness.get_by_role_and_label(Role::TextInput, "Path");
    field.type_text("new.json");
    harness.run_steps(2);
    assert_eq!(held(&harness, "Path"), "new.json");
}

#[test]
fn no_control_of_a_dialog_is_cut_in_a_small_window() {
    let folder = tempfile::tempdir().unwrap();
    train(folder.path());
    let path = folder.path().join("train.csv");
    std::fs::write(&path, digits_csv(120, true)).unwrap();
    let mut harness = window(folder.path());
    until(&mut harness, "the run", |harness| {
        harness.state().runs().len() == 1
    });
    // The smallest window, and what the largest text leaves of 1920 × 1080 pixels.
    for size in [[900.0, 600.0], [960.0, 540.0]] {
        harness.set_size(size.into());
        harness.run_steps(3);
        let is_within = |harness: &Harness<'_, App>, label: &str| {
            let rect = harness.get_by_label(label).rect();
            assert!(rect.left() >= 0.0 && rect.right() <= size[0], "{label}");
            assert!(rect.top() >= 0.0 && rect.bottom() <= size[1], "{label}");
        };
        click(&mut harness, "Data…");
        is_within(&harness, "Load");
        type_into(&mut harness, "File or folder", path.to_str().unwrap());
        click(&mut harness, "Load");
        until(&mut harness, "the summary", |harness| {
            sees(harness, "120 images of 28 × 28 pixels")
        });
        harness.get_by_label("Use this data").scroll_to_me();
        harness.run_steps(6);
        is_within(&harness, "Use this data");
        escape(&mut harness, "File or folder");
        open_menu(&mut harness, "Export", "Export weights…");
        is_within(&harness, "Write");
        escape(&mut harness, "Write to");
        open_menu(&mut harness, "File", "Kaggle…");
        is_within(&harness, "Load");
        escape(
            &mut harness,
            "Kaggle's .zip, or the folder with train.csv and test.csv",
        );
        harness.key_press(Key::F1);
        harness.run_steps(3);
        harness.get_by_label("Keep the drawing").scroll_to_me();
        harness.run_steps(6);
        is_within(&harness, "Keep the drawing");
        harness.key_press(Key::Escape);
        harness.run_steps(3);
        open_menu(&mut harness, "Help", "What the words mean");
        harness.get_by_label("Mean ± s").scroll_to_me();
        harness.run_steps(6);
        is_within(&harness, "Mean ± s");
        harness.key_press(Key::Escape);
        harness.run_steps(3);
        assert!(!sees(&harness, "Mean ± s"));
    }
}
