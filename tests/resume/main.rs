//! Runs taken up again: killed, stopped, damaged, in use.

#![allow(clippy::unwrap_used, reason = "tests")]

mod killed;
