//! What weights answer.
//!
//! Two threads answer the window's tabs: [`inference`] has the newest weights or kept ones and a
//! picture, [`validation`] says what a run answered to its validation images. Both work on the latest
//! request (`latest`), and ask a `network`. [`ensemble`] has several runs answer together, and copies of an image. [`analysis`] makes tables of errors of answers, and [`score`] measures kept
//! weights once more, on the validation images or on the test images, or on images from `elsewhere`.

pub mod analysis;
mod elsewhere;
pub mod ensemble;
mod error;
pub mod inference;
mod latest;
mod network;
pub mod score;
pub mod validation;
