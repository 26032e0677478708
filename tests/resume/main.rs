//! Runs taken up again: killed, stopped, damaged, in use, of a disk that fails, of old versions.

#![allow(clippy::unwrap_used, reason = "tests")]

mod faults;
mod folder;
mod intervals;
mod killed;
mod places;
mod support;
mod versions;
