//! What is known of a device, as plain data, and the words for it.

use crate::lab::format;
use crate::training::device::DeviceInfo;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How far a probe is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProbeStage {
    /// The GPUs are looked for.
    Listing,
    /// The CPU trains what the GPU is compared with.
    OnTheCpu,
    /// The GPU is opened.
    Opening,
    /// The GPU trains what is compared.
    Comparing,
    /// The GPU's speed is measured.
    Timing,
}

impl ProbeStage {
    /// The stage in words, to stand after "while".
    pub fn label(self) -> &'static str {
        match self {
            Self::Listing => "GPUs were looked for",
            Self::OnTheCpu => "the CPU was measured",
            Self::Opening => "it was opened",
            Self::Comparing => "it trained its first steps",
            Self::Timing => "its speed was measured",
        }
    }
}

/// How fast the default network trains with batches of 64 images, on a GPU and on the CPU.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Speeds {
    /// Images a second on the GPU.
    pub gpu: f64,
    /// Images a second on the CPU.
    pub cpu: f64,
    /// Threads of the CPU for that.
    pub cpu_threads: usize,
    /// Seconds of the GPU's first step, in which kernels are compiled.
    pub first_step_secs: f64,
    /// How far the GPU's losses lay from the CPU's at most, as a fraction of the CPU's.
    pub farthest: f64,
}

impl Speeds {
    /// Images a second on the CPU with another number of threads, if each thread adds as much as the
    /// others.
    pub fn cpu_with(&self, threads: usize) -> f64 {
        self.cpu * threads as f64 / self.cpu_threads.max(1) as f64
    }
}

/// Why a GPU can't be used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "problem", rename_all = "kebab-case")]
pub enum Problem {
    /// The GPU's driver refuses.
    CantOpen {
        /// What the driver says.
        reason: String,
    },
    /// The GPU's driver ended the process.
    Crashed {
        /// The signal or the exit code, in words.
        how: String,
        /// The stage in which that happened.
        during: ProbeStage,
    },
    /// The GPU gave no sign of life.
    Hung {
        /// How long it was silent, in seconds.
        seconds: f64,
        /// The stage in which that happened.
        during: ProbeStage,
    },
    /// The GPU computes something else than the CPU.
    Diverged {
        /// The first training step whose losses lie too far apart, from 1.
        step: usize,
        /// The CPU's loss at that step.
        cpu: f64,
        /// The GPU's loss at that step; none where it isn't a finite number.
        gpu: Option<f64>,
        /// How far the two may lie apart, as a fraction of the CPU's.
        allowed: f64,
    },
    /// A run lost the GPU, which can't be opened again before a restart.
    Lost {
        /// What the driver said when it was lost.
        reason: String,
    },
    /// Training on the GPU ended with an error.
    Failed {
        /// The error, in words.
        reason: String,
        /// The stage in which that happened.
        during: ProbeStage,
    },
}

impl Problem {
    /// Whether the problem lies with the GPU itself, so that another probe would find it again.
    pub fn is_the_gpus(&self) -> bool {
        match self {
            Self::Lost { .. } => false,
            Self::CantOpen { .. } | Self::Diverged { .. } => true,
            Self::Crashed { during, .. }
            | Self::Hung { during, .. }
            | Self::Failed { during, .. } => match during {
                ProbeStage::Listing | ProbeStage::OnTheCpu => false,
                ProbeStage::Opening | ProbeStage::Comparing | ProbeStage::Timing => true,
            },
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CantOpen { reason } => write!(f, "it can't be opened: {reason}"),
            Self::Crashed { how, during } => {
                write!(f, "its driver crashed ({how}) while {}", during.label())
            }
            Self::Hung { seconds, during } => write!(
                f,
                "it gave no sign of life for {} while {}",
                format::duration(*seconds),
                during.label()
            ),
            Self::Diverged {
                step,
                cpu,
                gpu,
                allowed,
            } => {
                let found = gpu.map_or_else(|| "no finite number".into(), format::loss);
                write!(
                    f,
                    "it computes something else than the CPU: loss {found} at step {step}, \
                     expected {} ± {}",
                    format::loss(*cpu),
                    share(*allowed)
                )
            }
            Self::Lost { reason } => write!(
                f,
                "a run lost it ({reason}); it can be used again after a restart of the program"
            ),
            Self::Failed { reason, during } => {
                write!(f, "it failed while {}: {reason}", during.label())
            }
        }
    }
}

fn share(fraction: f64) -> String {
    format!("{}%", 100.0 * fraction)
}

/// What a probe found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "kebab-case")]
pub enum ProbeResult {
    /// The GPU trains as the CPU does.
    Passed(Speeds),
    /// The GPU can't be used.
    Unusable(Problem),
}

/// What is known of a device.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// The device is the CPU, which needs no probe. Images a second are there where the probe of a GPU
    /// has measured them.
    Cpu(Option<f64>),
    /// The GPU hasn't been tried out yet.
    NotProbed,
    /// The GPU trains as the CPU does, and faster.
    Usable(Speeds),
    /// The GPU trains as the CPU does, and slower.
    Slower(Speeds),
    /// The GPU can't be used.
    Unusable(Problem),
}

impl From<Option<ProbeResult>> for Verdict {
    fn from(result: Option<ProbeResult>) -> Self {
        match result {
            None => Self::NotProbed,
            Some(ProbeResult::Passed(speeds)) if speeds.gpu > speeds.cpu => Self::Usable(speeds),
            Some(ProbeResult::Passed(speeds)) => Self::Slower(speeds),
            Some(ProbeResult::Unusable(problem)) => Self::Unusable(problem),
        }
    }
}

impl Verdict {
    /// The verdict's name, by which scripts know it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Cpu(_) | Self::Usable(_) => "usable",
            Self::NotProbed => "not-probed",
            Self::Slower(_) => "slower-than-the-cpu",
            Self::Unusable(_) => "unusable",
        }
    }

    /// The verdict in words, for a person.
    pub fn sentence(&self) -> String {
        let rate = |per_second: f64| format::whole(per_second.round() as usize);
        match self {
            Self::Cpu(None) => "usable".into(),
            Self::Cpu(Some(speed)) => format!("usable: {} images/s", rate(*speed)),
            Self::NotProbed => "not probed yet".into(),
            Self::Usable(speeds) => format!(
                "usable: {} images/s, the CPU {}; first step {}",
                rate(speeds.gpu),
                rate(speeds.cpu),
                format::duration(speeds.first_step_secs)
            ),
            Self::Slower(speeds) => format!(
                "slower than the CPU: {} images/s, the CPU {}",
                rate(speeds.gpu),
                rate(speeds.cpu)
            ),
            Self::Unusable(problem) => format!("unusable: {problem}"),
        }
    }

    /// The speeds of the GPU and the CPU, where a probe has measured them.
    pub fn speeds(&self) -> Option<&Speeds> {
        match self {
            Self::Usable(speeds) | Self::Slower(speeds) => Some(speeds),
            Self::Cpu(_) | Self::NotProbed | Self::Unusable(_) => None,
        }
    }
}

/// A device and what is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownDevice {
    /// The device.
    pub info: DeviceInfo,
    /// What is known of the device.
    pub verdict: Verdict,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_failure_is_told_apart_in_words() {
        let during = ProbeStage::Comparing;
        let problem = |problem: Problem| Verdict::Unusable(problem).sentence();
        let crashed = Problem::Crashed {
            how: "signal 11".into(),
            during,
        };
        assert_eq!(
            problem(crashed),
            "unusable: its driver crashed (signal 11) while it trained its first steps"
        );
        let diverged = Problem::Diverged {
            step: 3,
            cpu: 2.25,
            gpu: Some(2.5),
            allowed: 1e-3,
        };
        assert_eq!(
            problem(diverged),
            "unusable: it computes something else than the CPU: loss 2.500 at step 3, \
             expected 2.250 ± 0.1%"
        );
        let seconds = 60.0;
        let hung = problem(Problem::Hung { seconds, during });
        assert!(hung.contains("no sign of life for 1 m"), "{hung}");
    }

    #[test]
    fn faster_than_the_cpu_is_usable_and_slower_says_so() {
        let with = |gpu| {
            Verdict::from(Some(ProbeResult::Passed(Speeds {
                gpu,
                cpu: 3_300.0,
                cpu_threads: 2,
                first_step_secs: 2.0,
                farthest: 0.0,
            })))
        };
        assert_eq!(with(41_200.0).name(), "usable");
        let slower = with(120.0);
        assert_eq!(slower.name(), "slower-than-the-cpu");
        assert_eq!(
            slower.sentence(),
            "slower than the CPU: 120 images/s, the CPU 3,300"
        );
        assert_eq!(Verdict::from(None).name(), "not-probed");
    }
}
