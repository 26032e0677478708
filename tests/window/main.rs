//! The window without a screen, used by role and label as a person uses it.

#![allow(clippy::unwrap_used, reason = "tests")]

mod closing;
mod compare;
mod curves;
mod data;
mod device_menu;
mod dialogs;
mod draw;
mod elsewhere;
mod ensembles;
mod faults;
mod first_minute;
mod groups;
mod harness;
mod hidden;
mod hovers;
mod kept;
mod notices;
mod pictures;
mod queue;
mod raster;
mod rates;
mod resume;
mod still;
mod suggestions;
#[path = "../support/mod.rs"]
mod support;
mod sweeps;
mod tabs;
