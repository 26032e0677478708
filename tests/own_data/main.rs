//! Data of the user's own, as the library and the binary read it: every format, every way of being
//! wrong.

#![allow(clippy::unwrap_used, reason = "tests")]

mod bad;
mod bad_pictures;
mod commands;
mod good;
mod make;
mod sizes;
