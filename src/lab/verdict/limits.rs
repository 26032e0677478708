//! The limits of the verdict's rule, each with the reason for it. Losses are compared as
//! logarithms, so that a limit of 0.01 is about one percent.

/// The smallest loss. Lower ones count as this one, since logarithms need a floor.
pub const SMALLEST_LOSS: f64 = 1e-12;
/// How many epochs there must be before anything is said.
pub const FIRST_VERDICT: usize = 3;

// When validation counts as worse.

/// The least rise of the validation loss that counts as worse, however smooth the curve.
pub const LEAST_RISE: f64 = 0.08;
/// Where training errs nearly as much as validation, validation must also err more than at its best
/// by this part: a network that is too simple grows too confident without memorizing.
pub const MORE_ERRORS: f64 = 0.2;
/// How many scatters a rise must have to count: the smoothed loss of a flat curve of 100 epochs
/// wanders up to three above its minimum.
pub const RISE_SCATTERS: f64 = 3.0;
/// How far training loss must have fallen while validation got worse: by so much, and by so many
/// scatters.
pub const FALL_MEANWHILE: (f64, f64) = (0.05, 2.5);
/// Training has nothing left to lose when its loss is below this part of validation's.
pub const NOTHING_LEFT: f64 = 0.01;

// When a curve stands still.

/// Validation stands still when, at its pace, as many epochs again would gain less than this part.
pub const GAIN_WORTH_WAITING: f64 = 0.15;
/// The pace per epoch within which validation stands still lies within these bounds.
pub const STILL_PACE: (f64, f64) = (0.002, 0.006);
/// Where training runs away from validation, validation also stands still when it gains less than
/// this part of what training gains.
pub const FOLLOWS: f64 = 0.1;
/// The highest pace per epoch at which validation stands still while training runs away from it.
pub const LEFT_PACE: f64 = 0.016;
/// How many errors of a pace make it sure.
pub const SURE: f64 = 2.5;
/// How many errors of a pace make it sure where both curves show it.
pub const SURE_TOGETHER: f64 = 1.5;
/// The fewest and the most epochs over which a pace is taken: over fewer it means nothing, over
/// more it is history.
pub const STRETCH: (usize, usize) = (5, 30);
/// How many epochs there must be before a curve can be said to stand still: fewer don't show its
/// scatter.
pub const FIRST_STILL: usize = 8;
/// The range within which a validation loss hasn't moved at all, so that no patience is needed. A
/// minimum that is lower by less than this is no new one.
pub const MOTIONLESS: f64 = 0.001;
/// How many epochs running validation must stand still to be believed.
pub const STILL_EPOCHS: usize = 2;
/// How many epochs running validation must stand still where training runs away from it but still
/// has much of its own error left to lose.
pub const LEFT_EPOCHS: usize = 4;
/// How many epochs running validation must stand still for there to be no doubt.
pub const LONG_STILL: usize = 8;
/// How many epochs without a new minimum (at least a third of the run) make waiting senseless,
/// however scattered the curve.
pub const PATIENCE: usize = 20;

// When a gap is small.

/// How many standard errors a gap may have and still be noise.
pub const GAP_ERRORS: f64 = 2.0;
/// The part of the validation error up to which a gap is small: training errs at least half as
/// often.
pub const SMALL_GAP: f64 = 0.5;
/// The part of the validation error up to which a gap is no sign of memorizing where training
/// stands still too.
pub const FAIR_GAP: f64 = 0.7;
/// The part of the validation error from which a gap leaves training hardly an error of its own.
pub const WHOLE_GAP: f64 = 0.9;
/// How far training loss must fall over the stretch to go on falling.
pub const TRAINING_FALL: f64 = 0.2;

// When a network underfits.

/// The training error that is much where validation stands still while training accuracy rises.
pub const MUCH_WHILE_RISING: f64 = 0.05;
/// The training error that is much where both curves stand still.
pub const MUCH_AT_REST: f64 = 0.10;
/// The training error that is much where validation still gains, but training is further from done
/// than twice its epochs.
pub const MUCH_WHILE_IMPROVING: f64 = 0.15;
/// The training error below which it is no longer much.
pub const LITTLE: f64 = 0.04;
/// A validation loss that falls faster than this an epoch is improving, however much is left.
pub const FAST_PACE: f64 = 0.03;
