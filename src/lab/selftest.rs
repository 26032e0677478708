//! The program breaks itself on purpose, to show what it promises.

pub mod kills;
pub mod soak;

pub use kills::{KillFigures, Killed, kills};
pub use soak::{SoakFigures, soak};
