//! What is known of a story after its newest epoch: three plain questions, each with its answer and how
//! sure that is. Is the loss worse than at its best? Is it still getting better? Does it stand still?

use super::limits::*;
use super::story::{Story, Told};

/// A change of the loss as a ratio, and its standard error by both noises.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// The change: 0.1 is 10%.
    pub size: f64,
    /// What the choice of validation images may do to it.
    pub by_images: f64,
    /// What the jumps of the network from epoch to epoch may do to it.
    pub by_jumps: f64,
}

impl Change {
    /// The standard error by both noises.
    pub fn error(&self) -> f64 {
        self.by_images.hypot(self.by_jumps)
    }

    /// Whether the change has so many standard errors.
    pub fn has_errors(&self, count: f64) -> bool {
        self.size > count * self.error()
    }
}

/// What is known after an epoch.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The place of the lowest loss among the told epochs.
    pub lowest: usize,
    /// How many epochs lie after the lowest loss.
    pub since_lowest: usize,
    /// How many epochs lie after the lowest level.
    pub since_lowest_level: usize,
    /// How far the mean of the last epochs stands above the lowest loss, as a ratio.
    pub rise: f64,
    /// How far the lower one of the last two epochs stands above the lowest loss, as a ratio.
    pub least_of_two: f64,
    /// How far the level of the last epochs stands above the lowest level: without the luck of a single
    /// epoch.
    pub level_rise: Change,
    /// How far the level has fallen.
    pub fall: Change,
    /// Over how many epochs the level has fallen.
    pub fall_epochs: usize,
    /// How far the loss lies below that of the last epochs before the settings were changed; none where they
    /// weren't.
    pub since_change: Option<Change>,
    /// The mean loss of the last epochs.
    pub level: f64,
    /// How far the network jumps from epoch to epoch, as a ratio.
    pub jump: f64,
    /// Whether the newest loss lies near the lowest.
    pub is_near: bool,
    /// Whether the loss stands still, near its lowest.
    pub is_still: bool,
    /// The place of the first epoch from which the loss stays near its lowest.
    pub still_from: usize,
    /// Whether training has fallen since the lowest loss; true where training isn't known.
    pub training_fell: bool,
    /// Whether training learned by heart while the loss stood still.
    pub learned: bool,
    /// Whether so many more training images are right than validation images that they are learned by heart.
    pub by_heart: bool,
    /// Whether training errs much, and hardly less than validation.
    pub too_simple: bool,
    /// Whether the network has forgotten what it had learned.
    pub collapsed: bool,
    /// Among how many classes the network only guesses; none where it does more than that.
    pub guesses_among: Option<f64>,
    /// Whether training loss falls from epoch to epoch, however slowly.
    pub training_creeps: bool,
    /// The standard error of the validation accuracy, as a fraction; 0 where the number of images isn't known.
    pub accuracy_error: f64,
    /// The share of training images that are wrong, over the last epochs.
    pub train_error: Option<f64>,
    /// The share of validation images that are wrong, over the last epochs.
    pub error: Option<f64>,
}

impl Evidence {
    /// What is known after the newest epoch of the story, whose chapter has two epochs at least.
    pub fn of(story: &Story) -> Option<Self> {
        let told = story.told();
        let now = told.last()?;
        let newest = told.len() - 1;
        let lowest = story.lowest();
        let jump = story.jump();
        let (error, train_error) = (story.error(), story.train_error());

        let from = newest
            .saturating_sub(TOGETHER - 1)
            .max(lowest + 1)
            .max(story.start());
        let since = &told[from.min(newest)..];
        let rise = since.iter().map(|told| told.loss).sum::<f64>()
            / since.len() as f64
            / told[lowest].loss
            - 1.0;
        let lowest_level = story.lowest_level().unwrap_or(lowest);
        let last_two = told.iter().rev().take(EXPLODED.1).map(|told| told.loss);
        let least_of_two = last_two.fold(f64::INFINITY, f64::min) / told[lowest].loss - 1.0;

        let width = TOGETHER.min(story.chapter().len() / 2).max(1);
        let fall = fall(story, width, jump)?;
        let still = story.still();
        let still_from = told.len() - still.max(1);
        Some(Self {
            lowest,
            since_lowest: newest - lowest,
            since_lowest_level: newest - lowest_level,
            rise,
            least_of_two,
            level_rise: level_rise(story, lowest_level, jump),
            is_still: still >= STILL_RANGE.1 && rise < STILL && fall.size < STILL_FALL,
            fall,
            fall_epochs: width,
            since_change: since_change(story, jump),
            level: story.level(0, width),
            jump,
            is_near: now.loss <= (1.0 + NEAR) * told[lowest].loss,
            still_from,
            training_fell: story
                .train_loss()
                .zip(story.train_loss_around(lowest))
                .is_none_or(|(now, then)| now < WENT_ON * then),
            learned: learned(story, &told[still_from]),
            by_heart: error
                .zip(train_error)
                .is_some_and(|(error, train)| is_by_heart(error, train)),
            too_simple: error
                .zip(train_error)
                .is_some_and(|(error, train)| is_too_simple(error, train)),
            collapsed: collapsed(story),
            guesses_among: guesses_among(story),
            training_creeps: story.training_creeps(),
            accuracy_error: story.accuracy_error(),
            train_error,
            error,
        })
    }

    /// Whether every image is right, surely enough that nothing is left to learn from these images.
    pub fn is_perfect(&self) -> bool {
        self.error == Some(0.0) && self.train_error == Some(0.0) && self.level < PERFECT
    }

    /// Whether the loss is worse than at its best, by more than both noises allow, while training went on.
    pub fn is_worse(&self) -> bool {
        self.since_lowest >= SINCE_LOWEST
            && self.rise > self.least_rise(RISE)
            && self.level_rises()
            && self.training_fell
    }

    /// The least rise that counts, which is larger where the network is too simple.
    fn least_rise(&self, usual: f64) -> f64 {
        if self.too_simple {
            RISE_OF_SIMPLE.max(usual)
        } else {
            usual
        }
    }

    /// The rise of the level that both noises together may make. Where the accuracies aren't known, a rise is
    /// taken as what one expects.
    pub fn rise_of_noise(&self) -> f64 {
        let gap = self.error.zip(self.train_error);
        let is_large = gap.is_none_or(|(error, train)| {
            error - train > LARGE_GAP * error || is_by_heart(error, train)
        });
        let (expected, unexpected) = RISE_ERRORS;
        let errors = if is_large { expected } else { unexpected };
        let Change {
            by_images,
            by_jumps,
            ..
        } = self.level_rise;
        (errors.max(RISE_ERRORS_OF_IMAGES) * by_images).hypot(errors * by_jumps)
    }

    /// Whether a loss that stood still has risen so far that this is in doubt.
    pub fn leaves_rest(&self) -> bool {
        self.since_lowest >= SINCE_LOWEST && self.level_rise.size > self.least_rise(DOUBT_AT_REST)
    }

    /// Whether the level stands above its lowest by more than both noises allow.
    pub fn level_rises(&self) -> bool {
        self.level_rise.size > LEVEL_RISE.max(self.rise_of_noise())
    }

    /// Whether the last two epochs stand so far above the lowest that nobody would call the run improving, however
    /// few they are.
    pub fn explodes(&self) -> bool {
        self.since_lowest >= EXPLODED.1 && self.least_of_two > EXPLODED.0
    }

    /// Whether validation got worse while training got no better: not by learning by heart.
    pub fn got_worse_in_training(&self) -> bool {
        self.level_rises() && !self.training_fell
    }

    /// Whether validation and training have both got worse: the steps are too large.
    pub fn has_collapsed(&self) -> bool {
        self.collapsed
            && self.since_lowest >= SINCE_LOWEST
            && self.rise > RISE
            && self.got_worse_in_training()
    }

    /// Whether the gap is too large for a good fit: no small share of the errors, more than chance, and large
    /// enough to be seen. A gap that was said to be large is until it is well below that.
    pub fn has_gap(&self, was_large: bool) -> bool {
        let part = if was_large { GAP_CLOSES } else { 1.0 };
        self.error
            .zip(self.train_error)
            .is_some_and(|(error, train)| {
                let gap = error - train;
                let least = (GAP * error)
                    .max(GAP_ERRORS * self.accuracy_error)
                    .max(VISIBLE_GAP);
                gap > part * least
            })
    }

    /// Whether the network has forgotten what it had learned, or only guesses and gets no better at it: the steps are
    /// too large.
    pub fn steps_too_large(&self) -> bool {
        self.has_collapsed() || (self.guesses_among.is_some() && !self.training_creeps)
    }

    /// Whether training errs so little that the network isn't too simple.
    pub fn is_able(&self) -> bool {
        self.train_error.is_some_and(|error| error < ABLE)
    }

    /// Whether the loss still gets better, by more than both noises allow.
    pub fn is_better(&self) -> bool {
        self.is_near && self.falls()
    }

    /// Whether the loss falls by more than both noises allow, wherever it stands.
    pub fn falls(&self) -> bool {
        let least = FALL * self.fall_epochs as f64 / TOGETHER as f64;
        self.fall.size > least && self.fall.has_errors(FALL_ERRORS)
    }
}

/// Whether so many more training images are right than validation images that they are learned by heart.
fn is_by_heart(error: f64, train_error: f64) -> bool {
    1.0 - train_error > BY_HEART * (1.0 - error)
}

/// Whether the network errs much, and hardly less on its own training images than in validation. Where it errs little
/// in validation, a larger training error was measured on images that were made harder, by augmentation for one.
fn is_too_simple(error: f64, train_error: f64) -> bool {
    let (least, share) = TOO_SIMPLE;
    train_error.min(error) > least
        && train_error > share * error
        && !is_by_heart(error, train_error)
}

/// Among how many classes the network only guesses: with equal probabilities for k classes, its loss is ln k and 1/k
/// of the images are right. None where it does more than guess.
fn guesses_among(story: &Story) -> Option<f64> {
    let (loss, error) = match (story.train_loss(), story.train_error()) {
        (Some(loss), Some(error)) => (loss, error),
        _ => (
            story.level(0, TOGETHER.min(story.chapter().len())),
            story.error()?,
        ),
    };
    let (right, (least, most)) = (1.0 - error, GUESSED);
    let guessed = -right.ln();
    (right < SURELY_MORE_THAN_GUESSED && loss > least * guessed && loss < most * guessed)
        .then(|| loss.exp())
}

/// Whether training learned by heart since an epoch: much of its loss is gone, and the gap is no small one.
fn learned(story: &Story, since: &Told) -> bool {
    let Some((now, then)) = story.train_loss().zip(since.train_loss) else {
        return false;
    };
    let level = story.level(0, TOGETHER.min(story.chapter().len()));
    match (story.error(), story.train_error()) {
        (Some(error), Some(train)) => {
            let (share, part) = LEARNED_ALL;
            let gap = error - train;
            gap > GAP_ERRORS * story.accuracy_error()
                && ((now < LEARNED * then && gap > GAP * error)
                    || (now < (part * then).max(NOTHING_LEFT * level) && train < share * error))
        }
        // Where no accuracy is known, the losses alone must show the gap.
        _ => now < LEARNED * then && now < (1.0 - GAP) * level,
    }
}

/// Whether training stands well above what it had reached, and errs much.
fn collapsed(story: &Story) -> bool {
    let (factor, errs) = COLLAPSED;
    story
        .train_loss()
        .is_some_and(|loss| loss > factor * story.lowest_train_loss())
        && story.train_error().is_some_and(|error| error > errs)
}

/// How far the level of the last epochs stands above the lowest level.
fn level_rise(story: &Story, lowest: usize, jump: f64) -> Change {
    let told = story.told();
    let newest = told.len() - 1;
    let (Some(now), Some(then)) = (told[newest].level, told[lowest].level) else {
        return Change {
            size: 0.0,
            by_images: 0.0,
            by_jumps: jump,
        };
    };
    let three = |last: usize| -> Vec<usize> { (last + 1 - TOGETHER..=last).collect() };
    let apart = ((newest - lowest) as f64 / TOGETHER as f64).min(1.0);
    let by_images = story
        .paired_error(&three(lowest), &three(newest))
        .map_or_else(|| apart * story.guessed_error(), |error| error / then);
    Change {
        size: now / then - 1.0,
        by_images,
        by_jumps: jump * (2.0 / TOGETHER as f64).sqrt(),
    }
}

/// How far the loss of the last epochs lies below that of as many before the settings were changed. The median
/// is taken of each, so that neither the jump that a change makes nor a lucky epoch counts.
fn since_change(story: &Story, jump: f64) -> Option<Change> {
    let told = story.told();
    let (before, start) = (told.get(story.start().checked_sub(1)?)?, story.start());
    let (before, now) = (before.level?, told.last()?.level?);
    let count = told.len();
    let by_images = story
        .paired_error(
            &(start.saturating_sub(TOGETHER)..start).collect::<Vec<_>>(),
            &(count - TOGETHER..count).collect::<Vec<_>>(),
        )
        .map_or_else(|| story.guessed_error(), |error| error / before);
    Some(Change {
        size: 1.0 - now / before,
        by_images,
        by_jumps: jump * (2.0 / TOGETHER as f64).sqrt(),
    })
}

/// How far the mean of the last epochs lies below the mean of as many epochs before them.
fn fall(story: &Story, width: usize, jump: f64) -> Option<Change> {
    let count = story.told().len();
    if story.chapter().len() < 2 * width {
        return None;
    }
    let (before, now) = (story.level(width, width), story.level(0, width));
    let places = |back: usize| -> Vec<usize> { (count - back - width..count - back).collect() };
    // Without answers the jumps hold what the choice of images does to neighbouring epochs.
    let by_images = story.paired_error(&places(width), &places(0));
    Some(Change {
        size: (before - now) / before,
        by_images: by_images.map_or(0.0, |error| error / before),
        by_jumps: jump * (2.0 / width as f64).sqrt(),
    })
}
