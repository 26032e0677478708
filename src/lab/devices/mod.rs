//! The devices of this machine and how far each can be trusted.
//!
//! Graphics drivers crash, hang and compute wrongly, and none of that can be caught in a process
//! that has loaded one. So GPUs are looked for and tried out in a child process of this program
//! (`child` is its side, `ask` the parent's). What a probe finds is kept (`cache`), and only a
//! GPU that has passed is used (`choose`).

mod ask;
mod cache;
mod child;
mod choose;
pub mod threads;
mod verdict;

pub use child::{ChildTask, FAULT_VARIABLE, Fault, end_with_parent, run as run_child};
pub use choose::{Chosen, Wish, size_of_step};
pub use verdict::{KnownDevice, ProbeResult, ProbeStage, Problem, Speeds, Verdict};

use crate::training::OpenDevice;
use crate::training::device::{self, DeviceError, DeviceInfo};
use ask::{End, ask};
use child::Said;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use threads::Threads;

/// A driver that is looked for longer than this hangs.
const LISTING_PATIENCE: Duration = Duration::from_secs(20);
/// A probe that is silent for longer than this hangs. Compiling kernels takes seconds.
pub const PROBE_PATIENCE: Duration = Duration::from_secs(60);

/// How GPUs are looked for and tried out.
#[derive(Clone, Debug)]
pub struct DevicesOptions {
    /// This program, to be run as a child.
    pub program: PathBuf,
    /// Where results are kept, or nowhere.
    pub cache_file: Option<PathBuf>,
    /// How long a child may be silent before it is given up.
    pub patience: Duration,
    /// For tests: the first device that a run opens is lost after so many training steps.
    pub lost_after: Option<u64>,
}

/// The devices of this machine. Clones share what is known.
#[derive(Clone, Debug)]
pub struct Devices {
    /// None where only the CPU is known.
    options: Option<Arc<DevicesOptions>>,
    /// Looked for once, and anew before a probe.
    listed: Arc<Mutex<Option<Listed>>>,
    /// One probe at a time: two would slow each other.
    probing: Arc<Mutex<()>>,
    /// GPUs that were lost in this process, with the reason. burn can't open them anew.
    lost: Arc<Mutex<Vec<(DeviceInfo, String)>>>,
    /// For tests: steps after which the next device is lost.
    next_lost_after: Arc<Mutex<Option<u64>>>,
    threads: Threads,
}

/// The GPUs found, or why none could be.
#[derive(Clone, Debug, Default)]
struct Listed {
    gpus: Arc<[DeviceInfo]>,
    problem: Option<Problem>,
}

/// Every device, and what is known of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// The CPU first.
    pub devices: Vec<KnownDevice>,
    /// Why GPUs couldn't be looked for.
    pub problem: Option<Problem>,
}

impl Devices {
    /// The CPU and what can be found.
    pub fn new(options: DevicesOptions) -> Self {
        Self {
            next_lost_after: Arc::new(Mutex::new(options.lost_after)),
            options: Some(Arc::new(options)),
            ..Self::cpu_only()
        }
    }

    /// The CPU alone; no GPU is looked for.
    pub fn cpu_only() -> Self {
        Self {
            options: None,
            listed: Arc::default(),
            probing: Arc::default(),
            lost: Arc::default(),
            next_lost_after: Arc::default(),
            threads: Threads::default(),
        }
    }

    /// The same devices, the CPU with so many threads.
    #[must_use]
    pub fn with_threads(&self, threads: Threads) -> Self {
        Self {
            threads,
            ..self.clone()
        }
    }

    /// The threads of the CPU.
    pub fn threads(&self) -> Threads {
        self.threads
    }

    /// Whether there is a GPU that isn't done in software.
    pub fn have_hardware_gpu(&self) -> bool {
        self.listed().gpus.iter().any(|gpu| !gpu.software)
    }

    /// Every device and what is known of it. GPUs are looked for where they haven't been: a
    /// fraction of a second, or seconds where a driver hangs.
    pub fn known(&self) -> Known {
        let Listed { gpus, problem } = self.listed();
        let results = self.results(&gpus);
        let measured = results.iter().flatten().find_map(|result| match result {
            ProbeResult::Passed(speeds) => Some(speeds.cpu_with(self.threads.count())),
            ProbeResult::Unusable(_) => None,
        });
        let mut devices = vec![KnownDevice {
            info: device::cpu_with(self.threads.count()),
            verdict: Verdict::Cpu(measured),
        }];
        devices.extend(gpus.iter().zip(results).map(|(info, result)| KnownDevice {
            info: info.clone(),
            verdict: self.lost_verdict(info).unwrap_or_else(|| result.into()),
        }));
        Known { devices, problem }
    }

    /// Opens a chosen device in this process.
    ///
    /// # Errors
    /// As [`Chosen::open`].
    pub fn open(&self, chosen: &Chosen) -> Result<OpenDevice, DeviceError> {
        let device = chosen.open()?;
        Ok(match lock(&self.next_lost_after).take() {
            Some(steps) => device.lost_after(steps),
            None => device,
        })
    }

    /// A run has lost this device: it isn't used again in this process.
    pub fn lost(&self, chosen: &Chosen, reason: &str) {
        if let Some(gpu) = chosen.opened_gpu() {
            lock(&self.lost).push((gpu.clone(), reason.into()));
        }
    }

    fn lost_verdict(&self, gpu: &DeviceInfo) -> Option<Verdict> {
        let lost = lock(&self.lost);
        let (_, reason) = lost.iter().find(|(lost, _)| lost == gpu)?;
        let reason = reason.clone();
        Some(Verdict::Unusable(Problem::Lost { reason }))
    }

    /// Tries out a GPU of the list, and keeps what is found. `tell` hears how far it is. None
    /// where it was cancelled.
    pub fn probe(
        &self,
        gpu: &DeviceInfo,
        tell: &mut dyn FnMut(ProbeStage),
        is_cancelled: &dyn Fn() -> bool,
    ) -> Option<ProbeResult> {
        let options = self.options.as_deref()?;
        let _one_at_a_time = lock(&self.probing);
        let result = self.try_out(options, gpu, tell, is_cancelled)?;
        let will_last = match &result {
            ProbeResult::Passed(_) => true,
            ProbeResult::Unusable(problem) => problem.is_the_gpus(),
        };
        if will_last
            && let Some(file) = &options.cache_file
            && let Err(err) = cache::write(file, gpu, &self.listed().gpus, &result)
        {
            log::warn!("{err}");
        }
        Some(result)
    }

    fn try_out(
        &self,
        options: &DevicesOptions,
        gpu: &DeviceInfo,
        tell: &mut dyn FnMut(ProbeStage),
        is_cancelled: &dyn Fn() -> bool,
    ) -> Option<ProbeResult> {
        let index = gpu.index.unwrap_or_default().to_string();
        let arguments = self.arguments(&[index]);
        let mut during = ProbeStage::OnTheCpu;
        let mut found = None;
        let end = ask(
            &options.program,
            &arguments,
            options.patience,
            is_cancelled,
            &mut |said| match said {
                Said::At { stage } => {
                    during = stage;
                    tell(stage);
                }
                Said::Result { result } => found = Some(result),
                Said::Gpus { .. } => {}
            },
        );
        // A driver that breaks down at the very end has answered before.
        if found.is_some() {
            return found;
        }
        problem(end, during).map(ProbeResult::Unusable)
    }

    /// The GPUs, looked for anew: one may have come or gone.
    pub fn look_again(&self) {
        *lock(&self.listed) = None;
    }

    fn listed(&self) -> Listed {
        // Held while it is looked for: one child is enough.
        let mut listed = lock(&self.listed);
        listed.get_or_insert_with(|| self.look()).clone()
    }

    fn look(&self) -> Listed {
        let Some(options) = self.options.as_deref() else {
            return Listed::default();
        };
        let mut found = None;
        let end = ask(
            &options.program,
            &self.arguments(&[]),
            options.patience.min(LISTING_PATIENCE),
            &|| false,
            &mut |said| {
                if let Said::Gpus { gpus } = said {
                    found = Some(gpus);
                }
            },
        );
        if let Some(gpus) = found {
            return Listed {
                gpus: gpus.into(),
                problem: None,
            };
        }
        let problem = problem(end, ProbeStage::Listing);
        if let Some(problem) = &problem {
            log::warn!("no GPU is used: {problem}");
        }
        Listed {
            gpus: Arc::default(),
            problem,
        }
    }

    fn results(&self, gpus: &[DeviceInfo]) -> Vec<Option<ProbeResult>> {
        let file = self.options.as_ref().and_then(|o| o.cache_file.as_deref());
        file.map_or_else(|| vec![None; gpus.len()], |file| cache::read(file, gpus))
    }

    fn arguments(&self, rest: &[String]) -> Vec<OsString> {
        let threads = self.threads.to_string();
        let first = ["--threads", &threads, "probe-device", "--child"];
        let rest = rest.iter().map(String::as_str);
        first.into_iter().chain(rest).map(OsString::from).collect()
    }
}

/// What an end without an answer says of the GPU. None where it was cancelled.
fn problem(end: std::io::Result<End>, during: ProbeStage) -> Option<Problem> {
    Some(match end {
        Ok(End::Cancelled) => return None,
        Ok(End::Badly(how)) => Problem::Crashed { how, during },
        Ok(End::Silent(silence)) => Problem::Hung {
            seconds: silence.as_secs_f64(),
            during,
        },
        Ok(End::Well) => Problem::Failed {
            reason: "the child process ended without an answer".into(),
            during,
        },
        Err(err) => Problem::Failed {
            reason: format!("no child process can be started: {err}"),
            during,
        },
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
