//! The limits of the verdict's rule, each with its reason. Losses are compared as ratios, so that a
//! limit of 0.05 is 5%. They were chosen on runs that `bench verdict --part tune` trains; none of them
//! is sharp: half as much again moves the scores by a percent or two.

/// How many epochs there must be before anything is said.
pub const FIRST_VERDICT: usize = 3;
/// After how many epochs a run of which nothing could be said yet is unclear: the first epochs jump most.
pub const LAST_TOO_EARLY: usize = 7;
/// How many epochs are taken together wherever a level is asked for: a single epoch is a jump.
pub const TOGETHER: usize = 3;
/// How many epochs the lowest loss must lie back before a rise is looked at.
pub const SINCE_LOWEST: usize = 3;

/// The least rise over the lowest loss that counts. A rise of 10% is overfitting beyond doubt, and
/// whoever waits for all of it is late.
pub const RISE: f64 = 0.07;
/// The least rise of the level, which neither one bad nor one lucky epoch moves.
pub const LEVEL_RISE: f64 = 0.07;
/// The least rise of a network that is too simple: such a one grows too confident without learning
/// anything by heart.
pub const RISE_OF_SIMPLE: f64 = 0.12;
/// How many standard errors of both noises a rise must have where training errs less than a tenth as often
/// as validation, so that a rise is what one expects, and how many where it errs more often: then a rise
/// is mostly a jump of a run that goes on improving.
pub const RISE_ERRORS: (f64, f64) = (0.7, 1.75);
/// How many standard errors by the choice of validation images a rise must have at least, whatever one
/// expects: ten images prove nothing.
pub const RISE_ERRORS_OF_IMAGES: f64 = 1.25;
/// The share of the validation error that the gap has where a rise is what one expects.
pub const LARGE_GAP: f64 = 0.9;
/// The rise from which an improving run is in doubt.
pub const DOUBT: f64 = 0.06;
/// The rise of each of so many last epochs from which an improving run is in doubt at once.
pub const EXPLODED: (f64, usize) = (0.5, 2);
/// The rise from which a run that stood still is in doubt.
pub const DOUBT_AT_REST: f64 = 0.09;

/// The least fall over three epochs that is worth training for: 4.5%.
pub const FALL: f64 = 0.045;
/// How many standard errors a fall must have.
pub const FALL_ERRORS: f64 = 1.0;
/// How far above its lowest the loss may be and still be falling.
pub const NEAR: f64 = 0.03;
/// The least fall over three epochs of a run that was in doubt or at rest and improves again.
pub const FALL_AGAIN: f64 = 0.09;
/// How many standard errors a fall must have where something else was said before: a second change of mind
/// must be surer than the first.
pub const FALL_ERRORS_AGAIN: f64 = 3.0;
/// How far below the lowest loss of before a run must come that improves again.
pub const NEW_LOWEST: f64 = 0.05;

/// How far above its lowest the mean loss of the last epochs may be and still stand still.
pub const STILL: f64 = 0.05;
/// How far above its lowest each single loss may be and still stand still, for so many epochs.
pub const STILL_RANGE: (f64, usize) = (0.06, 5);
/// The fall over three epochs up to which a loss stands still: a little more than [`FALL`], so that no
/// curve is between the two for long.
pub const STILL_FALL: f64 = 1.2 * FALL;

/// The part of the training loss at the lowest validation loss below which training has gone on.
pub const WENT_ON: f64 = 0.97;
/// The part of its loss that training has left where it learned by heart while validation stood still.
pub const LEARNED: f64 = 0.4;
/// The share of the validation error that the gap must have where training learns by heart.
pub const GAP: f64 = 1.0 / 3.0;
/// How many standard errors of the validation accuracy the gap must have there.
pub const GAP_ERRORS: f64 = 2.0;
/// The least gap that keeps a loss that stands still from being called a good fit: two points are seen in a plot.
pub const VISIBLE_GAP: f64 = 0.02;
/// The part of its limit below which a gap that was said to be large isn't any more.
pub const GAP_CLOSES: f64 = 0.7;
/// The same where training has hardly an error left, given as the share of the validation error that the
/// training error may have, and the part of the training loss that may be left.
pub const LEARNED_ALL: (f64, f64) = (0.1, 0.5);
/// The part of the validation loss below which training has nothing left to lose.
pub const NOTHING_LEFT: f64 = 0.01;
/// Where every image is right and the loss is below this, a further fall of the loss means nothing: a network
/// that is 99% sure of each right answer has a loss of 0.01.
pub const PERFECT: f64 = 0.01;
/// So many epochs at least are looked at before nothing is said to be left.
pub const PERFECT_EPOCHS: usize = 5;
/// The least training error of a network that is too simple, and its least share of the validation
/// error: such a network errs nearly as often on images that it knows.
pub const TOO_SIMPLE: (f64, f64) = (0.04, 0.5);
/// Between which parts of −ln(share of right answers) the loss of a network lies that only guesses: with k classes
/// that are equally likely both are ln k. Of a network that has learned something, the loss is a fifth higher at least.
pub const GUESSED: (f64, f64) = (0.9, 1.15);
/// The share of right answers above which nobody calls it guessing, whatever the loss.
pub const SURELY_MORE_THAN_GUESSED: f64 = 0.6;
/// The share of epochs in which the training loss of a network falls that learns too slowly to do more than guess.
pub const CREEPS: f64 = 0.9;
/// How many times as high as now the loss of the first epochs was where the steps were too large from the start.
pub const BLOWN_UP: f64 = 1.5;
/// A network that gets so many times as much right of its training images as of validation is learning them by
/// heart, however few these are: of random labels it gets a tenth right in validation.
pub const BY_HEART: f64 = 2.0;
/// How far above its lowest the training loss stands, as a factor, and how large the training error is at
/// least, where a network has collapsed.
pub const COLLAPSED: (f64, f64) = (1.5, 0.1);
/// The training error below which a network isn't too simple any more.
pub const ABLE: f64 = 0.03;

/// Epochs from which the jumps from epoch to epoch are measured: enough to average, few enough to forget
/// the start.
pub const JUMP_EPOCHS: usize = 16;
/// Jumps that are assumed before there are any to measure, and how many measured ones they are worth.
pub const USUAL_JUMP: (f64, f64) = (0.01, 2.0);
/// The share of the standard error of a loss that is left in the difference of two epochs far apart, since
/// the same images measure both. Of runs whose answers are kept it is between 0.4 and 0.9.
pub const SHARED_IMAGES: f64 = 0.6;

/// How far the loss must have come below that of before a change of settings, as a ratio, where the change is
/// said to have ended overfitting, and by how many standard errors.
pub const MENDED: f64 = 0.1;
/// See [`MENDED`].
pub const MENDED_ERRORS: f64 = 2.0;
