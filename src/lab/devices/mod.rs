//! The devices of this machine and how far each can be trusted.
//!
//! Graphics drivers crash, hang and compute wrongly, and none of that can be caught in a process
//! that has loaded one. So GPUs are looked for and tried out in a child process of this program
//! (`child` is its side, `ask` the parent's, `gpus` what is asked of drivers there). What a probe
//! finds is kept (`cache`), only a GPU that has passed is used (`choose`), and `opening` opens it.

mod ask;
mod cache;
mod child;
mod choose;
mod gpus;
mod opening;
pub mod threads;
mod verdict;

pub use child::{ChildTask, end_with_parent, run as run_child};
pub use choose::{Chosen, Wish, size_of_step};
pub use gpus::{Drivers, Gpus};
pub use opening::Opening;
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

/// A look for GPUs that takes longer than this hangs in a driver.
const LISTING_PATIENCE: Duration = Duration::from_secs(20);
/// A probe that is silent for longer than this hangs. Compiling kernels takes seconds.
pub const PROBE_PATIENCE: Duration = Duration::from_secs(60);

/// How GPUs are looked for and tried out.
#[derive(Clone, Debug)]
pub struct DevicesOptions {
    /// This program's file, which is started as the child process.
    pub program: PathBuf,
    /// The file in which results are kept; without one, none is kept.
    pub cache_file: Option<PathBuf>,
    /// How long a child may be silent before it is given up.
    pub patience: Duration,
}

/// The devices of this machine. Clones share what is known.
#[derive(Clone, Debug)]
pub struct Devices {
    /// How GPUs are looked for; none where there is only the CPU to choose.
    options: Option<Arc<DevicesOptions>>,
    /// The GPUs, once they have been looked for.
    listed: Arc<Mutex<Option<Listed>>>,
    /// Held while a GPU is tried out, since two probes at a time would slow each other.
    probing: Arc<Mutex<()>>,
    /// GPUs that were lost in this process, with the reason. burn can't open them anew.
    lost: Arc<Mutex<Vec<(DeviceInfo, String)>>>,
    /// What opens a chosen device.
    opening: Opening,
    /// Threads of the CPU.
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
    /// The devices, the CPU first.
    pub devices: Vec<KnownDevice>,
    /// Why GPUs couldn't be looked for.
    pub problem: Option<Problem>,
}

impl Devices {
    /// The CPU and the GPUs that can be found.
    pub fn new(options: DevicesOptions) -> Self {
        Self {
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
            opening: Opening::default(),
            threads: Threads::default(),
        }
    }

    /// These devices, where the CPU has so many threads.
    #[must_use]
    pub fn with_threads(&self, threads: Threads) -> Self {
        Self {
            threads,
            ..self.clone()
        }
    }

    /// These devices, opened by `opening` in place of [`Chosen::open`].
    #[must_use]
    pub fn opened_by(&self, opening: Opening) -> Self {
        Self {
            opening,
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

    /// Every device and what is known of it. GPUs are looked for where they haven't been, which takes
    /// a fraction of a second, or seconds where a driver hangs.
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
    /// The same as for [`Chosen::open`].
    pub fn open(&self, chosen: &Chosen) -> Result<OpenDevice, DeviceError> {
        self.opening.open(chosen)
    }

    /// Notes that a run has lost this device. It isn't used again in this process.
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

    /// Tries out a GPU of the list, and keeps what is found. `tell` hears how far the probe is. There
    /// is no result where `is_cancelled` said so meanwhile.
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

    /// Forgets which GPUs there are, so that they are looked for anew: one may have come or gone.
    pub fn look_again(&self) {
        *lock(&self.listed) = None;
    }

    fn listed(&self) -> Listed {
        // The lock is held while GPUs are looked for, so that only one child does.
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

/// The problem with a GPU whose probe ended so, without an answer. There is none where the probe was
/// cancelled.
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
