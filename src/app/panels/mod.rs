//! The panels: each gets values and returns actions; none changes anything itself.

pub mod dialogs;
pub mod menu;
pub mod runs;
pub mod strategies;
pub mod toolbar;
pub mod verdict;
