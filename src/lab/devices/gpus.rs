//! What a probe asks of a machine's GPUs. In the program the graphics drivers answer ([`Drivers`]).

use crate::training::TrainingError;
use crate::training::device::{self, DeviceChoice, DeviceError, DeviceInfo, OpenDevice};
use crate::training::probe::{self, Speed};
use std::time::Duration;

/// How long each speed is measured.
const BUDGET: Duration = Duration::from_millis(1_500);

/// The GPUs of a machine, as the child process of a probe asks for them.
pub trait Gpus {
    /// The GPUs that are found.
    fn list(&self) -> Vec<DeviceInfo>;

    /// Opens the GPU of this number.
    ///
    /// # Errors
    /// Where it isn't there or refuses.
    fn open(&self, index: usize) -> Result<OpenDevice, DeviceError>;

    /// The losses of the steps that are compared with the CPU's. `lives` is called whenever the GPU
    /// has got on.
    ///
    /// # Errors
    /// Where the GPU fails.
    fn losses(&self, gpu: OpenDevice, lives: &mut dyn FnMut()) -> Result<Vec<f64>, TrainingError>;

    /// How fast an open GPU trains, measured for about this time. `lives` is called whenever the GPU
    /// has got on.
    ///
    /// # Errors
    /// Where the GPU fails.
    fn speed(
        &self,
        gpu: OpenDevice,
        budget: Duration,
        lives: &mut dyn FnMut(),
    ) -> Result<Speed, TrainingError>;

    /// How long each speed is measured, the CPU's and the GPU's.
    fn budget(&self) -> Duration;
}

/// The GPUs for which this machine has drivers.
#[derive(Clone, Copy, Debug)]
pub struct Drivers;

impl Gpus for Drivers {
    fn list(&self) -> Vec<DeviceInfo> {
        device::list_gpus().to_vec()
    }

    fn open(&self, index: usize) -> Result<OpenDevice, DeviceError> {
        device::open(DeviceChoice::Wgpu(Some(index)))
    }

    fn losses(&self, gpu: OpenDevice, lives: &mut dyn FnMut()) -> Result<Vec<f64>, TrainingError> {
        probe::losses(gpu, lives)
    }

    fn speed(
        &self,
        gpu: OpenDevice,
        budget: Duration,
        lives: &mut dyn FnMut(),
    ) -> Result<Speed, TrainingError> {
        probe::speed(gpu, budget, lives)
    }

    fn budget(&self) -> Duration {
        BUDGET
    }
}
