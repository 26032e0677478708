//! The child's side: a process that looks for GPUs or tries one out, and says how far it is. A
//! driver that crashes or hangs takes nothing with it but this process.

use super::verdict::{ProbeResult, ProbeStage, Problem, Speeds};
use crate::training::TrainingError;
use crate::training::device::{
    self, DeviceChoice, DeviceError, DeviceInfo, DeviceKind, OpenDevice,
};
use crate::training::panic_message;
use crate::training::probe::{self, Divergence, Speed};
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::str::FromStr;
use std::time::{Duration, Instant};

/// The environment variable that injects a fault, for tests. Only the child reads it.
pub const FAULT_VARIABLE: &str = "OVERFIT_LAB_PROBE_FAULT";

/// Time for each speed.
const BUDGET: Duration = Duration::from_millis(1_500);
/// The same where a fault is injected, and no speed matters.
const BUDGET_FOR_TESTS: Duration = Duration::from_millis(50);
/// How often it says at most that it gets on.
const SIGN: Duration = Duration::from_millis(500);
/// How far off an injected divergence is: too far for the first steps.
const DIVERGENCE: f64 = 1.01;
/// How slow an injected slowness is.
const SLOWNESS: f64 = 10.0;

/// What the child says, a line of JSON each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "said", rename_all = "kebab-case")]
pub(super) enum Said {
    /// The GPUs.
    Gpus { gpus: Vec<DeviceInfo> },
    /// How far it is.
    At { stage: ProbeStage },
    /// What it found.
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

/// A fault injected for tests: the child then has one made-up GPU, for which the CPU computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// None: it passes.
    None,
    /// It ends the process while GPUs are looked for.
    ListCrash,
    /// It never comes back from being looked for.
    ListHang,
    /// It can't be opened.
    Refuse,
    /// It ends the process in its first steps.
    Crash,
    /// It never comes back from them.
    Hang,
    /// It panics in them.
    Panic,
    /// It computes something else.
    Diverge,
    /// It is slow.
    Slow,
}

impl FromStr for Fault {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text {
            "none" => Self::None,
            "list-crash" => Self::ListCrash,
            "list-hang" => Self::ListHang,
            "refuse" => Self::Refuse,
            "crash" => Self::Crash,
            "hang" => Self::Hang,
            "panic" => Self::Panic,
            "diverge" => Self::Diverge,
            "slow" => Self::Slow,
            _ => return Err(format!("found the fault {text:?}, which there isn't")),
        })
    }
}

/// Does the child's work and says what it finds.
///
/// # Errors
/// Where nobody reads what it says.
pub fn run(task: ChildTask, fault: Option<Fault>, out: &mut dyn Write) -> io::Result<()> {
    match task {
        ChildTask::List => {
            let gpus = gpus(fault);
            say(out, &Said::Gpus { gpus })
        }
        ChildTask::Probe(index) => {
            let result = match probe(index, fault, out)? {
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

fn gpus(fault: Option<Fault>) -> Vec<DeviceInfo> {
    match fault {
        None => device::list_gpus().to_vec(),
        Some(Fault::ListCrash) => std::process::abort(),
        Some(Fault::ListHang) => hang(),
        Some(_) => vec![DeviceInfo {
            choice: DeviceChoice::Wgpu(Some(0)),
            name: "Made-up GPU".into(),
            backend: "none".into(),
            driver: "for tests".into(),
            kind: DeviceKind::DiscreteGpu,
            index: Some(0),
            software: false,
        }],
    }
}

fn hang() -> ! {
    loop {
        std::thread::sleep(Duration::from_secs(1));
    }
}

/// The outer error: nobody reads what it says. The inner: what is wrong with the GPU.
fn probe(
    index: usize,
    fault: Option<Fault>,
    out: &mut dyn Write,
) -> io::Result<Result<Speeds, Problem>> {
    let budget = fault.map_or(BUDGET, |_| BUDGET_FOR_TESTS);
    let mut voice = Voice::new(out);
    voice.at(ProbeStage::OnTheCpu)?;
    let (cpu, expected, cpu_speed) = match on_the_cpu(budget, &mut voice) {
        Ok(compared) => compared,
        Err(problem) => return Ok(Err(problem)),
    };

    voice.at(ProbeStage::Opening)?;
    let opened = match fault {
        None => open_gpu(index),
        Some(Fault::Refuse) => Err(Problem::CantOpen {
            reason: "the fault injected".into(),
        }),
        Some(_) => Ok(cpu),
    };
    let gpu = match opened {
        Ok(gpu) => gpu,
        Err(problem) => return Ok(Err(problem)),
    };

    voice.at(ProbeStage::Comparing)?;
    let found = guarded(&mut voice, |lives| losses(gpu.clone(), fault, lives));
    log::debug!("losses on the CPU {expected:?}, on the GPU {found:?}");
    let farthest = match found.and_then(|found| {
        probe::compare(&expected, &found).map_err(|divergence| diverged(&divergence))
    }) {
        Ok(farthest) => farthest,
        Err(problem) => return Ok(Err(problem)),
    };

    voice.at(ProbeStage::Timing)?;
    let speed = guarded(&mut voice, |lives| probe::speed(gpu, budget, lives));
    Ok(speed.map(|speed| speeds(speed, cpu_speed, farthest, fault)))
}

/// The CPU, its losses and its speed.
fn on_the_cpu(
    budget: Duration,
    voice: &mut Voice<'_>,
) -> Result<(OpenDevice, Vec<f64>, Speed), Problem> {
    let cpu = device::open(DeviceChoice::Cpu).map_err(|err| cant_open(&err))?;
    let losses = guarded(voice, |lives| probe::losses(cpu.clone(), lives))?;
    let speed = guarded(voice, |lives| probe::speed(cpu.clone(), budget, lives))?;
    Ok((cpu, losses, speed))
}

fn open_gpu(index: usize) -> Result<OpenDevice, Problem> {
    catch_unwind(|| device::open(DeviceChoice::Wgpu(Some(index))))
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

/// Says where the probe is, and from time to time that it gets on.
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

#[allow(clippy::panic, reason = "the fault that tests inject")]
fn losses(
    gpu: OpenDevice,
    fault: Option<Fault>,
    lives: &mut dyn FnMut(),
) -> Result<Vec<f64>, TrainingError> {
    match fault {
        Some(Fault::Crash) => std::process::abort(),
        Some(Fault::Hang) => hang(),
        Some(Fault::Panic) => panic!("the fault injected"),
        Some(Fault::Diverge) => {
            let mut losses = probe::losses(gpu, lives)?;
            losses[2] *= DIVERGENCE;
            Ok(losses)
        }
        _ => probe::losses(gpu, lives),
    }
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

fn speeds(gpu: Speed, cpu: Speed, farthest: f64, fault: Option<Fault>) -> Speeds {
    let factor = match fault {
        None => 1.0,
        Some(Fault::Slow) => 1.0 / SLOWNESS,
        Some(_) => SLOWNESS,
    };
    Speeds {
        gpu: factor * gpu.images_per_second,
        cpu: cpu.images_per_second,
        cpu_threads: rayon::current_num_threads(),
        first_step_secs: gpu.first_step_secs,
        farthest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_child_says_is_read_back() {
        let mut out = Vec::new();
        run(ChildTask::List, Some(Fault::None), &mut out).unwrap();
        let said: Said = serde_json::from_slice(&out).unwrap();
        let Said::Gpus { gpus } = &said else {
            panic!("{said:?}")
        };
        assert_eq!(gpus[0].choice, DeviceChoice::Wgpu(Some(0)));
        assert!("nonsense".parse::<Fault>().is_err());
    }
}
