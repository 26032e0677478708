//! The window: the only place that names egui, eframe and rfd.
//!
//! The parts stand one above the other, and each may name those before it:
//!
//! - `theme`: colours, sizes and spacing;
//! - `kept`: what is kept from frame to frame, and when it is stale;
//! - `action`: what a person asked for, as plain values;
//! - `work`: threads that work for the window; `files`: what the window reads and writes itself;
//! - `commands`, `governor`, `notices`, `pictures`: what several panels share;
//! - `panels`, `plots`: values in, actions out;
//! - `prefs`: what the window remembers over a restart;
//! - `shell`: the window's state, which takes in, draws and changes;
//! - `window`: opening the window on a screen.

pub(crate) mod action;
mod commands;
mod files;
mod governor;
mod kept;
pub mod notices;
mod panels;
mod pictures;
mod plots;
pub(crate) mod prefs;
mod shell;
mod spine;
pub(crate) mod theme;
mod window;
mod work;

pub(crate) use shell::look::{DataKey, TabAnswerer};
pub use shell::{App, AppOptions};
pub use window::{RendererChoice, WindowError, WindowOptions, open_window};
pub(crate) use window::{has_display, open_window_as};
