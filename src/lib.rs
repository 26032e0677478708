//! Overfit Lab: a workbench to see an image classifier overfit, and to stop it.
//!
//! Dependencies point one way: `app`, `cli` → `lab` → `training` → `model`, `data` →
//! `experiment`; `disk`, the seam of all writing, knows none of them. What proves the program stands
//! on top in `proofs`, and `program` puts it beside the product's commands. ARCHITECTURE.md is the
//! map.

pub mod app;
pub mod cli;
pub mod data;
pub mod disk;
pub mod experiment;
pub mod lab;
pub mod model;
pub mod program;
pub mod proofs;
pub mod training;
