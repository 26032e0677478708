//! The devices of this machine, and opening one. Asking for a device that isn't there is an error
//! that says which devices are; nothing here panics for want of a driver.
//!
//! Looking for GPUs loads their drivers into this process. A broken driver can end the process, so
//! that whoever isn't sure of the drivers asks a child process first, as `lab::devices` does.

use super::InstructionSet;
use super::gpu::{gpus, open_gpu};
use super::trainer::{MakeTrainer, Trainer, UsualTrainers};
use crate::experiment::Optimizer;
use crate::model::Weights;
use burn::tensor::Device;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// Which device a run is to use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum DeviceChoice {
    /// The fastest device that has been tried and found right; never a GPU done in software.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// The GPU of this number in the list, from 0, or the best GPU where there is no number.
    Wgpu(Option<usize>),
}

impl From<DeviceChoice> for String {
    fn from(choice: DeviceChoice) -> Self {
        choice.to_string()
    }
}

impl TryFrom<String> for DeviceChoice {
    type Error = DeviceChoiceError;
    fn try_from(text: String) -> Result<Self, DeviceChoiceError> {
        text.parse()
    }
}

/// A text that names no device.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected auto, cpu, wgpu or wgpu:NUMBER, found {found:?}")]
pub struct DeviceChoiceError {
    found: String,
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Cpu => f.write_str("cpu"),
            Self::Wgpu(None) => f.write_str("wgpu"),
            Self::Wgpu(Some(index)) => write!(f, "wgpu:{index}"),
        }
    }
}

impl FromStr for DeviceChoice {
    type Err = DeviceChoiceError;
    fn from_str(text: &str) -> Result<Self, DeviceChoiceError> {
        let expected = || DeviceChoiceError { found: text.into() };
        match text.split_once(':') {
            None => match text {
                "auto" => Ok(Self::Auto),
                "cpu" => Ok(Self::Cpu),
                "wgpu" => Ok(Self::Wgpu(None)),
                _ => Err(expected()),
            },
            Some(("wgpu", index)) => index
                .parse()
                .map(|index| Self::Wgpu(Some(index)))
                .map_err(|_| expected()),
            Some(_) => Err(expected()),
        }
    }
}

/// A device of this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceInfo {
    /// The choice that asks for this device.
    pub choice: DeviceChoice,
    /// The device's name, as its driver tells it.
    pub name: String,
    /// What computes on the device: the CPU's kernels and their instructions, or a graphics API.
    pub backend: String,
    /// The driver and its version; empty for the CPU.
    pub driver: String,
    /// What kind of device this is.
    pub kind: DeviceKind,
    /// The device's number among the GPUs; none for the CPU.
    pub index: Option<usize>,
    /// Whether the device is a GPU done in software, which is slower than the CPU and often wrong.
    pub software: bool,
}

/// The kinds of devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeviceKind {
    /// The processor.
    Cpu,
    /// A GPU with memory of its own.
    DiscreteGpu,
    /// A GPU that shares the processor's memory.
    IntegratedGpu,
    /// A GPU lent by a host.
    VirtualGpu,
    /// A GPU done in software on the processor.
    SoftwareGpu,
    /// A GPU whose driver doesn't say of what kind it is.
    Other,
}

impl DeviceKind {
    /// The kind in words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Cpu => "CPU",
            Self::DiscreteGpu => "discrete GPU",
            Self::IntegratedGpu => "integrated GPU",
            Self::VirtualGpu => "virtual GPU",
            Self::SoftwareGpu => "GPU in software",
            Self::Other => "GPU",
        }
    }
}

impl DeviceInfo {
    /// The device in one line, such as `Radeon 780M · integrated GPU · Vulkan`.
    pub fn label(&self) -> String {
        match self.kind {
            DeviceKind::Cpu => self.name.clone(),
            kind => format!("{} · {} · {}", self.name, kind.label(), self.backend),
        }
    }
}

/// A device that is ready.
#[derive(Clone, Debug)]
pub struct OpenDevice {
    /// The GPU as burn has it, without autodiff; none for the CPU.
    pub(super) gpu: Option<Device>,
    /// The device in words.
    pub description: String,
    /// What the user should know of how the device was chosen.
    pub note: Option<String>,
    /// What makes the trainers that compute on the device.
    pub(super) trainers: Arc<dyn MakeTrainer>,
}

impl OpenDevice {
    /// Whether the device is the CPU, where reading figures costs nothing at any time.
    pub fn is_cpu(&self) -> bool {
        self.gpu.is_none()
    }

    /// The same device with other trainers, which `wrap` makes of those that the device has.
    #[must_use]
    pub(crate) fn with_trainers(
        mut self,
        wrap: impl FnOnce(Arc<dyn MakeTrainer>) -> Arc<dyn MakeTrainer>,
    ) -> Self {
        self.trainers = wrap(self.trainers);
        self
    }

    /// A trainer of these weights on this device, with an optimizer that has made no step.
    pub(super) fn trainer(&self, weights: &Weights, optimizer: Optimizer) -> Box<dyn Trainer> {
        self.trainers.make(weights, optimizer, self)
    }
}

/// A device that can't be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// There is no such device.
    #[error("there is no device {choice} here: found {found}; choose one of them, or auto")]
    Missing {
        /// The device that was asked for.
        choice: DeviceChoice,
        /// The devices that there are, in words.
        found: String,
    },
    /// The device can't be opened.
    #[error("{name} can't be used: {reason}; update its driver, or choose the device cpu")]
    Unusable {
        /// The device's name.
        name: String,
        /// The reason in the words of the device's driver.
        reason: String,
    },
}

/// The GPUs of this machine. They are looked for once, which loads their drivers into this process.
pub fn list_gpus() -> &'static [DeviceInfo] {
    gpus()
}

/// Opens a device. No device is tried out here, so that [`DeviceChoice::Auto`] is the CPU.
///
/// # Errors
/// Where there is no such device, or its driver can't open it.
pub fn open(choice: DeviceChoice) -> Result<OpenDevice, DeviceError> {
    let gpu = match choice {
        // A run that needs no driver loads none.
        DeviceChoice::Auto | DeviceChoice::Cpu => return Ok(open_cpu()),
        DeviceChoice::Wgpu(Some(index)) => gpus().get(index),
        DeviceChoice::Wgpu(None) => gpus().iter().find(|gpu| !gpu.software),
    };
    open_gpu(gpu.ok_or_else(|| DeviceError::missing(choice, gpus()))?)
}

impl DeviceError {
    /// The error where a choice is neither the CPU nor one of these GPUs.
    pub fn missing(choice: DeviceChoice, gpus: &[DeviceInfo]) -> Self {
        let names: Vec<String> = gpus
            .iter()
            .map(|gpu| format!("{} ({})", gpu.choice, gpu.label()))
            .collect();
        Self::Missing {
            choice,
            found: match names.as_slice() {
                [] => "no GPU with a driver, only the device cpu".into(),
                names => format!("cpu and {}", names.join(", ")),
            },
        }
    }
}

/// The CPU as a device of so many threads.
pub fn cpu_with(threads: usize) -> DeviceInfo {
    let plural = if threads == 1 { "thread" } else { "threads" };
    DeviceInfo {
        choice: DeviceChoice::Cpu,
        name: format!("CPU · {threads} {plural}"),
        backend: format!("own kernels, {}", InstructionSet::usual().label()),
        driver: String::new(),
        kind: DeviceKind::Cpu,
        index: None,
        software: false,
    }
}

fn open_cpu() -> OpenDevice {
    OpenDevice {
        gpu: None,
        trainers: Arc::new(UsualTrainers),
        description: cpu_with(rayon::current_num_threads()).label(),
        note: None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    #[test]
    fn choices_read_back_what_they_show() {
        for choice in [
            DeviceChoice::Auto,
            DeviceChoice::Cpu,
            DeviceChoice::Wgpu(None),
            DeviceChoice::Wgpu(Some(3)),
        ] {
            assert_eq!(choice.to_string().parse(), Ok(choice));
        }
        for text in ["", "gpu", "wgpu:", "wgpu:-1", "cpu:0", "WGPU"] {
            let message = text.parse::<DeviceChoice>().unwrap_err().to_string();
            assert!(message.contains(&format!("{text:?}")), "{message}");
        }
    }

    /// A machine with GPUs of these kinds.
    pub(in crate::training) fn machine(kinds: &[DeviceKind]) -> Vec<DeviceInfo> {
        kinds
            .iter()
            .enumerate()
            .map(|(index, &kind)| DeviceInfo {
                choice: DeviceChoice::Wgpu(Some(index)),
                name: format!("GPU {index}"),
                backend: "Vulkan".into(),
                driver: String::new(),
                kind,
                index: Some(index),
                software: kind == DeviceKind::SoftwareGpu,
            })
            .collect()
    }

    #[test]
    fn a_missing_gpu_is_an_error_that_says_what_there_is() {
        let check = |choice, kinds: &[DeviceKind], expected: &str| {
            let message = DeviceError::missing(choice, &machine(kinds)).to_string();
            assert!(message.contains(expected), "{message}");
        };
        let software = [DeviceKind::SoftwareGpu];
        check(DeviceChoice::Wgpu(None), &[], "only the device cpu");
        check(DeviceChoice::Wgpu(None), &software, "GPU in software");
        check(DeviceChoice::Wgpu(Some(1)), &software, "no device wgpu:1");
    }

    #[test]
    fn the_cpu_is_always_there_and_no_gpu_is_taken_unasked() {
        for choice in [DeviceChoice::Cpu, DeviceChoice::Auto] {
            let device = open(choice).unwrap();
            assert!(device.is_cpu() && device.note.is_none());
            assert!(device.description.starts_with("CPU · "));
        }
    }
}
