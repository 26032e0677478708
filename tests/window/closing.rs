//! Closing the window: at once, after a question, and never later than soon.

use super::harness::{self, press_train, remember, until};
use crate::support::runs::narrow;
use eframe::App as _;
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers, ViewportCommand, ViewportEvent, ViewportId};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use overfit_lab::app::App;
use overfit_lab::disk::fault::{Faults, inject};
use overfit_lab::lab::store::read_run;
use overfit_lab::lab::{RunState, StopReason};
use std::path::Path;
use std::time::Duration;

/// A window that opens with a narrow network on 200 images, for more epochs than any test waits
/// for.
fn window(folder: &Path) -> Harness<'static, App> {
    let file = remember(folder, &narrow(200, 100, 9_000));
    harness::window(folder, 800.0, Some(file))
}

fn train(harness: &mut Harness<'_, App>) {
    press_train(harness);
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
    // The window asks once. Who closes it again means it.
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
    // A minimized window hears a request twice, since its input waits for the next frame.
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
    // The disk doesn't answer, as a network drive that is gone.
    let held = inject(Faults {
        pause: Duration::from_secs(3_600),
        ..Faults::none(&run.join("checkpoints/epoch-0001.safetensors"))
    });
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    until(&mut harness, "the thread hangs", |_| {
        !held.steps().is_empty()
    });
    harness.state_mut().on_exit(None);
    // The window has returned, and the thread still holds the run.
    let state = read_run(&run).unwrap().state;
    assert!(matches!(state, RunState::Elsewhere(_)), "{state:?}");
}
