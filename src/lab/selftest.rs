//! The program breaks itself on purpose, to show what it promises.

pub mod kills;

pub use kills::{KillFigures, Killed, kills};
