//! Short runs one after the other for as long as one likes, with all that a person does beside
//! them: pauses, live changes, drawing, exports, stopping and going on. What must not grow or get
//! lost is counted: memory, threads and file handles where the system tells of them, epochs, answers.

pub(super) mod command;
mod cycle;
mod error;
mod pen;
mod process;

use cycle::Beside;
pub use error::{Lost, SoakError};
pub use process::IS_TOLD;
use process::{Held, resident};
use std::path::Path;
use std::time::{Duration, Instant};

/// Memory is compared with what it was after this time, when everything that is kept is there. Both
/// sides are medians over as long again, with a look after each run, since the allocator gives pages
/// back when it likes and single looks lie up to a fifth apart.
const SETTLED: Duration = Duration::from_secs(300);
/// The share of the time that settling may take where there isn't that long.
const SETTLED_SHARE: f64 = 1.0 / 12.0;
/// Memory may grow by this share of what it was once it had settled.
const GROWTH: f64 = 0.05;
/// The shortest time by which memory is judged. Within less there are too few looks to tell growth from
/// chance.
pub const SHORTEST_FOR_MEMORY: Duration = Duration::from_secs(3600);
/// The fewest runs: the first starts what stays, the others are compared with it, and one of them is
/// taken up again.
const FEWEST_CYCLES: usize = 3;
/// The time between two reports of how far the soak is.
const TOLD_EVERY: Duration = Duration::from_secs(60);

/// What was done and found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SoakFigures {
    /// How long the soak has taken.
    pub time: Duration,
    /// Runs trained.
    pub runs: usize,
    /// Runs that were stopped, and taken up again.
    pub resumed: usize,
    /// Epochs that lie on the disk, where the training thread put them before it told of them.
    pub epochs_kept: usize,
    /// Epochs that came through the channel.
    pub epochs_told: usize,
    /// Batches that lie on the disk.
    pub batches_kept: usize,
    /// Batches that came through the channel.
    pub batches_told: usize,
    /// Pauses that were asked for.
    pub pauses: usize,
    /// Live changes made.
    pub changes: usize,
    /// Pictures drawn, twenty a second.
    pub strokes: usize,
    /// Pictures that were answered. While one is answered, only the newest of the others waits.
    pub answers: usize,
    /// Strokes that were the last before the hand rested. Each of them must be answered.
    pub rests: usize,
    /// Last strokes that were answered.
    pub rests_answered: usize,
    /// Files exported.
    pub exports: usize,
    /// Threads at the end of the last cycle, when nothing runs.
    pub threads: usize,
    /// File handles at the end of the last cycle, when nothing runs.
    pub handles: usize,
    /// Resident memory at the ends of cycles, in bytes, and when that was.
    pub memory: Vec<(Duration, u64)>,
}

impl SoakFigures {
    /// Resident memory in bytes once it had settled, and at the end. There is none where the system
    /// doesn't tell, or where the soak was too short to look.
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

    /// Whether the soak took long enough for growth of memory to be told from chance.
    pub fn is_memory_judged(&self) -> bool {
        self.time >= SHORTEST_FOR_MEMORY
    }

    /// How much memory has grown since it had settled, as a share of what it was then.
    pub fn growth(&self) -> Option<f64> {
        let (settled, last) = self.memory_settled_and_last()?;
        Some(last as f64 / settled as f64 - 1.0)
    }

    /// Whether nothing grew and nothing was lost.
    ///
    /// # Errors
    /// The first thing that grew or was lost.
    pub fn check(&self) -> Result<(), Lost> {
        if self.epochs_told != self.epochs_kept {
            let (told, kept) = (self.epochs_told, self.epochs_kept);
            return Err(Lost::Epochs { kept, told });
        }
        if self.batches_told != self.batches_kept {
            let (told, kept) = (self.batches_told, self.batches_kept);
            return Err(Lost::Batches { kept, told });
        }
        if self.rests_answered != self.rests {
            let (drawn, answered) = (self.rests, self.rests_answered);
            return Err(Lost::Strokes { drawn, answered });
        }
        if let Some(growth) = self.growth()
            && self.is_memory_judged()
            && growth > GROWTH
        {
            return Err(Lost::Memory(growth));
        }
        Ok(())
    }
}

fn median(mut figures: Vec<u64>) -> Option<u64> {
    figures.sort_unstable();
    figures.get(figures.len() / 2).copied()
}

/// Trains run after run for this time, in an empty folder. `told` hears the figures once a minute. The
/// figures are there in any case; the error beside them says what was left over or lost.
pub fn soak(
    folder: &Path,
    time: Duration,
    mut told: impl FnMut(&SoakFigures),
) -> (SoakFigures, Result<(), SoakError>) {
    let mut figures = SoakFigures::default();
    let outcome = go_on(folder, time, &mut figures, &mut told);
    let outcome = outcome.and_then(|()| Ok(figures.check()?));
    (figures, outcome)
}

fn go_on(
    folder: &Path,
    time: Duration,
    figures: &mut SoakFigures,
    told: &mut impl FnMut(&SoakFigures),
) -> Result<(), SoakError> {
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

/// Compares what the process holds now, between two runs, with what it held after the run before.
fn look(figures: &mut SoakFigures, usual: &mut Option<Held>) -> Result<(), SoakError> {
    // The first run has made what stays: pools of threads, an inference thread.
    if let Some(usual) = usual {
        let left = usual.left_over().map_err(SoakError::Untold)?;
        if left != Held::default() {
            let (runs, held) = (figures.runs, left);
            return Err(SoakError::LeftOver { runs, held });
        }
    }
    // A thread that was still ending after the run before has ended now, and isn't usual any more.
    let held = Held::now().map_err(SoakError::Untold)?;
    (figures.threads, figures.handles) = (held.threads.len(), held.handles.len());
    *usual = Some(held);
    let memory = resident().map_err(SoakError::Untold)?;
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
            let message = figures.check().unwrap_err().to_string();
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
