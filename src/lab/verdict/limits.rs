//! The limits of the verdict's rule, each with its reason. Losses are compared as logarithms: a
//! limit of 0.01 is about one percent.

/// Losses below this are all "zero": logarithms need a floor.
pub const SMALLEST_LOSS: f64 = 1e-12;
/// Epochs before anything is said.
pub const FIRST_VERDICT: usize = 3;

// Worse.

/// A rise of the validation loss by less than this is never "worse", however smooth the curve…
pub const LEAST_RISE: f64 = 0.08;
/// …and where training errs nearly as much as validation, validation must also err more than at
/// its best by this part: a network that is too simple grows too confident without memorizing.
pub const MORE_ERRORS: f64 = 0.2;
/// A rise counts from this many scatters: the smoothed loss of a flat curve of 100 epochs wanders
/// up to three above its minimum.
pub const RISE_SCATTERS: f64 = 3.0;
/// While validation got worse, training loss must have fallen by this, and by as many scatters.
pub const FALL_MEANWHILE: (f64, f64) = (0.05, 2.5);
/// Training has nothing left to lose when its loss is below this part of validation's.
pub const NOTHING_LEFT: f64 = 0.01;

// Still.

/// Validation stands still when, at its pace, as many epochs again would gain less than this part…
pub const GAIN_WORTH_WAITING: f64 = 0.15;
/// …within these bounds of the pace, per epoch…
pub const STILL_PACE: (f64, f64) = (0.002, 0.006);
/// …or, where training runs away from it, less than this part of what training gains…
pub const FOLLOWS: f64 = 0.1;
/// …up to this pace.
pub const LEFT_PACE: f64 = 0.016;
/// A pace is sure beyond this many of its errors…
pub const SURE: f64 = 2.5;
/// …or beyond this many where both curves show it.
pub const SURE_TOGETHER: f64 = 1.5;
/// Epochs of a stretch over which a pace is taken: below five it means nothing, above thirty it
/// is history.
pub const STRETCH: (usize, usize) = (5, 30);
/// Epochs before a curve can be said to stand still: fewer don't show its scatter.
pub const FIRST_STILL: usize = 8;
/// A validation loss that never moved by more than this needs no such patience, and a minimum
/// lower by less is no new one.
pub const MOTIONLESS: f64 = 0.001;
/// Epochs running that it must stand still to be believed…
pub const STILL_EPOCHS: usize = 2;
/// …or where training runs away but still has much of its own error left to lose.
pub const LEFT_EPOCHS: usize = 4;
/// Epochs running after which there is no doubt of it.
pub const LONG_STILL: usize = 8;
/// Epochs without a new minimum (at least a third of the run) after which waiting has no sense,
/// however scattered the curve.
pub const PATIENCE: usize = 20;

// The gap.

/// A gap is noise within this many standard errors.
pub const GAP_ERRORS: f64 = 2.0;
/// A gap is small up to this part of the validation error: training errs at least half as often.
pub const SMALL_GAP: f64 = 0.5;
/// Where training stands still too, a gap up to this part is no sign of memorizing.
pub const FAIR_GAP: f64 = 0.7;
/// Beyond this part, training has hardly an error left of its own.
pub const WHOLE_GAP: f64 = 0.9;
/// Training loss goes on falling when it falls by at least this over the stretch.
pub const TRAINING_FALL: f64 = 0.2;

// Underfitting.

/// Training error that is much, when validation stands still while training accuracy rises…
pub const MUCH_WHILE_RISING: f64 = 0.05;
/// …when both stand still…
pub const MUCH_AT_REST: f64 = 0.10;
/// …and when validation still gains, but training is further from done than twice its epochs.
pub const MUCH_WHILE_IMPROVING: f64 = 0.15;
/// Training error from which it is no longer much.
pub const LITTLE: f64 = 0.04;
/// A validation loss that falls faster than this an epoch is improving, however much is left.
pub const FAST_PACE: f64 = 0.03;
