//! Closing the window: at once, after a question, and never later than soon.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "support/window.rs"]
mod support;

use eframe::App as _;
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers, ViewportCommand, ViewportEvent, ViewportId};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use overfit_lab::app::App;
use overfit_lab::disk::fault::{Faults, inject};
use overfit_lab::experiment::{Preset, TrainSize};
use overfit_lab::lab::store::read_run;
use overfit_lab::lab::{RunState, StopReason};
use std::path::Path;
use std::time::Duration;
use support::until;

/// A window that opens with a narrow network on 200 images, for more epochs than any test waits
/// for.
fn window(folder: &Path) -> Harness<'static, App> {
    let mut settings = Preset::Cnn.settings();
    settings.data.train_size = TrainSize::Count(200);
    settings.data.validation_size = 100;
    settings.network.width = 0.125;
    settings.training.epochs = 9_000;
    let file = support::remember(folder, settings);
    support::window(folder, 800.0, Some(file))
}

fn train(harness: &mut Harness<'_, App>) {
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run_steps(2);
    until(harness, "an epoch", |harness| {
        let runs = harness.state().runs();
        runs.first().is_some_and(|run| !run.epochs.is_empty())
    });
}

fn commands(harness: &Harness<'_, App>) -> Vec<ViewportCommand> {
    harness.output().viewport_output[&ViewportId::ROOT]
        .commands
        .clone()
}

/// Closes the window as the system's cross does. Tells whether it lets itself be closed.
fn ask_to_close(harness: &mut Harness<'_, App>) -> bool {
    let viewports = &mut harness.input_mut().viewports;
    let events = &mut viewports.get_mut(&ViewportId::ROOT).unwrap().events;
    events.push(ViewportEvent::Close);
    harness.step();
    !commands(harness).contains(&ViewportCommand::CancelClose)
}

/// A window that trains, was asked to close, and asks back.
#[track_caller]
fn asking(folder: &Path) -> Harness<'static, App> {
    let mut harness = window(folder);
    train(&mut harness);
    assert!(!ask_to_close(&mut harness));
    harness.run_steps(2);
    harness
}

fn asks(harness: &Harness<'_, App>) -> bool {
    harness
        .query_by_label("Close while A1 is training?")
        .is_some()
}

#[test]
fn a_window_in_which_nothing_trains_closes_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path());
    assert!(ask_to_close(&mut harness));
}

#[test]
fn in_mid_training_it_asks_and_the_run_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path());
    train(&mut harness);
    for answer in ["Go on training", "Escape"] {
        assert!(!ask_to_close(&mut harness));
        harness.run_steps(2);
        assert!(asks(&harness));
        match answer {
            "Escape" => harness.key_press(Key::Escape),
            button => harness
                .get_by_role_and_label(Role::Button, button)
                .click_accesskit(),
        }
        harness.run_steps(3);
        assert!(!asks(&harness), "{answer}");
        let epochs = harness.state().runs()[0].epochs.len();
        until(&mut harness, "another epoch", |harness| {
            harness.state().runs()[0].epochs.len() > epochs
        });
    }
    // Asked once: who asks again means it.
    assert!(!ask_to_close(&mut harness));
    harness.run_steps(2);
    assert!(ask_to_close(&mut harness));
}

#[test]
fn a_request_that_is_heard_again_before_the_question_is_drawn_is_one_request() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path());
    train(&mut harness);
    assert!(!ask_to_close(&mut harness));
    // As a minimized window hears it, whose input waits for the next frame that is drawn.
    assert!(!ask_to_close(&mut harness));
    harness.run_steps(2);
    assert!(asks(&harness));
}

#[test]
fn stopped_and_closed_the_run_can_be_resumed() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = asking(folder.path());
    harness
        .get_by_role_and_label(Role::Button, "Stop and close")
        .click_accesskit();
    harness.step();
    assert!(commands(&harness).contains(&ViewportCommand::Close));
    assert!(ask_to_close(&mut harness));
    harness.state_mut().on_exit(None);
    let run = read_run(&folder.path().join("runs/A1")).unwrap();
    assert_eq!(run.state, RunState::Finished(StopReason::Stopped));
    assert!(run.resumes_at.is_some());
}

#[test]
fn once_the_run_has_ended_there_is_nothing_to_ask() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = asking(folder.path());
    harness
        .get_by_role_and_label(Role::Button, "Stop & keep")
        .click_accesskit();
    harness.step();
    harness.step();
    assert!(commands(&harness).contains(&ViewportCommand::Close));
    assert!(ask_to_close(&mut harness));
}

#[test]
fn it_closes_while_the_training_thread_hangs_in_a_write() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window(folder.path());
    let run = folder.path().join("runs/A1");
    // A network drive that doesn't answer.
    let held = inject(Faults {
        pause: Duration::from_secs(3_600),
        ..Faults::none(&run.join("checkpoints/epoch-0001.safetensors"))
    });
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    until(&mut harness, "the thread hangs", |_| {
        !held.steps().is_empty()
    });
    harness.state_mut().on_exit(None);
    // It has returned, and the thread still has the run.
    let state = read_run(&run).unwrap().state;
    assert!(matches!(state, RunState::Elsewhere(_)), "{state:?}");
}
