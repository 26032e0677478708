//! What is known of a GPU: plain data, and the words for it.

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
    /// After "while".
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

/// Speeds of the default network, batches of 64, in training steps.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Speeds {
    /// Images a second on the GPU.
    pub gpu: f64,
    /// Images a second on the CPU.
    pub cpu: f64,
    /// The threads that it had.
    pub cpu_threads: usize,
    /// Seconds of the GPU's first step, in which kernels are compiled.
    pub first_step_secs: f64,
    /// How far losses lay from the CPU's at most, as a fraction.
    pub farthest: f64,
}

impl Speeds {
    /// Images a second on the CPU with another number of threads, as far as this tells.
    pub fn cpu_with(&self, threads: usize) -> f64 {
        self.cpu * threads as f64 / self.cpu_threads.max(1) as f64
    }
}

/// Why a GPU can't be used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "problem", rename_all = "kebab-case")]
pub enum Problem {
    /// Its driver refuses.
    CantOpen {
        /// Why.
        reason: String,
    },
    /// Its driver ended the process.
    Crashed {
        /// How: a signal or an exit code.
        how: String,
        /// In what.
        during: ProbeStage,
    },
    /// It gave no sign of life.
    Hung {
        /// For so many seconds.
        seconds: f64,
        /// In what.
        during: ProbeStage,
    },
    /// It computes something else than the CPU.
    Diverged {
        /// The training step, from 1.
        step: usize,
        /// The CPU's loss.
        cpu: f64,
        /// The GPU's; none where it isn't a finite number.
        gpu: Option<f64>,
        /// How far they may lie apart, as a fraction.
        allowed: f64,
    },
    /// A run lost it, and it can't be opened again before a restart.
    Lost {
        /// Why.
        reason: String,
    },
    /// Training on it ended with an error.
    Failed {
        /// Which.
        reason: String,
        /// In what.
        during: ProbeStage,
    },
}

impl Problem {
    /// Whether it says something of the GPU, which will be so the next time too.
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
    /// It trains as the CPU does.
    Passed(Speeds),
    /// It can't be used.
    Unusable(Problem),
}

/// What is known of a device.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// The CPU, which needs no probe; its images a second where a probe has measured them.
    Cpu(Option<f64>),
    /// Nothing yet.
    NotProbed,
    /// It trains as the CPU does, and faster.
    Usable(Speeds),
    /// It trains as the CPU does, and slower.
    Slower(Speeds),
    /// It can't be used.
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
    /// As scripts read it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Cpu(_) | Self::Usable(_) => "usable",
            Self::NotProbed => "not-probed",
            Self::Slower(_) => "slower-than-the-cpu",
            Self::Unusable(_) => "unusable",
        }
    }

    /// In words.
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

    /// Its speeds, where a probe has measured them.
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
    /// What is known.
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
