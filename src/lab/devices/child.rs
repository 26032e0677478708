//! The child's side: a process that looks for GPUs or tries one out, and says how far it is. A
//! driver that crashes or hangs ends this process alone.

use super::gpus::Gpus;
use super::verdict::{ProbeResult, ProbeStage, Problem, Speeds};
use crate::training::TrainingError;
use crate::training::device::{self, DeviceChoice, DeviceError, DeviceInfo, OpenDevice};
use crate::training::panic_message;
use crate::training::probe::{self, Divergence, Speed};
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// The least time between two signs of life within a stage.
const SIGN: Duration = Duration::from_millis(500);

/// What the child says. Each message is a line of JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "said", rename_all = "kebab-case")]
pub(super) enum Said {
    /// These GPUs were found.
    Gpus { gpus: Vec<DeviceInfo> },
    /// The probe has got so far.
    At { stage: ProbeStage },
    /// The probe is over, with this result.
    Result { result: ProbeResult },
}

/// What the child is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChildTask {
    /// Look for GPUs.
    List,
    /// Try out the GPU of this number.
    Probe(usize),
}

/// Does the child's work on these GPUs and says on `out` what it finds.
///
/// # Errors
/// Where nobody reads what it says.
pub fn run(task: ChildTask, gpus: &dyn Gpus, out: &mut dyn Write) -> io::Result<()> {
    match task {
        ChildTask::List => {
            let gpus = gpus.list();
            say(out, &Said::Gpus { gpus })
        }
        ChildTask::Probe(index) => {
            let result = match probe(index, gpus, out)? {
                Ok(speeds) => ProbeResult::Passed(speeds),
                Err(problem) => ProbeResult::Unusable(problem),
            };
            say(out, &Said::Result { result })
        }
    }
}

/// Ends this process when its standard input ends: with its parent, even where a driver hangs.
///
/// # Errors
/// Where the system gives no thread.
pub fn end_with_parent() -> io::Result<()> {
    let watch = || {
        let mut ignored = [0; 64];
        while io::stdin().read(&mut ignored).is_ok_and(|count| count > 0) {}
        std::process::exit(1);
    };
    let thread = std::thread::Builder::new().name("parent".into());
    thread.spawn(watch).map(drop)
}

fn say(out: &mut dyn Write, said: &Said) -> io::Result<()> {
    writeln!(out, "{}", serde_json::to_string(said)?)?;
    out.flush()
}

/// Tries out a GPU. The outer error is that nobody reads what is said, the inner one what is wrong
/// with the GPU.
fn probe(
    index: usize,
    gpus: &dyn Gpus,
    out: &mut dyn Write,
) -> io::Result<Result<Speeds, Problem>> {
    let budget = gpus.budget();
    let mut voice = Voice::new(out);
    voice.at(ProbeStage::OnTheCpu)?;
    let (expected, cpu_speed) = match on_the_cpu(budget, &mut voice) {
        Ok(compared) => compared,
        Err(problem) => return Ok(Err(problem)),
    };

    voice.at(ProbeStage::Opening)?;
    let gpu = match open_gpu(gpus, index) {
        Ok(gpu) => gpu,
        Err(problem) => return Ok(Err(problem)),
    };

    voice.at(ProbeStage::Comparing)?;
    let found = guarded(&mut voice, |lives| gpus.losses(gpu.clone(), lives));
    log::debug!("losses on the CPU {expected:?}, on the GPU {found:?}");
    let farthest = match found.and_then(|found| {
        probe::compare(&expected, &found).map_err(|divergence| diverged(&divergence))
    }) {
        Ok(farthest) => farthest,
        Err(problem) => return Ok(Err(problem)),
    };

    voice.at(ProbeStage::Timing)?;
    let speed = guarded(&mut voice, |lives| gpus.speed(gpu, budget, lives));
    Ok(speed.map(|speed| speeds(speed, cpu_speed, farthest)))
}

/// The losses and the speed of the CPU.
fn on_the_cpu(budget: Duration, voice: &mut Voice<'_>) -> Result<(Vec<f64>, Speed), Problem> {
    let cpu = device::open(DeviceChoice::Cpu).map_err(|err| cant_open(&err))?;
    let losses = guarded(voice, |lives| probe::losses(cpu.clone(), lives))?;
    let speed = guarded(voice, |lives| probe::speed(cpu, budget, lives))?;
    Ok((losses, speed))
}

/// Opens a GPU; a driver that panics over it refuses, too.
fn open_gpu(gpus: &dyn Gpus, index: usize) -> Result<OpenDevice, Problem> {
    catch_unwind(AssertUnwindSafe(|| gpus.open(index)))
        .map_err(|panic| Problem::CantOpen {
            reason: panic_message(&*panic),
        })?
        .map_err(|err| cant_open(&err))
}

fn cant_open(err: &DeviceError) -> Problem {
    let reason = match err {
        DeviceError::Unusable { reason, .. } => reason.clone(),
        DeviceError::Missing { .. } => err.to_string(),
    };
    Problem::CantOpen { reason }
}

/// Says which stage the probe has reached, and from time to time that it gets on.
struct Voice<'a> {
    out: &'a mut dyn Write,
    stage: ProbeStage,
    last: Instant,
}

impl<'a> Voice<'a> {
    fn new(out: &'a mut dyn Write) -> Self {
        Self {
            out,
            stage: ProbeStage::OnTheCpu,
            last: Instant::now(),
        }
    }

    fn at(&mut self, stage: ProbeStage) -> io::Result<()> {
        self.stage = stage;
        self.last = Instant::now();
        say(self.out, &Said::At { stage })
    }

    fn lives(&mut self) {
        if self.last.elapsed() >= SIGN {
            // Without a listener the end of standard input ends this process.
            let _ = self.at(self.stage);
        }
    }
}

/// Runs a part of the probe; an error or a panic in it is the GPU's problem.
fn guarded<T>(
    voice: &mut Voice<'_>,
    part: impl FnOnce(&mut dyn FnMut()) -> Result<T, TrainingError>,
) -> Result<T, Problem> {
    let during = voice.stage;
    let mut lives = || voice.lives();
    let reason = match catch_unwind(AssertUnwindSafe(|| part(&mut lives))) {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(err)) => err.to_string(),
        Err(panic) => panic_message(&*panic),
    };
    Err(Problem::Failed { reason, during })
}

fn diverged(divergence: &Divergence) -> Problem {
    let Divergence {
        step,
        cpu,
        device,
        allowed,
    } = *divergence;
    Problem::Diverged {
        step,
        cpu,
        gpu: device,
        allowed,
    }
}

fn speeds(gpu: Speed, cpu: Speed, farthest: f64) -> Speeds {
    Speeds {
        gpu: gpu.images_per_second,
        cpu: cpu.images_per_second,
        cpu_threads: rayon::current_num_threads(),
        first_step_secs: gpu.first_step_secs,
        farthest,
    }
}

#[cfg(test)]
mod tests {
    use super::super::gpus::Drivers;
    use super::*;

    #[test]
    fn what_the_child_says_is_read_back() {
        let mut out = Vec::new();
        run(ChildTask::List, &Drivers, &mut out).unwrap();
        let said: Said = serde_json::from_slice(&out).unwrap();
        let expected = Said::Gpus {
            gpus: device::list_gpus().to_vec(),
        };
        assert_eq!(said, expected);
    }
}
