//! What a run is: plain, typed, checked data. Depends on nothing above it.
//!
//! [`Settings`] is a draft that the window edits and the command line fills; [`Experiment`] is a
//! draft that has been checked, and the only thing that can be trained. One file an idea: the
//! settings themselves, the table that describes each of them (`setting/`), the size of what they
//! describe, changes in mid-run, presets, the check, the file format, data taken into a draft, and
//! the random streams that a seed opens.

mod change;
mod check;
mod file;
mod image_size;
mod json_words;
pub mod limits;
mod look;
mod number;
mod options;
mod preset;
mod random;
mod reading;
mod setting;
mod settings;
mod size;
mod source;
mod take_data;

pub use change::Change;
pub use check::{Experiment, ExperimentError};
pub(crate) use file::shortened;
pub use file::{FORMAT_VERSION, FileError};
pub use image_size::ImageSize;
pub(crate) use json_words::plain;
pub use look::{Frame, Ground, InkPlace, Look};
pub use number::{read_whole, whole};
pub use preset::Preset;
pub use random::Stream;
pub use reading::{Orientation, PictureReading, Placement, Polarity, ReadAs, Transparency};
pub use setting::{
    Argument, Choice, Difference, Digits, Entry, Expected, Field, Idle, Kind, Liveness, Number,
    Off, Pace, Rail, Setting, SettingError, Strategy, differences,
};
pub use settings::{
    Architecture, Augmentation, BatchNorm, DataSettings, NetworkSettings, Optimizer,
    RegularizationSettings, Schedule, Settings, TrainSize, TrainingSettings,
};
pub use size::{FIRST_CHANNELS, NetworkSize};
pub use source::{DataFacts, DataSource, FilesSource};
