//! Devices: which there are, and opening one. Asking for a device that isn't there is an error
//! that says what is; nothing here panics for want of a driver.
//!
//! Drivers are woken in this process here. A broken one can end it, so whoever isn't sure of them
//! asks a child process first, as `lab::devices` does.

use super::InstructionSet;
use super::gpu::{gpus, open_gpu};
use burn::tensor::Device;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Which device a run shall use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum DeviceChoice {
    /// The fastest that has been tried and found right. Never a GPU done in software.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// A GPU: the one of this number in the list, or the best.
    Wgpu(Option<usize>),
}

impl From<DeviceChoice> for String {
    fn from(choice: DeviceChoice) -> Self {
        choice.to_string()
    }
}

impl TryFrom<String> for DeviceChoice {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
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
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || format!("expected auto, cpu, wgpu or wgpu:NUMBER, found {text:?}");
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
    /// What chooses it.
    pub choice: DeviceChoice,
    /// Its name, as its driver has it.
    pub name: String,
    /// What computes on it: the CPU's kernels and their instructions, or a graphics API.
    pub backend: String,
    /// The driver and its version, where there is one.
    pub driver: String,
    /// What it is.
    pub kind: DeviceKind,
    /// Its number among the GPUs, none for the CPU.
    pub index: Option<usize>,
    /// Whether it is a GPU done in software, which is slower than the CPU and often wrong.
    pub software: bool,
}

/// What a device is.
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
    /// One that doesn't say.
    Other,
}

impl DeviceKind {
    /// In words.
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
    /// In one line: `Radeon 780M · integrated GPU · Vulkan`.
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
    /// In words.
    pub description: String,
    /// What the user should know of how it was chosen.
    pub note: Option<String>,
    /// For tests: the step after which it is lost.
    pub(super) lost_after: Option<u64>,
}

impl OpenDevice {
    /// Whether it is the CPU, where figures can be read at any time for nothing.
    pub fn is_cpu(&self) -> bool {
        self.gpu.is_none()
    }

    /// The same device, lost after so many training steps: for tests of what happens then.
    #[must_use]
    pub fn lost_after(self, steps: u64) -> Self {
        Self {
            lost_after: Some(steps),
            ..self
        }
    }
}

/// A device that can't be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// There is no such device.
    #[error("there is no device {choice} here: found {found}; choose one of them, or auto")]
    Missing {
        /// What was asked for.
        choice: DeviceChoice,
        /// What there is.
        found: String,
    },
    /// The device can't be opened.
    #[error("{name} can't be used: {reason}; update its driver, or choose the device cpu")]
    Unusable {
        /// Its name.
        name: String,
        /// What its driver says.
        reason: String,
    },
}

/// The GPUs of this machine, looked for once a process. Their drivers are woken in this process.
pub fn list_gpus() -> &'static [DeviceInfo] {
    gpus()
}

/// Opens a device. Nothing is tried out here, so [`DeviceChoice::Auto`] is the CPU.
///
/// # Errors
/// Where there is no such device, or its driver refuses.
pub fn open(choice: DeviceChoice) -> Result<OpenDevice, DeviceError> {
    let gpu = match choice {
        // No driver is woken for a run that needs none.
        DeviceChoice::Auto | DeviceChoice::Cpu => return Ok(open_cpu()),
        DeviceChoice::Wgpu(Some(index)) => gpus().get(index),
        DeviceChoice::Wgpu(None) => gpus().iter().find(|gpu| !gpu.software),
    };
    open_gpu(gpu.ok_or_else(|| DeviceError::missing(choice, gpus()))?)
}

impl DeviceError {
    /// There is no such device among these GPUs and the CPU.
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

/// The CPU with so many threads.
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
        lost_after: None,
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
            let message = text.parse::<DeviceChoice>().unwrap_err();
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
