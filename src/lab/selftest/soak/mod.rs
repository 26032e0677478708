//! Short runs one after the other for as long as one likes, with all that a person does beside
//! them: pauses, live changes, drawing, exports, stopping and going on. Counted is what must not
//! grow or get lost: memory, threads, file handles, epochs.

mod cycle;
mod process;

use cycle::Beside;
use process::{Held, resident};
use std::path::Path;
use std::time::{Duration, Instant};

/// Memory is compared with what it was after so long: by then everything that is kept is there.
const SETTLED: Duration = Duration::from_secs(300);
/// The share of the time that settling may take where there isn't that long.
const SETTLED_SHARE: f64 = 0.25;
/// Memory is the median of so many looks, a look a cycle.
const LOOKS: usize = 9;
/// Memory may grow by this share of what it was once it had settled.
const GROWTH: f64 = 0.05;
/// Shorter times are too few looks to tell growth from chance.
const SHORTEST_FOR_MEMORY: Duration = Duration::from_secs(600);
/// The first starts what stays, and the others are held to it.
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
    /// Files exported.
    pub exports: usize,
    /// Threads and file handles at the end of each cycle.
    pub threads: usize,
    /// See above.
    pub handles: usize,
    /// Resident memory at the ends of cycles, in bytes, and when that was.
    pub memory: Vec<(Duration, u64)>,
}

impl SoakFigures {
    /// Memory once it had settled, and at the end.
    pub fn memory_settled_and_last(&self) -> Option<(u64, u64)> {
        let settled = SETTLED.min(self.time.mul_f64(SETTLED_SHARE));
        let after = self.memory.iter().filter(|(at, _)| *at >= settled);
        let first: Vec<u64> = after.take(LOOKS).map(|(_, bytes)| *bytes).collect();
        let last = self.memory.iter().rev().take(LOOKS);
        let last: Vec<u64> = last.map(|(_, bytes)| *bytes).collect();
        Some((median(first)?, median(last)?))
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
        if let Some(growth) = self.growth()
            && self.time >= SHORTEST_FOR_MEMORY
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

/// Goes on for so long, in an empty folder. `told` hears once a minute how far it is.
///
/// # Errors
/// Where something can't be done, or is left over at the end of a cycle, in words; and as
/// [`SoakFigures::check`].
pub fn soak(
    folder: &Path,
    time: Duration,
    mut told: impl FnMut(&SoakFigures),
) -> Result<SoakFigures, String> {
    let untold = |err: std::io::Error| format!("this needs Linux's /proc: {err}");
    let mut beside = Beside::start(folder)?;
    let mut figures = SoakFigures::default();
    let mut usual: Option<Held> = None;
    let start = Instant::now();
    let mut last_told = start;
    while figures.runs < FEWEST_CYCLES || start.elapsed() < time {
        beside.cycle(&mut figures)?;
        figures.time = start.elapsed();
        match &usual {
            // The first has made what stays: pools of threads, an inference thread.
            None => usual = Some(Held::now().map_err(untold)?),
            Some(usual) => {
                let left = usual.left_over().map_err(untold)?;
                if left != Held::default() {
                    return Err(format!("left over after {} runs: {left:?}", figures.runs));
                }
            }
        }
        let held = Held::now().map_err(untold)?;
        (figures.threads, figures.handles) = (held.threads.len(), held.handles.len());
        let memory = resident().map_err(untold)?;
        figures.memory.push((figures.time, memory));
        if last_told.elapsed() >= TOLD_EVERY {
            last_told = Instant::now();
            told(&figures);
        }
    }
    figures.check()?;
    Ok(figures)
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
        let grown = SoakFigures {
            memory: memory(1060),
            ..good
        };
        told(grown, "grown by 6.0%");
    }
}
