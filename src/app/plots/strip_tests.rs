//! Tests of the values under the plots.

use super::super::shown;
use super::super::testing::{batches, metrics, run_of};
use super::super::{PlotRole, PlotRun, PlotsView};
use super::*;
use crate::lab::{PartMetrics, Run};

fn strip_of(runs: &[(&Run, bool)], cursor: Option<f64>) -> Strip {
    let runs: Vec<PlotRun<'_>> = runs
        .iter()
        .map(|(run, chosen)| PlotRun {
            run,
            color: Color32::RED,
            role: if *chosen {
                PlotRole::Chosen
            } else {
                PlotRole::Shown
            },
            highlighted: false,
        })
        .collect();
    let view = PlotsView {
        groups: &[],
        runs: &runs,
        opened: &[],
        marks: &[],
        scrubbed: None,
        has_scrubber: false,
        is_plain: false,
    };
    let curves = shown::curves(&view, XAxis::Epoch);
    strip(&curves, cursor, XAxis::Epoch)
}

fn run_with(id: &str, accuracies: &[(f64, f64)]) -> Run {
    let mut run = run_of(id, 0);
    run.epochs = accuracies
        .iter()
        .enumerate()
        .map(|(index, (train, validation))| metrics(index + 1, *train, *validation))
        .collect();
    run.judge();
    run
}

#[test]
fn the_last_epoch_is_shown_where_nothing_is_pointed_at() {
    let chosen = run_with("A12", &[(0.9, 0.9), (0.999, 0.985)]);
    let other = run_with("A11", &[(0.9, 0.9), (0.99, 0.986)]);
    let strip = strip_of(&[(&other, false), (&chosen, true)], None);
    assert_eq!(strip.at, "at 2, the last");
    let first = strip.first.unwrap().text;
    assert!(
        first
            .starts_with("A12 training 99.90% · validation 98.50% ± 0.17 · gap 1.4 points · loss "),
        "{first}"
    );
    assert_eq!(
        strip.others[0].text,
        "A11 validation 98.60%, 0.10 points higher (within image error)"
    );
}

#[test]
fn figures_of_other_images_are_not_set_against_each_other() {
    use crate::experiment::{DataSource, Experiment, Settings};
    let chosen = run_with("A2", &[(0.99, 0.985), (0.99, 0.986)]);
    let check = |edit: &dyn Fn(&mut Settings), epochs: &[(f64, f64)], expected: &str| {
        let mut other = run_with("A1", epochs);
        let mut settings = other.experiment.settings().clone();
        edit(&mut settings);
        other.experiment = Experiment::new(settings, Vec::new()).unwrap();
        let strip = strip_of(&[(&other, false), (&chosen, true)], Some(2.0));
        assert_eq!(strip.others[0].text, expected);
    };
    let both = [(0.99, 0.97), (0.99, 0.97)];
    check(
        &|s| s.seed = 2,
        &both,
        "A1 validation 97.00%, 1.60 points lower",
    );
    check(
        &|s| s.data.split_seed = 2,
        &both,
        "A1 validation 97.00% (other validation images)",
    );
    check(
        &|s| s.data.source = DataSource::files("elsewhere".into()),
        &both,
        "A1 validation 97.00% (other data)",
    );
    check(
        &|s| s.data.split_seed = 2,
        &both[..1],
        "A1 at 1: validation 97.00% (other validation images)",
    );
}

#[test]
fn a_difference_beyond_twice_the_error_has_no_word() {
    let chosen = run_with("A2", &[(0.99, 0.985)]);
    let other = run_with("A1", &[(0.99, 0.97)]);
    let strip = strip_of(&[(&other, false), (&chosen, true)], Some(1.2));
    assert_eq!(
        strip.others[0].text,
        "A1 validation 97.00%, 1.50 points lower"
    );
}

#[test]
fn a_shorter_run_says_where_it_ended() {
    let chosen = run_with("A2", &[(0.9, 0.9)]);
    let other = run_with("A1", &[(0.9, 0.9), (0.9, 0.91), (0.9, 0.92)]);
    let pointed = strip_of(&[(&other, false), (&chosen, true)], Some(3.1));
    assert_eq!(pointed.at, "at 3");
    assert!(
        pointed
            .first
            .unwrap()
            .text
            .starts_with("A2 ended at 1: training")
    );
    assert_eq!(pointed.others[0].text, "A1 validation 92.00%");
    let longer_chosen = strip_of(&[(&other, true), (&chosen, false)], None);
    assert_eq!(longer_chosen.others[0].text, "A2 at 1: validation 90.00%");
}

#[test]
fn a_change_is_named_in_the_epoch_that_it_acted_in() {
    use crate::experiment::{Change, Setting};
    let mut run = run_with("A1", &[(0.9, 0.9), (0.9, 0.91), (0.9, 0.92)]);
    let change = Change::at_epoch(2, Setting::Dropout(0.5));
    run.experiment = run.experiment.clone().with_recorded_change(change);
    let at = |x| strip_of(&[(&run, true)], Some(x)).at;
    assert_eq!(at(1.0), "at 1");
    assert_eq!(at(2.0), "at 2, changed: dropout 0.5");
    assert_eq!(at(3.0), "at 3");
}

#[test]
fn wrong_labels_and_what_is_not_finite_have_words() {
    let mut run = run_with("A1", &[(0.9, 0.9)]);
    run.epochs[0].corrupted = Some(PartMetrics {
        loss: 1.0,
        accuracy: 0.63,
        count: 100,
    });
    run.epochs[0].validation_loss = f64::NAN;
    let text = strip_of(&[(&run, true)], None).first.unwrap().text;
    assert!(text.contains("wrong labels learned 63%"), "{text}");
    assert!(text.ends_with("/ not finite"), "{text}");
}

#[test]
fn without_an_epoch_there_is_nothing_to_say() {
    assert_eq!(strip_of(&[], None), Strip::default());
    let mut run = run_of("A1", 0);
    assert_eq!(strip_of(&[(&run, true)], Some(0.5)), Strip::default());
    run.batches = batches(1, 60);
    let strip = strip_of(&[(&run, true)], None);
    assert_eq!((strip.at.as_str(), strip.x), ("in epoch 1", None));
    let text = strip.first.unwrap().text;
    assert!(text.starts_with("A1 batches as seen 9"), "{text}");
}
