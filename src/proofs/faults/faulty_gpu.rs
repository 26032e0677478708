//! A made-up GPU that misbehaves while it is tried out, so that every ending of a probe is tested
//! with the real binary where there is no GPU. The CPU computes for it.

use crate::cli::UsageError;
use crate::lab::devices::{Drivers, Gpus};
use crate::training::TrainingError;
use crate::training::device::{
    self, DeviceChoice, DeviceError, DeviceInfo, DeviceKind, OpenDevice,
};
use crate::training::probe::Speed;
use std::str::FromStr;
use std::time::Duration;

/// The environment variable that names the fault. Only the child process of a probe reads it.
const VARIABLE: &str = "OVERFIT_LAB_PROBE_FAULT";
/// How long each speed is measured: no more than a moment, since the GPU's is made up.
const BUDGET: Duration = Duration::from_millis(50);
/// The factor of the third loss of a GPU that diverges, too much for the first steps.
const DIVERGENCE: f64 = 1.01;
/// How many times as fast as the CPU the GPU is, or as slow.
const FACTOR: f64 = 10.0;
/// What the faults say for themselves.
const REASON: &str = "the fault injected";

/// What goes wrong with the GPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// Nothing: the GPU passes.
    None,
    /// The process ends while GPUs are looked for.
    ListCrash,
    /// The look for GPUs never comes back.
    ListHang,
    /// The GPU can't be opened.
    Refuse,
    /// The process ends in the GPU's first steps.
    Crash,
    /// The GPU's first steps never come back.
    Hang,
    /// The GPU's first steps panic.
    Panic,
    /// The GPU computes something else than the CPU.
    Diverge,
    /// The GPU is slower than the CPU.
    Slow,
}

impl FromStr for Fault {
    type Err = UsageError;

    fn from_str(text: &str) -> Result<Self, UsageError> {
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
            _ => {
                let message = format!("found the fault {text:?}, which there isn't");
                return Err(UsageError(message));
            }
        })
    }
}

/// A machine whose one GPU is made up and has a fault.
#[derive(Clone, Copy, Debug)]
pub struct FaultyGpu(Fault);

impl FaultyGpu {
    /// The GPU whose fault the environment names; none where it names none.
    ///
    /// # Errors
    /// Where there is no such fault.
    pub(crate) fn of_environment() -> Result<Option<Self>, UsageError> {
        match std::env::var(VARIABLE) {
            Ok(text) => Ok(Some(Self(text.parse()?))),
            Err(_) => Ok(None),
        }
    }
}

impl Gpus for FaultyGpu {
    fn list(&self) -> Vec<DeviceInfo> {
        match self.0 {
            Fault::ListCrash => std::process::abort(),
            Fault::ListHang => hang(),
            _ => vec![made_up()],
        }
    }

    fn open(&self, _: usize) -> Result<OpenDevice, DeviceError> {
        match self.0 {
            Fault::Refuse => Err(DeviceError::Unusable {
                name: made_up().name,
                reason: REASON.into(),
            }),
            _ => device::open(DeviceChoice::Cpu),
        }
    }

    #[allow(clippy::panic, reason = "the panic is the fault")]
    fn losses(&self, gpu: OpenDevice, lives: &mut dyn FnMut()) -> Result<Vec<f64>, TrainingError> {
        match self.0 {
            Fault::Crash => std::process::abort(),
            Fault::Hang => hang(),
            Fault::Panic => panic!("{REASON}"),
            Fault::Diverge => {
                let mut losses = Drivers.losses(gpu, lives)?;
                losses[2] *= DIVERGENCE;
                Ok(losses)
            }
            _ => Drivers.losses(gpu, lives),
        }
    }

    fn speed(
        &self,
        gpu: OpenDevice,
        budget: Duration,
        lives: &mut dyn FnMut(),
    ) -> Result<Speed, TrainingError> {
        let factor = match self.0 {
            Fault::Slow => 1.0 / FACTOR,
            _ => FACTOR,
        };
        let speed = Drivers.speed(gpu, budget, lives)?;
        Ok(Speed {
            images_per_second: factor * speed.images_per_second,
            ..speed
        })
    }

    fn budget(&self) -> Duration {
        BUDGET
    }
}

fn made_up() -> DeviceInfo {
    DeviceInfo {
        choice: DeviceChoice::Wgpu(Some(0)),
        name: "Made-up GPU".into(),
        backend: "none".into(),
        driver: "for tests".into(),
        kind: DeviceKind::DiscreteGpu,
        index: Some(0),
        software: false,
    }
}

fn hang() -> ! {
    loop {
        std::thread::sleep(Duration::from_secs(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_that_there_is_not_is_refused_by_its_name() {
        let message = "nonsense".parse::<Fault>().unwrap_err().to_string();
        assert!(message.contains("\"nonsense\""), "{message}");
        assert_eq!(FaultyGpu(Fault::None).list(), [made_up()]);
    }
}
