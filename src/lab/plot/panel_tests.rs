//! Tests of what a plot holds.

use super::super::testing::{batches, chosen, metrics, run_of};
use super::super::view::XAxis;
use super::*;
use crate::lab::Run;

fn look(view: YView) -> Look {
    Look {
        view,
        smoothing: 0.0,
        x: [0.0, 20.0],
        columns: 500,
        reach: Reach::Compared,
        batches: true,
    }
}

fn panel_of(run: &Run, quantity: Quantity, look: &Look, held: Option<[f64; 2]>) -> Panel {
    let curves = [Curves::of_run(
        run,
        &run.name,
        [255, 0, 0],
        XAxis::Epoch,
        chosen(),
    )];
    Panel::new(quantity, &curves, look, held, &mut BatchCache::default())
}

#[test]
fn batches_are_clipped_and_counted_epochs_are_not() {
    let mut run = run_of("A1", 10);
    run.epochs = (1..=10).map(|epoch| metrics(epoch, 0.99, 0.98)).collect();
    run.batches = batches(10, 100);
    let fit = panel_of(&run, Quantity::Accuracy, &look(YView::Fit), None);
    assert_eq!(fit.outside, Outside::default());
    let below = fit.batches_outside.below * fit.batches_grouped;
    assert!(below > 500, "{below}");
    let all = panel_of(&run, Quantity::Accuracy, &look(YView::FromZero), None);
    assert_eq!(all.batches_outside, Outside::default());
}

#[test]
fn the_last_half_fits_the_last_half() {
    let run = run_of("A1", 10);
    let fit = panel_of(&run, Quantity::Accuracy, &look(YView::Fit), None);
    let half = panel_of(&run, Quantity::Accuracy, &look(YView::LastHalf), None);
    assert!(
        half.y[0] > 88.0 && fit.y[0] < 85.0,
        "{:?} {:?}",
        half.y,
        fit.y
    );
    assert!(half.outside.below > 0, "and says what it leaves out");
}

#[test]
fn before_the_first_epoch_the_batches_make_the_range() {
    let mut run = run_of("A1", 0);
    run.batches = batches(1, 50);
    let panel = panel_of(&run, Quantity::Accuracy, &look(YView::Fit), None);
    assert!(panel.y[0] > 80.0 && panel.y[0] <= 90.5, "{:?}", panel.y);
    assert_eq!(panel.batches.len(), 1);
    assert!(panel.lines.is_empty());
}

#[test]
fn what_a_person_holds_stays_whatever_comes() {
    let mut run = run_of("A1", 5);
    let held = Some([97.0, 99.0]);
    let before = panel_of(&run, Quantity::Accuracy, &look(YView::Fit), held);
    run.epochs.push(metrics(6, 0.2, 0.1));
    let after = panel_of(&run, Quantity::Accuracy, &look(YView::Fit), held);
    assert_eq!((before.y, after.y), ([97.0, 99.0], [97.0, 99.0]));
}

#[test]
fn nan_breaks_lines_and_areas_and_is_marked_once() {
    let mut run = run_of("A1", 6);
    for epoch in 3..5 {
        run.epochs[epoch].validation_loss = f64::NAN;
    }
    let panel = panel_of(&run, Quantity::Loss, &look(YView::Fit), None);
    let last_height = 3.0 * (0.5 / 3.0 + 0.01);
    assert_eq!(panel.crosses.len(), 1);
    let (_, cross) = panel.crosses[0];
    assert_eq!(cross.x, 4.0);
    assert!((cross.y - last_height).abs() < 1e-9, "{cross:?}");
    // The last epoch alone makes no area.
    assert_eq!(panel.bands.len(), 1);
    assert_eq!(panel.bands[0].xs, [1.0, 2.0, 3.0]);
}

#[test]
fn a_line_goes_on_over_epochs_that_were_not_measured() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("half.csv");
    let text = "epoch,loss,val_loss\n1,0.9,\n2,0.6,0.8\n3,0.5,\n4,0.4,0.7\n5,0.3,\n";
    std::fs::write(&path, text).unwrap();
    let opened = crate::lab::curves::open_runs(&path, 0).unwrap().remove(0);
    let curves = [Curves::of_file(&opened, [255, 0, 0], chosen())];
    let panel_of = |quantity| {
        let mut cache = BatchCache::default();
        Panel::new(quantity, &curves, &look(YView::Fit), None, &mut cache)
    };
    let panel = panel_of(Quantity::Loss);
    let xs = |line: &Line| line.points.iter().map(|point| point.x).collect::<Vec<_>>();
    let lines: Vec<_> = panel
        .lines
        .iter()
        .map(|line| (line.split, xs(line)))
        .collect();
    assert_eq!(
        lines,
        [
            (Split::Training, vec![1.0, 2.0, 3.0, 4.0, 5.0]),
            (Split::Validation, vec![2.0, 4.0]),
        ]
    );
    assert_eq!(panel.crosses, []);
    assert_eq!(panel.bands.len(), 1);
    assert_eq!(panel.bands[0].xs, [2.0, 4.0]);
    // Without accuracies there is nothing to draw of them.
    assert!(panel_of(Quantity::Accuracy).lines.is_empty());
    assert!(panel_of(Quantity::Gap).lines.is_empty());
}

#[test]
fn smoothing_keeps_the_measured_line_behind() {
    let run = run_of("A1", 6);
    let mut smooth = look(YView::Fit);
    smooth.smoothing = 0.6;
    let panel = panel_of(&run, Quantity::Loss, &smooth, None);
    let layers: Vec<(Split, Layer)> = panel
        .lines
        .iter()
        .map(|line| (line.split, line.layer))
        .collect();
    assert_eq!(
        layers,
        [
            (Split::Training, Layer::Behind),
            (Split::Validation, Layer::Behind),
            (Split::Training, Layer::Main),
            (Split::Validation, Layer::Main),
        ]
    );
    assert_ne!(panel.lines[0].points, panel.lines[2].points);
}

#[test]
fn the_gap_has_one_line_and_is_never_logarithmic() {
    let run = run_of("A1", 6);
    let panel = panel_of(&run, Quantity::Gap, &look(YView::Log), None);
    assert_eq!(panel.lines.len(), 1);
    assert!(!panel.heights.is_log());
    assert!((panel.lines[0].points[0].y - 1.0).abs() < 1e-9);
    assert!(panel.y[0] <= 0.0);
}

#[test]
fn thousands_of_epochs_are_thinned_and_a_hundred_are_not() {
    let many = run_of("A1", 5_000);
    let mut wide = look(YView::Fit);
    wide.x = [0.0, 5_000.0];
    let panel = panel_of(&many, Quantity::Loss, &wide, None);
    assert!(panel.lines[0].points.len() <= 2 * wide.columns + 2);
    let hundred = run_of("A1", 100);
    wide.x = [0.0, 100.0];
    let panel = panel_of(&hundred, Quantity::Loss, &wide, None);
    assert_eq!(panel.lines[0].points.len(), 100);
}

#[test]
fn an_export_reaches_wrong_labels_and_errors() {
    use crate::lab::PartMetrics;
    let mut run = run_of("A1", 3);
    for epoch in &mut run.epochs {
        epoch.corrupted = Some(PartMetrics {
            loss: 1.0,
            accuracy: 0.1,
            count: 100,
        });
    }
    let compared = panel_of(&run, Quantity::Accuracy, &look(YView::Fit), None);
    assert!(compared.y[0] > 40.0, "{:?}", compared.y);
    let mut everything = look(YView::Fit);
    everything.reach = Reach::Everything;
    let all = panel_of(&run, Quantity::Accuracy, &everything, None);
    assert!((0.0..=10.0).contains(&all.y[0]), "{:?}", all.y);
}
