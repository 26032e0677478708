//! Overfit Lab: a workbench to see an image classifier overfit, and to stop it.
//!
//! Dependencies point one way: `app`, `cli` → `lab` → `training` → `model`, `data` →
//! `experiment`. ARCHITECTURE.md is the map.

pub mod app;
pub mod cli;
pub mod data;
pub mod experiment;
pub mod lab;
pub mod model;
pub mod training;
