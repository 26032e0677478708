//! The panels: each gets values and returns actions; none changes anything itself.

pub mod closing;
pub mod data_dialog;
pub mod device_menu;
pub mod dialogs;
pub mod draw;
pub mod errors;
pub mod export;
pub mod forms;
pub mod layers;
pub mod menu;
pub mod runs;
pub mod samples;
pub mod scrubber;
pub mod strategies;
pub mod submission;
pub mod tabs;
pub mod toolbar;
pub mod verdict;
