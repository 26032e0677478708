//! The matrix alone, with no class up to twenty-six.

use super::CellFigures;
use super::matrix::matrix_ui;
use crate::lab::analysis::ConfusionMatrix;
use eframe::egui::{Role, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

/// What is drawn, and the cell that was clicked last.
struct Shown {
    matrix: ConfusionMatrix,
    figures: CellFigures,
    clicked: Option<(usize, usize)>,
}

/// Classes of which each has 20 images, 3 of them taken for the next class.
fn matrix(names: impl Iterator<Item = String>) -> ConfusionMatrix {
    let classes: Vec<String> = names.collect();
    let count = classes.len() as u8;
    let pairs = (0..count).flat_map(|class| {
        (0..20).map(move |i| (class, if i < 3 { (class + 1) % count } else { class }))
    });
    ConfusionMatrix::from_pairs(classes, pairs)
}

fn open(matrix: ConfusionMatrix, figures: CellFigures) -> Harness<'static, Shown> {
    let shown = Shown {
        matrix,
        figures,
        clicked: None,
    };
    let mut harness = Harness::builder()
        .with_size(vec2(288.0, 500.0))
        .build_ui_state(
            |ui, shown: &mut Shown| {
                let Shown {
                    matrix,
                    figures,
                    clicked,
                } = shown;
                let cell = matrix_ui(ui, figures, matrix, *clicked, &mut Vec::new());
                if let Some(cell) = cell {
                    *clicked = Some(cell);
                }
            },
            shown,
        );
    harness.run_steps(2);
    harness
}

#[test]
fn a_cell_is_found_by_name_and_opened_by_pointer_and_by_key() {
    let mut harness = open(matrix((0..10).map(|i| i.to_string())), CellFigures::Counts);
    harness
        .get_by_role_and_label(Role::Button, "4 taken for 5, 3 images")
        .click();
    harness.run_steps(2);
    assert_eq!(harness.state().clicked, Some((4, 5)));
    harness
        .get_by_role_and_label(Role::Button, "7 recognized, 17 images")
        .focus();
    harness.run_steps(2);
    harness.key_press(eframe::egui::Key::Enter);
    harness.run_steps(2);
    assert_eq!(harness.state().clicked, Some((7, 7)));
}

#[test]
fn any_number_of_classes_stays_within_the_tab() {
    let letters = || (b'A'..=b'Z').map(|letter| char::from(letter).to_string());
    let clothes = || ["T-shirt/top", "Trouser", "Ankle boot"].map(ToOwned::to_owned);
    for figures in [CellFigures::Counts, CellFigures::Shares] {
        for matrix in [
            matrix(letters()),
            matrix(letters().take(2)),
            matrix(letters().take(1)),
            matrix(clothes().into_iter()),
            matrix(std::iter::empty()),
        ] {
            let classes = matrix.classes.len();
            let harness = open(matrix, figures);
            let cells: Vec<_> = harness.query_all_by_label_contains(" images").collect();
            assert!(cells.len() >= classes, "{classes} classes");
            for cell in cells {
                assert!(cell.accesskit_node().bounding_box().unwrap().x1 <= 288.0);
            }
        }
    }
}
