//! Several runs at once beside one after another, in turn, in the same session.

use super::{command, line, median};
use crate::lab::store::glance;
use anyhow::{Context, Result};
use serde_json::Value;

/// A sweep that is timed: one setting with several seeds.
pub struct Timed {
    /// What it is called.
    name: &'static str,
    /// The sweep's base and seeds, as `sweep plan` takes them.
    plan: &'static [&'static str],
    /// How many runs it has.
    runs: usize,
}

/// The program's first run, whose network is small.
pub const FIRST_LOOK: Timed = Timed {
    name: "First look",
    plan: &["--preset", "first-look", "--seeds", "4"],
    runs: 4,
};

/// The default network, in which training steps are nearly all of the work.
pub const LARGER: Timed = Timed {
    name: "default, 3,000 images",
    plan: &[
        "--preset",
        "default",
        "--train-size",
        "3000",
        "--validation-size",
        "1000",
        "--epochs",
        "2",
        "--seeds",
        "4",
    ],
    runs: 4,
};

/// What one way through a sweep took.
struct Turn {
    seconds: f64,
    /// Seconds of each run beyond its training, but for the first, which reads the data.
    beyond: Vec<f64>,
    peak: Option<f64>,
}

/// Trains a sweep one run after another and several at once, in turn, and prints what that took.
///
/// # Errors
/// Where a command fails.
pub fn print(timed: &Timed, cores: usize, rounds: usize) -> Result<()> {
    let (mut ratios, mut beyond, mut further) = (Vec::new(), Vec::new(), Vec::new());
    let (mut alone, mut together) = (Vec::new(), Vec::new());
    let at_once = cores.clamp(2, timed.runs);
    for round in 0..rounds {
        // What comes first takes turns, too.
        let (one, several) = if round % 2 == 0 {
            let one = timed.train(1)?;
            (one, timed.train(at_once)?)
        } else {
            let several = timed.train(at_once)?;
            (timed.train(1)?, several)
        };
        ratios.push(one.seconds / several.seconds);
        alone.push(timed.runs as f64 * 3_600.0 / one.seconds);
        together.push(timed.runs as f64 * 3_600.0 / several.seconds);
        beyond.extend(one.beyond);
        if let (Some(one), Some(several)) = (one.peak, several.peak) {
            further.push((several - one) / (at_once - 1) as f64);
        }
    }
    let name = timed.name;
    let hourly = |figure: f64| format!("{figure:>9.0} runs an hour");
    line(
        &format!("{name}, one after another"),
        &hourly(median(alone)),
    );
    line(
        &format!("{name}, {at_once} at once"),
        &hourly(median(together)),
    );
    let each: Vec<String> = ratios.iter().map(|ratio| format!("{ratio:.2}")).collect();
    line(
        &format!("{name}, times as many at once"),
        &format!("{:>9.2}   each {}", median(ratios), each.join(" ")),
    );
    line(
        &format!("{name}, a run beyond its training"),
        &format!("{:>9.0} ms", 1e3 * median(beyond)),
    );
    if !further.is_empty() {
        line(
            &format!("{name}, memory of a further run"),
            &format!("{:>9.0} MB", median(further) / 1e6),
        );
    }
    Ok(())
}

impl Timed {
    /// Trains the sweep in a store of its own, so many runs at once.
    fn train(&self, at_once: usize) -> Result<Turn> {
        let folder = tempfile::tempdir().context("can't make a folder for the runs")?;
        let plan = ["sweep", "plan", "--out", "S", "--runs-dir", "runs"];
        command::run(&[&plan[..], self.plan].concat(), folder.path())?;
        let jobs = at_once.to_string();
        let train = [
            "sweep",
            "run",
            "S",
            "--runs-dir",
            "runs",
            "--json",
            "--jobs",
            &jobs,
        ];
        let ended = command::run(&train, folder.path())?;
        let mut beyond = Vec::new();
        for told in ended.output.lines() {
            let told: Value = serde_json::from_str(told).context("the command prints no JSON")?;
            let (Some(run), Some(seconds)) = (told["run"].as_str(), told["seconds"].as_f64())
            else {
                continue;
            };
            let summary = glance(&folder.path().join("runs").join(run))?;
            beyond.push(seconds - summary.seconds);
        }
        anyhow::ensure!(
            beyond.len() == self.runs,
            "{} runs were trained",
            beyond.len()
        );
        Ok(Turn {
            seconds: ended.seconds,
            beyond: beyond.split_off(1),
            peak: ended.peak,
        })
    }
}
