//! Tries a target with many inputs in this process. A panic is caught here; what ends the process is
//! seen by its parent (`overfit-lab selftest`).

use super::mutate::{Chance, mutated};
use super::{Outcome, Target};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

/// How long inputs are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Budget {
    /// Until so many inputs were tried.
    Inputs(u64),
    /// Until so much time is over.
    Time(Duration),
}

/// What came of some inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Inputs tried.
    pub tried: u64,
    /// Inputs that were read, and not refused.
    pub read: u64,
}

/// An input that broke a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The input's number among the inputs of its seed.
    pub number: u64,
    /// The input's bytes.
    pub bytes: Vec<u8>,
    /// The message of the panic.
    pub message: String,
}

/// Input number `number` of a target. The good files come first, as they are.
fn input(seeds: &[Vec<u8>], target: &Target, seed: u64, number: u64) -> Vec<u8> {
    match usize::try_from(number).ok().and_then(|n| seeds.get(n)) {
        Some(bytes) => bytes.clone(),
        None => {
            let mut chance = Chance::new(seed ^ number.wrapping_mul(0x2545_f491_4f6c_dd1d));
            mutated(seeds, target.shape, &mut chance)
        }
    }
}

/// The first `count` inputs of a target, to be fed to something else.
pub fn make_inputs(target: &Target, seed: u64, count: u64) -> Vec<Vec<u8>> {
    let seeds = (target.seeds)();
    (0..count)
        .map(|number| input(&seeds, target, seed, number))
        .collect()
}

/// Tries inputs from number `first` on. `before` is shown each input before it is tried, and may end
/// the trial.
///
/// # Errors
/// The first input that broke a property.
pub fn hammer(
    target: &Target,
    seed: u64,
    first: u64,
    budget: Budget,
    scratch: &Path,
    mut before: impl FnMut(u64, &[u8]) -> ControlFlow<()>,
) -> Result<Tally, Finding> {
    let seeds = (target.seeds)();
    let start = Instant::now();
    let mut tally = Tally::default();
    loop {
        let is_over = match budget {
            Budget::Inputs(count) => tally.tried >= count,
            Budget::Time(time) => start.elapsed() >= time,
        };
        let number = first + tally.tried;
        if is_over {
            return Ok(tally);
        }
        let bytes = input(&seeds, target, seed, number);
        if before(number, &bytes).is_break() {
            return Ok(tally);
        }
        let outcome = catch_unwind(AssertUnwindSafe(|| (target.check)(&bytes, scratch)));
        tally.tried += 1;
        match outcome {
            Ok(Outcome::Read) => tally.read += 1,
            Ok(Outcome::Refused) => {}
            Err(panic) => {
                let message = crate::training::panic_message(&*panic).to_owned();
                return Err(Finding {
                    number,
                    bytes,
                    message,
                });
            }
        }
    }
}
