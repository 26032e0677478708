//! Runs of a small network on a few digits, on the CPU.

mod changes;
mod promises;
mod resume;
mod told;
