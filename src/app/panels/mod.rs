//! The panels: each gets values and returns actions; none changes anything itself.
//!
//! `forms`, `hovers`, `chart` and `tab_view` are shared; `draw`, `samples`, `errors` and `layers` are the four tabs
//! that `tabs` arranges.

mod chart;
pub mod closing;
pub mod data_dialog;
pub mod device_menu;
pub mod dialogs;
pub mod draw;
mod elided;
pub mod ensemble_dialog;
mod errors;
pub mod export;
pub mod findings;
mod forms;
pub mod held;
pub mod hovers;
pub mod kaggle;
pub mod layer_words;
pub mod layers;
pub mod menu;
pub mod plan;
pub mod presenting;
pub mod queue;
pub mod rates;
pub mod report;
pub mod runs;
mod samples;
pub mod scrubber;
pub mod strategies;
pub mod submission;
pub mod tab_view;
pub mod tabs;
pub mod toolbar;
pub mod verdict;
mod words;
