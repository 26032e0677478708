//! Runs taken up again through the engine: after a disk that failed, from within an epoch, without
//! the device that they had.

mod compared;
mod faults;
mod intervals;
mod lost;
mod weights;
