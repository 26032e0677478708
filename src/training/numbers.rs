//! On what the figures of a run rest beside its experiment and its data.

use overfit_kernels::InstructionSet;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The version of the arithmetic. It is raised with every change of the program after which an
/// experiment on the CPU gives other figures than before, if only in their last digits.
const VERSION: u32 = 1;

/// On what the figures of a run on the CPU rest beside its experiment and its data. Where all three
/// are the same, the figures are the same to the bit. A GPU adds in no fixed order, so its figures
/// have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numbers {
    version: u32,
    rounding: Rounding,
}

/// How a product and the sum that it is added to are rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Rounding {
    /// Both are rounded at once.
    Fused,
    /// One is rounded after the other.
    Twice,
}

impl Numbers {
    /// The numbers of this program with the instructions that this process computes with.
    pub fn of_this_process() -> Self {
        Self {
            version: VERSION,
            rounding: match InstructionSet::usual() {
                InstructionSet::Avx512 | InstructionSet::Avx2 | InstructionSet::Neon => {
                    Rounding::Fused
                }
                InstructionSet::Portable => Rounding::Twice,
            },
        }
    }
}

impl fmt::Display for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rounding = match self.rounding {
            Rounding::Fused => "products and sums rounded at once",
            Rounding::Twice => "products and sums rounded one after the other (--kernels portable)",
        };
        write!(f, "version {} of the arithmetic, {rounding}", self.version)
    }
}
