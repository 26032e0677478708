//! Short runs one after the other for as long as one likes, with all that a person does beside
//! them: pauses, live changes, drawing, exports, stopping and going on. Counted is what must not
//! grow or get lost: memory, threads and file handles where the system tells of them, epochs,
//! answers.

mod cycle;
mod pen;
mod process;

use cycle::Beside;
pub use process::IS_TOLD;
use process::{Held, resident};
use std::path::Path;
use std::time::{Duration, Instant};

/// Memory is compared with what it was after so long: by then everything that is kept is there.
/// It is the median of a look a run over as long again: the allocator gives pages back when it
/// likes, and single looks lie up to a fifth apart.
const SETTLED: Duration = Duration::from_secs(300);
/// The share of the time that settling may take where there isn't that long.
const SETTLED_SHARE: f64 = 1.0 / 12.0;
/// Memory may grow by this share of what it was once it had settled.
const GROWTH: f64 = 0.05;
/// Shorter times are too few looks to tell growth from chance.
pub const SHORTEST_FOR_MEMORY: Duration = Duration::from_secs(3600);
/// The first starts what stays, the others are held to it, and one of them is taken up again.
const FEWEST_CYCLES: usize = 3;
/// How often it says how far it is.
const TOLD_EVERY: Duration = Duration::from_secs(60);

/// What was done and found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SoakFigures {
    /// How long it took.
    pub time: Duration,
    /// Runs trained.
    pub runs: usize,
    /// Those of them that were stopped, and taken up again.
    pub resumed: usize,
    /// Epochs that lie on the disk, where the training thread put them before it told of them.
    pub epochs_kept: usize,
    /// Epochs that came through the channel.
    pub epochs_told: usize,
    /// Batches that lie on the disk.
    pub batches_kept: usize,
    /// Batches that came through the channel.
    pub batches_told: usize,
    /// Pauses.
    pub pauses: usize,
    /// Live changes made.
    pub changes: usize,
    /// Pictures drawn, twenty a second.
    pub strokes: usize,
    /// Those that were answered; while one is answered, the newest takes the place of the others.
    pub answers: usize,
    /// Strokes that were the last before the hand rested: these must be answered.
    pub rests: usize,
    /// Those that were.
    pub rests_answered: usize,
    /// Files exported.
    pub exports: usize,
    /// Threads at the end of the last cycle, when nothing runs.
    pub threads: usize,
    /// File handles, likewise.
    pub handles: usize,
    /// Resident memory at the ends of cycles, in bytes, and when that was.
    pub memory: Vec<(Duration, u64)>,
}

impl SoakFigures {
    /// Memory once it had settled, and at the end.
    pub fn memory_settled_and_last(&self) -> Option<(u64, u64)> {
        let settled = SETTLED.min(self.time.mul_f64(SETTLED_SHARE));
        let within = |from: Duration, to: Duration| {
            let looks = self.memory.iter();
            let looks = looks.filter(|(at, _)| (from..=to).contains(at));
            median(looks.map(|(_, bytes)| *bytes).collect())
        };
        let (first, _) = self.memory.iter().find(|(at, _)| *at >= settled)?;
        let last = self.time.saturating_sub(settled);
        Some((within(*first, *first + settled)?, within(last, self.time)?))
    }

    /// Whether it took long enough for growth of memory to be told from chance.
    pub fn is_memory_judged(&self) -> bool {
        self.time >= SHORTEST_FOR_MEMORY
    }

    /// By which share of it memory has grown since it had settled.
    pub fn growth(&self) -> Option<f64> {
        let (settled, last) = self.memory_settled_and_last()?;
        Some(last as f64 / settled as f64 - 1.0)
    }

    /// Whether nothing grew and nothing was lost.
    ///
    /// # Errors
    /// The first thing that did, in words.
    pub fn check(&self) -> Result<(), String> {
        if self.epochs_told != self.epochs_kept {
            let (told, kept) = (self.epochs_told, self.epochs_kept);
            return Err(format!("{kept} epochs were kept and {told} told of"));
        }
        if self.batches_told != self.batches_kept {
            let (told, kept) = (self.batches_told, self.batches_kept);
            return Err(format!("{kept} batches were kept and {told} told of"));
        }
        if self.rests_answered != self.rests {
            let (asked, answered) = (self.rests, self.rests_answered);
            return Err(format!(
                "{asked} last strokes were drawn and {answered} answered"
            ));
        }
        if let Some(growth) = self.growth()
            && self.is_memory_judged()
            && growth > GROWTH
        {
            return Err(format!("memory has grown by {:.1}%", 100.0 * growth));
        }
        Ok(())
    }
}

fn median(mut figures: Vec<u64>) -> Option<u64> {
    figures.sort_unstable();
    figures.get(figures.len() / 2).copied()
}

/// Goes on for so long, in an empty folder. `told` hears once a minute how far it is. What was
/// counted is there in any case, also where something was left over or lost: the error says what,
/// in words.
pub fn soak(
    folder: &Path,
    time: Duration,
    mut told: impl FnMut(&SoakFigures),
) -> (SoakFigures, Result<(), String>) {
    let mut figures = SoakFigures::default();
    let outcome = go_on(folder, time, &mut figures, &mut told);
    let outcome = outcome.and_then(|()| figures.check());
    (figures, outcome)
}

fn go_on(
    folder: &Path,
    time: Duration,
    figures: &mut SoakFigures,
    told: &mut impl FnMut(&SoakFigures),
) -> Result<(), String> {
    let mut beside = Beside::start(folder)?;
    let mut usual = None;
    let start = Instant::now();
    let mut last_told = start;
    while figures.runs < FEWEST_CYCLES || start.elapsed() < time {
        beside.cycle(figures)?;
        figures.time = start.elapsed();
        if IS_TOLD {
            look(figures, &mut usual)?;
        }
        if last_told.elapsed() >= TOLD_EVERY {
            last_told += TOLD_EVERY;
            told(figures);
        }
    }
    Ok(())
}

/// What is held between two runs, against what was held after the one before.
fn look(figures: &mut SoakFigures, usual: &mut Option<Held>) -> Result<(), String> {
    let untold = |err: std::io::Error| format!("the system doesn't tell what is held: {err}");
    // The first run has made what stays: pools of threads, an inference thread.
    if let Some(usual) = usual {
        let left = usual.left_over().map_err(untold)?;
        if left != Held::default() {
            return Err(format!("left over after {} runs: {left:?}", figures.runs));
        }
    }
    // What was still ending then has ended now, and isn't held to be usual any more.
    let held = Held::now().map_err(untold)?;
    (figures.threads, figures.handles) = (held.threads.len(), held.handles.len());
    *usual = Some(held);
    let memory = resident().map_err(untold)?;
    figures.memory.push((figures.time, memory));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_grows_or_is_lost_is_told() {
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        let memory = |grown: u64| {
            (0..60)
                .map(|minute| (minutes(minute), if minute < 50 { 1000 } else { grown }))
                .collect()
        };
        let good = SoakFigures {
            time: minutes(60),
            epochs_kept: 7,
            epochs_told: 7,
            rests: 3,
            rests_answered: 3,
            memory: memory(1040),
            ..SoakFigures::default()
        };
        assert_eq!(good.check(), Ok(()));
        assert_eq!(good.memory_settled_and_last(), Some((1000, 1040)));
        let told = |figures: SoakFigures, part: &str| {
            let message = figures.check().unwrap_err();
            assert!(message.contains(part), "{message}");
        };
        let lost = SoakFigures {
            epochs_told: 6,
            ..good.clone()
        };
        told(lost, "7 epochs were kept and 6 told of");
        let lost = SoakFigures {
            batches_kept: 1,
            ..good.clone()
        };
        told(lost, "1 batches were kept");
        let lost = SoakFigures {
            rests: 4,
            ..good.clone()
        };
        told(lost, "4 last strokes were drawn and 3 answered");
        let grown = SoakFigures {
            memory: memory(1060),
            ..good
        };
        told(grown.clone(), "grown by 6.0%");
        let short = SoakFigures {
            time: minutes(59),
            ..grown
        };
        assert_eq!(short.check(), Ok(()));
    }
}
