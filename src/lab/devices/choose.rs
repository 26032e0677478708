//! The choice of a run's device, with its reason.

use super::verdict::{KnownDevice, Speeds, Verdict};
use super::{Devices, Known, ProbeStage};
use crate::experiment::{Preset, Settings};
use crate::lab::estimate;
use crate::training::device::{self, DeviceChoice, DeviceError, DeviceInfo, OpenDevice};

/// Steps with less than this share of the default network's multiplications go to the CPU. A GPU
/// would spend most of its time waiting for the next of such steps.
const SMALL: f64 = 0.05;

/// What is to be computed, and where.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wish {
    /// What was asked for.
    pub choice: DeviceChoice,
    /// Multiplications of a training step, as a share of those of the default network with batches of
    /// 64 images.
    pub size: f64,
    /// Whether automatic choice may try out a GPU of which nothing is known. A GPU that is named is
    /// always tried out.
    pub may_probe: bool,
}

/// The multiplications of a training step of these settings, as a share of those of the default
/// network with batches of 64; 1 where the settings don't tell.
pub fn size_of_step(settings: &Settings) -> f64 {
    let usual = estimate::step_multiplications(&Preset::Default.settings());
    match (estimate::step_multiplications(settings), usual) {
        (Some(size), Some(usual)) if usual > 0.0 => size / usual,
        _ => 1.0,
    }
}

/// A device that can be trusted, not yet open.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    /// What opens the device.
    pub choice: DeviceChoice,
    /// Why this device was chosen, where it isn't just what was asked for.
    pub note: Option<String>,
    /// The GPU that was tried out; none where the CPU was chosen.
    gpu: Option<DeviceInfo>,
    /// Whether the CPU computes where the GPU can't be opened after all.
    may_be_cpu: bool,
}

impl Chosen {
    fn cpu(note: impl Into<Option<String>>) -> Self {
        Self {
            choice: DeviceChoice::Cpu,
            note: note.into(),
            gpu: None,
            may_be_cpu: true,
        }
    }

    fn gpu(gpu: &DeviceInfo, note: Option<String>, may_be_cpu: bool) -> Self {
        Self {
            choice: gpu.choice,
            note,
            gpu: Some(gpu.clone()),
            may_be_cpu,
        }
    }

    /// The GPU that was chosen; none where the CPU was.
    pub(super) fn opened_gpu(&self) -> Option<&DeviceInfo> {
        self.gpu.as_ref()
    }

    /// Opens the device in this process. A GPU that automatic choice took and that can't be opened after
    /// all gives way to the CPU.
    ///
    /// # Errors
    /// Where a GPU that was named can't be opened, or another one has its number by now.
    pub fn open(&self) -> Result<OpenDevice, DeviceError> {
        let opened = match &self.gpu {
            Some(expected) => open_gpu(expected),
            None => device::open(self.choice),
        };
        let mut device = match opened {
            Ok(device) => device,
            Err(err) if self.may_be_cpu => {
                let mut cpu = device::open(DeviceChoice::Cpu)?;
                cpu.note = Some(format!("the CPU computes: {err}"));
                return Ok(cpu);
            }
            Err(err) => return Err(err),
        };
        device.note.clone_from(&self.note);
        Ok(device)
    }
}

fn open_gpu(expected: &DeviceInfo) -> Result<OpenDevice, DeviceError> {
    let found = expected.index.and_then(|i| device::list_gpus().get(i));
    if found != Some(expected) {
        return Err(DeviceError::Unusable {
            name: expected.name.clone(),
            reason: "it isn't the GPU any more that was tried out; look for devices again".into(),
        });
    }
    device::open(expected.choice)
}

impl Devices {
    /// Chooses the device for a wish. GPUs that must be tried out first are, and only a device that
    /// can be trusted is taken. `tell` hears which GPU is being tried out, and how far that is. Where
    /// `is_cancelled` says so meanwhile, the CPU is chosen.
    ///
    /// # Errors
    /// Where a device that was named isn't there or can't be used.
    pub fn choose(
        &self,
        wish: Wish,
        tell: &mut dyn FnMut(&DeviceInfo, ProbeStage),
        is_cancelled: &dyn Fn() -> bool,
    ) -> Result<Chosen, DeviceError> {
        match wish.choice {
            // No driver is woken where none is needed.
            DeviceChoice::Cpu => return Ok(Chosen::cpu(None)),
            DeviceChoice::Auto if wish.size < SMALL => {
                return Ok(Chosen::cpu(
                    "the CPU computes: a network this small is faster there".to_owned(),
                ));
            }
            DeviceChoice::Auto | DeviceChoice::Wgpu(_) => {}
        }
        let mut known = self.known();
        for device in &mut known.devices {
            if device.verdict == Verdict::NotProbed && must_probe(wish, &device.info) {
                let gpu = device.info.clone();
                let result = self.probe(&gpu, &mut |stage| tell(&gpu, stage), is_cancelled);
                if is_cancelled() {
                    return Ok(Chosen::cpu(None));
                }
                device.verdict = result.into();
            }
        }
        decide(wish, &known, self.threads.count())
    }
}

fn must_probe(wish: Wish, gpu: &DeviceInfo) -> bool {
    match wish.choice {
        DeviceChoice::Cpu => false,
        DeviceChoice::Auto => wish.may_probe && !gpu.software,
        DeviceChoice::Wgpu(None) => !gpu.software,
        DeviceChoice::Wgpu(index) => gpu.index == index,
    }
}

/// Chooses by what is known, without another probe.
fn decide(wish: Wish, known: &Known, threads: usize) -> Result<Chosen, DeviceError> {
    let gpus: Vec<&KnownDevice> = known
        .devices
        .iter()
        .filter(|device| device.info.index.is_some())
        .collect();
    let missing = || {
        let infos: Vec<_> = gpus.iter().map(|gpu| gpu.info.clone()).collect();
        DeviceError::missing(wish.choice, &infos)
    };
    match wish.choice {
        DeviceChoice::Cpu => Ok(Chosen::cpu(None)),
        DeviceChoice::Auto => Ok(automatic(wish, known, &gpus, threads)),
        DeviceChoice::Wgpu(Some(index)) => {
            let gpu = gpus.iter().find(|gpu| gpu.info.index == Some(index));
            named(gpu.ok_or_else(missing)?)
        }
        DeviceChoice::Wgpu(None) => {
            let hardware = || gpus.iter().filter(|gpu| !gpu.info.software);
            match fastest(hardware().copied()) {
                Some((gpu, _)) => named(gpu),
                None => named(hardware().next().ok_or_else(missing)?),
            }
        }
    }
}

/// The GPU that the user asked for, as far as it can be used.
fn named(gpu: &KnownDevice) -> Result<Chosen, DeviceError> {
    let note = match &gpu.verdict {
        Verdict::Unusable(problem) => {
            return Err(DeviceError::Unusable {
                name: gpu.info.name.clone(),
                reason: problem.to_string(),
            });
        }
        Verdict::NotProbed => {
            return Err(DeviceError::Unusable {
                name: gpu.info.name.clone(),
                reason: "it could not be tried out".into(),
            });
        }
        Verdict::Slower(_) => Some(format!("{} is {}", gpu.info.name, gpu.verdict.sentence())),
        Verdict::Usable(_) | Verdict::Cpu(_) => None,
    };
    Ok(Chosen::gpu(&gpu.info, note, false))
}

fn automatic(wish: Wish, known: &Known, gpus: &[&KnownDevice], threads: usize) -> Chosen {
    let hardware = || gpus.iter().filter(|gpu| !gpu.info.software).copied();
    let Some((gpu, speeds)) = fastest(hardware()) else {
        return Chosen::cpu(why_no_gpu(known, hardware().next()));
    };
    let verdict = gpu.verdict.sentence();
    // A smaller step than the default network's isn't known to be quicker on a GPU.
    if speeds.gpu * wish.size.min(1.0) > speeds.cpu_with(threads) {
        Chosen::gpu(
            &gpu.info,
            Some(format!("{}: {verdict}", gpu.info.name)),
            true,
        )
    } else if gpu.verdict.name() == "usable" {
        Chosen::cpu(format!(
            "the CPU computes: it is faster for a network of this size ({}: {verdict})",
            gpu.info.name
        ))
    } else {
        Chosen::cpu(format!("the CPU computes: {} is {verdict}", gpu.info.name))
    }
}

fn why_no_gpu(known: &Known, first: Option<&KnownDevice>) -> String {
    match (&known.problem, first) {
        (Some(problem), _) => format!("the CPU computes: GPUs can't be looked for: {problem}"),
        (None, None) => "no GPU was found, so the CPU computes".into(),
        (None, Some(gpu)) => format!(
            "the CPU computes: {} is {}",
            gpu.info.name,
            gpu.verdict.sentence()
        ),
    }
}

/// The fastest of the GPUs that have passed their probe, with its speeds.
fn fastest<'a>(gpus: impl Iterator<Item = &'a KnownDevice>) -> Option<(&'a KnownDevice, Speeds)> {
    gpus.filter_map(|gpu| Some((gpu, *gpu.verdict.speeds()?)))
        .max_by(|(_, one), (_, other)| one.gpu.total_cmp(&other.gpu))
}

#[cfg(test)]
mod tests {
    use super::super::verdict::Problem;
    use super::*;
    use crate::training::device::DeviceKind;
    use DeviceKind::{DiscreteGpu, IntegratedGpu, SoftwareGpu};

    const NOT_PROBED: Verdict = Verdict::NotProbed;

    /// The verdict on a GPU that has passed with so many images a second, where the CPU has 1,000
    /// with two threads.
    fn passed(gpu: f64) -> Verdict {
        let speeds = Speeds {
            gpu,
            cpu: 1_000.0,
            cpu_threads: 2,
            first_step_secs: 1.0,
            farthest: 0.0,
        };
        Some(super::super::ProbeResult::Passed(speeds)).into()
    }

    fn unusable() -> Verdict {
        Verdict::Unusable(Problem::CantOpen {
            reason: "it is asleep".into(),
        })
    }

    fn machine(gpus: &[(DeviceKind, Verdict)]) -> Known {
        let gpus = gpus.iter().enumerate().map(|(index, (kind, verdict))| {
            let info = DeviceInfo {
                choice: DeviceChoice::Wgpu(Some(index)),
                name: format!("GPU {index}"),
                backend: "Vulkan".into(),
                driver: String::new(),
                kind: *kind,
                index: Some(index),
                software: *kind == SoftwareGpu,
            };
            KnownDevice {
                info,
                verdict: verdict.clone(),
            }
        });
        let cpu = KnownDevice {
            info: device::cpu_with(2),
            verdict: Verdict::Cpu(None),
        };
        Known {
            devices: std::iter::once(cpu).chain(gpus).collect(),
            problem: None,
        }
    }

    fn wish(choice: DeviceChoice, size: f64) -> Wish {
        Wish {
            choice,
            size,
            may_probe: true,
        }
    }

    #[test]
    fn automatic_choice_takes_the_fastest_that_passed_and_says_why() {
        let check = |gpus: &[(DeviceKind, Verdict)], size, expected: Option<usize>, why: &str| {
            let chosen = decide(wish(DeviceChoice::Auto, size), &machine(gpus), 2).unwrap();
            let choice = expected.map_or(DeviceChoice::Cpu, |i| DeviceChoice::Wgpu(Some(i)));
            let note = chosen.note.unwrap();
            assert_eq!(chosen.choice, choice, "{note}");
            assert!(note.contains(why), "{note}");
        };
        let two = [(IntegratedGpu, passed(2e3)), (DiscreteGpu, passed(4e4))];
        check(&two, 1.0, Some(1), "40,000 images/s, the CPU 1,000");
        check(&two, 0.05, Some(1), "40,000");
        // 2,000 a second of a tenth of the size is fewer than 1,000 of the whole.
        check(&two[..1], 0.1, None, "faster for a network of this size");
        check(&[(DiscreteGpu, passed(500.0))], 1.0, None, "slower than");
        check(&[(DiscreteGpu, unusable())], 1.0, None, "it is asleep");
        check(&[(DiscreteGpu, NOT_PROBED)], 1.0, None, "not probed yet");
        check(&[(SoftwareGpu, passed(4e4))], 1.0, None, "no GPU was found");
        check(&[], 1.0, None, "no GPU was found");
    }

    #[test]
    fn more_threads_than_the_probe_had_count() {
        let gpus = machine(&[(IntegratedGpu, passed(2e3))]);
        let auto = wish(DeviceChoice::Auto, 1.0);
        let choice = |threads| decide(auto, &gpus, threads).unwrap().choice;
        assert_eq!(choice(2), DeviceChoice::Wgpu(Some(0)));
        assert_eq!(choice(8), DeviceChoice::Cpu);
    }

    #[test]
    fn a_named_gpu_is_used_if_it_can_be_and_else_an_error() {
        let gpus = machine(&[
            (DiscreteGpu, unusable()),
            (SoftwareGpu, passed(20.0)),
            (IntegratedGpu, passed(5e3)),
        ]);
        let choose = |choice| decide(wish(choice, 1e-3), &gpus, 2);
        let error = choose(DeviceChoice::Wgpu(Some(0))).unwrap_err().to_string();
        assert!(
            error.contains("GPU 0") && error.contains("asleep"),
            "{error}"
        );
        let slow = choose(DeviceChoice::Wgpu(Some(1))).unwrap();
        assert!(slow.note.unwrap().contains("slower than the CPU"));
        let best = choose(DeviceChoice::Wgpu(None)).unwrap();
        assert_eq!(best.choice, DeviceChoice::Wgpu(Some(2)));
        assert!(choose(DeviceChoice::Wgpu(Some(3))).is_err());
        let none = decide(wish(DeviceChoice::Wgpu(None), 1.0), &machine(&[]), 2);
        assert!(
            none.unwrap_err()
                .to_string()
                .contains("only the device cpu")
        );
    }

    #[test]
    fn small_steps_are_told_by_their_multiplications() {
        let size = |preset: Preset| size_of_step(&preset.settings());
        assert!((size(Preset::Default) - 1.0).abs() < 1e-9);
        assert!(size(Preset::Linear) < SMALL && size(Preset::Dense) < SMALL);
        assert!(size(Preset::FirstLook) > 0.5);
        let mut wide = Preset::Default.settings();
        wide.training.batch_size = 256;
        assert!((size_of_step(&wide) - 4.0).abs() < 1e-9);
    }
}
