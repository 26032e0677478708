//! What `train` prints: a table and a bar for people, a JSON object a line for programs.

use crate::cli::told::{OfRun, suggestion_lines, verdict_lines};
use crate::data::DataSummary;
use crate::lab::suggest::{Advice, Suggestion};
use crate::lab::{EpochMetrics, Run, RunEvent, RunState, Stage, StopReason, format, run};
use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use serde_json::json;
use std::io::Write;

/// Whoever is told the events of a run.
pub(super) trait Reader {
    /// Tells an event, given the run as it is after the event.
    ///
    /// # Errors
    /// Where standard output can't be written to any more.
    fn read(&mut self, event: &RunEvent, run: &Run) -> Result<()>;
    /// Says that there are no more events.
    fn end(&mut self) {}
}

/// Tells nothing, since nobody reads the output any more.
pub(super) struct Nobody;

impl Reader for Nobody {
    fn read(&mut self, _: &RunEvent, _: &Run) -> Result<()> {
        Ok(())
    }
}

/// Tells each event as a line with a JSON object.
#[derive(Default)]
pub(super) struct JsonLines {
    /// Where the run was taken up. That is told after the start, which comes first in every run.
    resumed: Option<serde_json::Value>,
}

impl Reader for JsonLines {
    fn read(&mut self, event: &RunEvent, run: &Run) -> Result<()> {
        let line = match event {
            RunEvent::TakenUp { epoch, batch, .. } => {
                self.resumed = Some(json!({ "epoch": epoch, "batch": batch }));
                return Ok(());
            }
            RunEvent::Started(started) => {
                let started = OfRun::new(run, started);
                let started = tagged("started", &started)?;
                match self.resumed.take() {
                    Some(place) => format!("{started}\n{}", tagged("resumed", &place)?),
                    None => started,
                }
            }
            RunEvent::Epoch(judged) => tagged("epoch", &judged.metrics)?,
            RunEvent::Changed(change) => tagged("changed", change)?,
            RunEvent::Finished { reason, .. } => tagged(
                "finished",
                &OfRun::new(
                    run,
                    &Finished {
                        reason: *reason,
                        best_epoch: run.best().map(|metrics| metrics.epoch),
                        verdict: advice(run, &run.suggestions()),
                    },
                ),
            )?,
            RunEvent::Failed { message, .. } => tagged(
                "failed",
                &OfRun::new(
                    run,
                    &json!({
                        "message": message,
                        "verdict": advice(run, &run.suggestions()),
                    }),
                ),
            )?,
            RunEvent::Warning(message) => {
                eprintln!("warning: {message}");
                return Ok(());
            }
            RunEvent::Chose(message) | RunEvent::Note(message) => {
                eprintln!("{message}");
                return Ok(());
            }
            RunEvent::Probing(gpu) => {
                eprintln!("Trying out {gpu}…");
                return Ok(());
            }
            RunEvent::Loading
            | RunEvent::Compiling
            | RunEvent::Compiled
            | RunEvent::Progress { .. }
            | RunEvent::Hashed(_)
            | RunEvent::Paused
            | RunEvent::Resumed => return Ok(()),
        };
        print(&line)
    }
}

/// Tells of a run that couldn't begin, and so has no name and no folder.
///
/// # Errors
/// Where standard output can't be written to any more.
pub(super) fn failed_to_begin(message: &str) -> Result<()> {
    let failed = json!({ "run": null, "folder": null, "message": message, "verdict": null });
    print(&tagged("failed", &failed)?)
}

/// Prints a line at once, so that no reader sees half of it.
fn print(line: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .context("can't write to standard output")
}

/// A value with its event's name before it.
#[derive(Serialize)]
struct Tagged<'a, T> {
    event: &'static str,
    #[serde(flatten)]
    value: &'a T,
}

fn tagged(event: &'static str, value: &impl Serialize) -> Result<String> {
    Ok(serde_json::to_string(&Tagged { event, value })?)
}

/// What is told of a run's end.
#[derive(Serialize)]
struct Finished<'a> {
    reason: StopReason,
    best_epoch: Option<usize>,
    verdict: Advice<'a>,
}

/// The verdict on a run so far, with what to try.
fn advice<'a>(run: &'a Run, suggestions: &'a [Suggestion]) -> Advice<'a> {
    Advice {
        verdict: &run.verdict,
        suggestions,
    }
}

/// A table of epochs, and a bar that shows how far it is.
pub(super) struct Table {
    bar: ProgressBar,
}

impl Table {
    pub(super) fn new() -> Self {
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("{bar:24} {msg}") {
            bar.set_style(style);
        }
        bar.set_message("loading…");
        Self { bar }
    }

    fn print(&self, line: &str) -> Result<()> {
        self.bar.suspend(|| print(line))
    }

    fn show_progress(&self, run: &Run) {
        let Some(progress) = &run.progress else {
            return;
        };
        let (position, length, stage) = match progress.stage {
            Stage::Training { batch, batches, .. } => (batch, batches, "training"),
            Stage::Evaluating { done, total } => (done, total, "measuring"),
        };
        self.bar.set_length(length as u64);
        self.bar.set_position(position as u64);
        let left = run.seconds_left().map_or_else(String::new, |left| {
            format!(" · {} left", format::duration(left))
        });
        self.bar.set_message(format!(
            "epoch {}/{} · {stage} · {:.0} images/s{left}",
            progress.epoch, progress.epochs, progress.samples_per_second,
        ));
    }
}

impl Reader for Table {
    fn read(&mut self, event: &RunEvent, run: &Run) -> Result<()> {
        match event {
            RunEvent::TakenUp { epoch, batch, .. } => self.print(&format!(
                "{} goes on from epoch {epoch}, batch {batch}.",
                run.name
            ))?,
            RunEvent::Started(started) => {
                for line in started.taken.iter().flat_map(taken) {
                    self.print(&line)?;
                }
                self.print(&format!(
                    "{} · {} parameters · {} training and {} validation images · {}",
                    run.name,
                    format::whole(started.parameters),
                    format::whole(started.train_images),
                    format::whole(started.validation_images),
                    started.device,
                ))?;
                if started.train_images > started.validation_images {
                    self.print(&format!(
                        "Training loss and accuracy are those of {} training images, as many as validate.",
                        format::whole(started.validation_images)
                    ))?;
                }
                self.print(HEADER)?;
            }
            RunEvent::Progress { .. } => self.show_progress(run),
            RunEvent::Changed(change) => self.print(&format!(
                "      from epoch {}, batch {}: {}",
                change.epoch, change.batch, change.to
            ))?,
            RunEvent::Epoch(judged) => self.print(&row(&judged.metrics, run))?,
            RunEvent::Warning(message) => self.bar.suspend(|| eprintln!("warning: {message}")),
            RunEvent::Chose(message) | RunEvent::Note(message) => {
                self.bar.suspend(|| eprintln!("{message}"))
            }
            RunEvent::Finished { reason, .. } => {
                self.bar.finish_and_clear();
                print(&ending(*reason, run))?;
            }
            RunEvent::Failed { .. } => {
                self.bar.finish_and_clear();
                let mut lines = Vec::new();
                // Why any other run failed, its error says.
                if run.diverged_in.is_some() {
                    lines.extend(verdict_lines(&run.verdict));
                    lines.extend(suggestion_lines(&run.suggestions()));
                }
                lines.push(format!(
                    "What the run had is kept in {}",
                    run.folder.display()
                ));
                print(&lines.join("\n"))?;
            }
            RunEvent::Probing(gpu) => self.bar.set_message(format!("trying out {gpu}…")),
            RunEvent::Compiling => self.bar.set_message("compiling for the GPU…"),
            RunEvent::Loading
            | RunEvent::Compiled
            | RunEvent::Hashed(_)
            | RunEvent::Paused
            | RunEvent::Resumed => {}
        }
        Ok(())
    }

    fn end(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// What was taken of the data, a sentence a line.
fn taken(data: &DataSummary) -> Vec<String> {
    let headline = format!("{}: {}", run::data_headline(data), run::class_counts(data));
    let lines = std::iter::once(headline).chain(run::data_lines(data));
    lines.map(|line| line + ".").collect()
}

const HEADER: &str = "\
epoch   training            validation                    gap   images/s      time
        loss    accuracy    loss    accuracy ±";

fn row(metrics: &EpochMetrics, run: &Run) -> String {
    let is_best = run.best().is_some_and(|best| best.epoch == metrics.epoch);
    format!(
        "{:>5}{} {:>7} {:>9}   {:>7} {:>15}  {:>9} {:>9.0}  {:>9}{}",
        metrics.epoch,
        if is_best { "*" } else { " " },
        format::loss(metrics.train_loss),
        format::percent(metrics.train_accuracy),
        format::loss(metrics.validation_loss),
        format::percent_with_error(metrics.validation_accuracy, metrics.validation_count),
        format::points(run::gap(metrics)),
        metrics.samples_per_second,
        format::duration(metrics.elapsed_secs),
        learned(metrics),
    )
}

/// With label noise, how many of the wrong labels have been learned.
fn learned(metrics: &EpochMetrics) -> String {
    metrics.corrupted.map_or_else(String::new, |corrupted| {
        format!(
            "  wrong labels learned {}",
            format::percent(corrupted.accuracy)
        )
    })
}

fn ending(reason: StopReason, run: &Run) -> String {
    let mut lines = Vec::new();
    if let Some(best) = run.best() {
        lines.push(format!(
            "* best epoch {}: validation loss {}, accuracy {}",
            best.epoch,
            format::loss(best.validation_loss),
            format::percent_with_error(best.validation_accuracy, best.validation_count),
        ));
        lines.extend(verdict_lines(&run.verdict));
        lines.extend(suggestion_lines(&run.suggestions()));
    }
    let what = match reason {
        StopReason::Completed => "Kept in",
        StopReason::EarlyStopping => "Stopped early: validation loss fell no more. Kept in",
        StopReason::Stopped => "Stopped. Kept in",
    };
    // What isn't kept is told at the very end.
    if !matches!(run.state, RunState::NotKept(_)) {
        lines.push(format!("{what} {}", run.folder.display()));
    }
    lines.join("\n")
}
