//! The sets of instructions that the kernels are compiled for, and which of them a process computes
//! with.

use super::tile;
use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

/// A set of instructions that the kernels are compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstructionSet {
    /// x86-64 with AVX-512F: 16 numbers a vector.
    Avx512,
    /// x86-64 with AVX2 and FMA: 8 numbers a vector.
    Avx2,
    /// 64-bit ARM: 4 numbers a vector.
    Neon,
    /// The instructions that any machine has.
    Portable,
}

/// The instructions that this process computes with, once that is decided.
static USUAL: OnceLock<InstructionSet> = OnceLock::new();

impl InstructionSet {
    const ALL: [Self; 4] = [Self::Avx512, Self::Avx2, Self::Neon, Self::Portable];

    /// The sets that this machine has, the fastest first.
    pub fn available() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|isa| isa.is_available())
    }

    /// The instructions that this process computes with: the fastest of this machine, unless
    /// [`make_usual`](Self::make_usual) has said otherwise.
    pub fn usual() -> Self {
        *USUAL.get_or_init(|| Self::available().next().unwrap_or(Self::Portable))
    }

    /// Lets this process compute with these instructions. The first caller decides, and so does the
    /// first computation.
    ///
    /// # Errors
    /// Where the machine doesn't have the instructions. The error names those that it has.
    pub fn make_usual(self) -> Result<(), InstructionSetError> {
        if !self.is_available() {
            return Err(InstructionSetError(self));
        }
        let _ = USUAL.set(self);
        Ok(())
    }

    /// Whether this machine has the instructions.
    pub fn is_available(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => is_x86_feature_detected!("avx512f"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            #[cfg(target_arch = "aarch64")]
            Self::Neon => std::arch::is_aarch64_feature_detected!("neon"),
            Self::Portable => true,
            #[allow(unreachable_patterns, reason = "which are left depends on the machine")]
            _ => false,
        }
    }

    /// The name of the instructions, for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Avx512 => "AVX-512",
            Self::Avx2 => "AVX2",
            Self::Neon => "NEON",
            Self::Portable => "portable",
        }
    }

    /// How many outputs a kernel computes together.
    pub fn block(self) -> usize {
        tile::VECTORS * self.lanes()
    }

    /// How many numbers a vector has.
    pub fn lanes(self) -> usize {
        match self {
            Self::Avx512 => 16,
            Self::Avx2 => 8,
            Self::Neon | Self::Portable => 4,
        }
    }
}

/// The name of the instructions on the command line.
impl fmt::Display for InstructionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Avx512 => "avx512",
            Self::Avx2 => "avx2",
            Self::Neon => "neon",
            Self::Portable => "portable",
        })
    }
}

impl FromStr for InstructionSet {
    type Err = UnknownInstructionSet;
    fn from_str(text: &str) -> Result<Self, UnknownInstructionSet> {
        let found = Self::ALL.into_iter().find(|isa| isa.to_string() == text);
        found.ok_or_else(|| UnknownInstructionSet { found: text.into() })
    }
}

/// A text that names no set of instructions.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {}, found {found:?}", names(InstructionSet::ALL))]
pub struct UnknownInstructionSet {
    found: String,
}

/// The machine lacks these instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this machine has no {}; it has {}", .0.label(), names(InstructionSet::available()))]
pub struct InstructionSetError(InstructionSet);

fn names(sets: impl IntoIterator<Item = InstructionSet>) -> String {
    let names: Vec<String> = sets.into_iter().map(|isa| isa.to_string()).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_what_they_show() {
        for isa in InstructionSet::ALL {
            assert_eq!(isa.to_string().parse(), Ok(isa));
        }
        for text in ["", "AVX2", "sse2"] {
            let message = text.parse::<InstructionSet>().unwrap_err().to_string();
            assert!(
                message.contains("avx512, avx2, neon, portable"),
                "{message}"
            );
        }
    }

    #[test]
    fn what_the_machine_lacks_is_refused_by_name() {
        let lacking = InstructionSet::ALL
            .into_iter()
            .find(|isa| !isa.is_available());
        // x86-64 has no NEON, and ARM no AVX.
        let message = lacking.unwrap().make_usual().unwrap_err().to_string();
        assert!(
            message.contains("it has") && message.contains("portable"),
            "{message}"
        );
    }
}
