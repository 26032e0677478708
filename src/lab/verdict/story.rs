//! The epochs of a run as the rule reads them, and the two noises of their validation loss.

use super::limits::{CREEPS, JUMP_EPOCHS, SHARED_IMAGES, STILL_RANGE, TOGETHER, USUAL_JUMP};
use super::{Figures, standard_error};
use crate::training::Compared;

/// An epoch whose validation loss was measured.
#[derive(Clone, Debug)]
pub struct Told {
    /// The epoch's place among all points of the curve.
    pub place: usize,
    /// The epoch's number.
    pub epoch: usize,
    /// Validation loss, above 0.
    pub loss: f64,
    /// The median validation loss of this epoch and the two before it, where the chapter has them: one
    /// epoch that jumps doesn't move it.
    pub level: Option<f64>,
    /// The fraction of validation images that is classified wrong.
    pub error: Option<f64>,
    /// Training loss.
    pub train_loss: Option<f64>,
    /// The fraction of training images that is classified wrong.
    pub train_error: Option<f64>,
    /// What the validation images' own answers say of the difference to earlier epochs.
    compared: Vec<Compared>,
}

/// The story of a run: its epochs, and where it began anew since a setting was changed.
#[derive(Clone, Debug)]
pub struct Story {
    told: Vec<Told>,
    /// The first epoch of the present chapter.
    start: usize,
    /// How many images validate; 0 where that isn't known.
    images: usize,
    /// The place of the lowest loss, the first of equals.
    lowest: usize,
    /// The place of the lowest level, the first of equals.
    lowest_level: Option<usize>,
    lowest_train_loss: f64,
    /// The first place of the chapter from which all losses stay near the lowest.
    still_from: usize,
    /// From that place on, the places whose loss is higher than all losses after it. The first one is the
    /// first to be left behind by a new lowest loss, so that no epoch is looked at again and again.
    highest: Vec<usize>,
    /// How many of those, from the first on, are left behind.
    left_behind: usize,
}

/// The smallest loss that is told apart from 0, so that a ratio of losses is always a number.
const SMALLEST: f64 = 1e-12;

impl Story {
    /// A story without epochs.
    pub fn new(images: usize) -> Self {
        Self {
            told: Vec::new(),
            start: 0,
            images,
            lowest: 0,
            lowest_level: None,
            lowest_train_loss: f64::INFINITY,
            still_from: 0,
            highest: Vec::new(),
            left_behind: 0,
        }
    }

    /// Adds an epoch; false where its validation loss wasn't measured.
    pub fn tell(&mut self, place: usize, figures: &Figures, compared: &[Compared]) -> bool {
        let Some(loss) = number(figures.validation_loss) else {
            return false;
        };
        let wrong = |accuracy| number(accuracy).map(|accuracy| 1.0 - accuracy);
        self.told.push(Told {
            place,
            epoch: figures.epoch,
            loss: loss.max(SMALLEST),
            level: None,
            error: wrong(figures.validation_accuracy),
            train_loss: number(figures.train_loss),
            train_error: wrong(figures.train_accuracy),
            compared: compared.to_vec(),
        });
        let level = match self.chapter() {
            [.., a, b, c] => Some(median([a.loss, b.loss, c.loss])),
            _ => None,
        };
        if let Some(last) = self.told.last_mut() {
            last.level = level;
        }
        self.note_lowest();
        self.note_stillness();
        true
    }

    /// Notes where the newest epoch is the lowest so far.
    fn note_lowest(&mut self) {
        let newest = self.told.len() - 1;
        let now = &self.told[newest];
        if now.loss < self.told[self.lowest].loss {
            self.lowest = newest;
        }
        let is_lower = |level| {
            let lowest = self.lowest_level.and_then(|place| self.told[place].level);
            lowest.is_none_or(|lowest| level < lowest)
        };
        if now.level.is_some_and(is_lower) {
            self.lowest_level = Some(newest);
        }
        if let Some(loss) = now.train_loss {
            self.lowest_train_loss = self.lowest_train_loss.min(loss);
        }
    }

    /// Notes from where on the loss stays near its lowest.
    fn note_stillness(&mut self) {
        let newest = self.told.len() - 1;
        let loss = |place: usize| self.told[place].loss;
        while self.highest.len() > self.left_behind
            && let Some(&place) = self.highest.last()
            && loss(place) <= loss(newest)
        {
            self.highest.pop();
        }
        self.highest.push(newest);
        let limit = (1.0 + STILL_RANGE.0) * loss(self.lowest);
        while let Some(&place) = self.highest.get(self.left_behind)
            && loss(place) > limit
        {
            self.still_from = place + 1;
            self.left_behind += 1;
        }
    }

    /// Begins a new chapter: the settings were changed.
    pub fn begin_anew(&mut self) {
        self.start = self.told.len();
        self.still_from = self.start;
        self.highest.clear();
        self.left_behind = 0;
    }

    /// All epochs.
    pub fn told(&self) -> &[Told] {
        &self.told
    }

    /// The epochs since the last change.
    pub fn chapter(&self) -> &[Told] {
        &self.told[self.start..]
    }

    /// The place of the first epoch of the present chapter among the told ones.
    pub fn start(&self) -> usize {
        self.start
    }

    /// The place of the lowest loss among the told epochs, the first of equals.
    pub fn lowest(&self) -> usize {
        self.lowest
    }

    /// The place of the lowest level among the told epochs, the first of equals.
    pub fn lowest_level(&self) -> Option<usize> {
        self.lowest_level
    }

    /// The lowest training loss; infinite where none is known.
    pub fn lowest_train_loss(&self) -> f64 {
        self.lowest_train_loss
    }

    /// For how many last epochs of the chapter the loss has stayed near its lowest.
    pub fn still(&self) -> usize {
        self.told.len() - self.still_from
    }

    /// The mean loss of so many epochs, of which so many others follow.
    pub fn level(&self, back: usize, epochs: usize) -> f64 {
        let end = self.told.len() - back;
        let losses = self.told[end - epochs..end].iter().map(|told| told.loss);
        losses.sum::<f64>() / epochs.max(1) as f64
    }

    /// The share of validation images that are classified wrong, over the last epochs of the chapter.
    pub fn error(&self) -> Option<f64> {
        middle(self.last(), |told| told.error)
    }

    /// The share of training images that are classified wrong, over the last epochs of the chapter.
    pub fn train_error(&self) -> Option<f64> {
        middle(self.last(), |told| told.train_error)
    }

    /// The training loss over the last epochs of the chapter.
    pub fn train_loss(&self) -> Option<f64> {
        middle(self.last(), |told| told.train_loss)
    }

    /// Whether training loss falls in nearly each of the last epochs of the chapter: chance makes it rise in every second
    /// one.
    pub fn training_creeps(&self) -> bool {
        let chapter = self.chapter();
        let recent = &chapter[chapter.len().saturating_sub(JUMP_EPOCHS)..];
        let losses: Vec<f64> = recent.iter().filter_map(|told| told.train_loss).collect();
        let falls = losses.windows(2).filter(|two| two[1] < two[0]).count();
        falls > 0 && falls as f64 >= CREEPS * (losses.len() - 1) as f64
    }

    /// The training loss around an epoch, by its place among the told ones.
    pub fn train_loss_around(&self, place: usize) -> Option<f64> {
        let around = place.saturating_sub(1)..(place + 2).min(self.told.len());
        middle(self.told.get(around)?, |told| told.train_loss)
    }

    /// The standard error of the validation accuracy, by Laplace's rule: an error that is seen zero times
    /// in n may still be one in n. 0 where the number of images isn't known.
    pub fn accuracy_error(&self) -> f64 {
        let Some(error) = self.error().filter(|_| self.images > 0) else {
            return 0.0;
        };
        let count = self.images as f64;
        standard_error(one_more(error, count), self.images)
    }

    /// The last epochs of the chapter that are taken together.
    fn last(&self) -> &[Told] {
        let chapter = self.chapter();
        &chapter[chapter.len().saturating_sub(TOGETHER)..]
    }

    /// How far the network jumps from epoch to epoch: the standard deviation of the loss about its trend,
    /// as a ratio.
    ///
    /// Second differences of the logarithms cancel the trend, so that a rise is no noise. White noise of
    /// deviation s gives second differences of deviation s√6; the smaller two thirds of their sizes, so
    /// that spikes and corners don't count, have a mean of 0.4522 of that.
    pub fn jump(&self) -> f64 {
        let chapter = self.chapter();
        let recent = &chapter[chapter.len().saturating_sub(JUMP_EPOCHS)..];
        let mut bends: Vec<f64> = recent
            .windows(3)
            .map(|three| {
                (three[0].loss * three[2].loss / three[1].loss.powi(2))
                    .ln()
                    .abs()
            })
            .collect();
        bends.sort_by(f64::total_cmp);
        let kept = &bends[..(2 * bends.len()).div_ceil(3)];
        let measured = kept.iter().sum::<f64>() / (kept.len().max(1) as f64 * 0.4522 * 6f64.sqrt());
        let count = bends.len() as f64;
        let (usual, worth) = USUAL_JUMP;
        ((measured.powi(2) * count + usual.powi(2) * worth) / (count + worth)).sqrt()
    }

    /// The standard error, by the choice of validation images, of the difference of two levels: of the
    /// mean loss over the second epochs less the mean over the first ones. Epochs are given by their places
    /// among the told ones. None where the images' answers weren't compared.
    ///
    /// The variance of Σ cᵢlᵢ with Σ cᵢ = 0 is −½ ΣΣ cᵢcⱼ var(lᵢ − lⱼ).
    pub fn paired_error(&self, first: &[usize], second: &[usize]) -> Option<f64> {
        let mut weights: Vec<(usize, f64)> = Vec::new();
        for (places, sign) in [(first, -1.0), (second, 1.0)] {
            for &place in places {
                let weight = sign / places.len() as f64;
                match weights.iter_mut().find(|(known, _)| *known == place) {
                    Some((_, known)) => *known += weight,
                    None => weights.push((place, weight)),
                }
            }
        }
        let mut sum = 0.0;
        for (i, &(one, of_one)) in weights.iter().enumerate() {
            for &(other, of_other) in &weights[..i] {
                let product = of_one * of_other;
                if product != 0.0 {
                    sum -= product * self.variance(one, other)?;
                }
            }
        }
        (self.images > 0).then(|| (sum.max(0.0) / self.images as f64).sqrt())
    }

    /// The variance over images of the difference of two epochs' losses.
    fn variance(&self, one: usize, other: usize) -> Option<f64> {
        let (earlier, later) = (one.min(other), one.max(other));
        let earlier = self.told.get(earlier)?.epoch;
        let compared = self.told.get(later)?.compared.iter();
        let found = compared.clone().find(|compared| compared.epoch == earlier);
        found.map(|compared| compared.variance)
    }

    /// A cautious guess at the standard error of a difference of two levels far apart, as a ratio, where
    /// the images' answers aren't known: most of a cross-entropy comes from the images that are wrong, so
    /// that its relative error is about that of their number. 0 where the number of images isn't known.
    pub fn guessed_error(&self) -> f64 {
        let error = self.error().unwrap_or(0.5);
        if self.images == 0 {
            return 0.0;
        }
        let count = self.images as f64;
        let error = one_more(error, count);
        SHARED_IMAGES * ((1.0 - error) / (error * count)).sqrt()
    }
}

/// The middle one of three losses.
pub fn median([a, b, c]: [f64; TOGETHER]) -> f64 {
    a.min(b).max(a.max(b).min(c))
}

/// The figure where it is a number.
fn number(figure: f64) -> Option<f64> {
    figure.is_finite().then_some(figure)
}

/// The error by Laplace's rule: with one more right and one more wrong than were counted.
fn one_more(error: f64, count: f64) -> f64 {
    (error * count + 1.0) / (count + 2.0)
}

/// The middle value of a figure over the epochs that have it, the mean of the two in the middle where there
/// is an even number: one epoch that jumps doesn't move it.
fn middle(told: &[Told], figure: impl Fn(&Told) -> Option<f64>) -> Option<f64> {
    let mut figures: Vec<f64> = told.iter().filter_map(figure).collect();
    figures.sort_by(f64::total_cmp);
    let half = figures.len() / 2;
    let above = figures.get(half)?;
    let below = figures.get(figures.len().saturating_sub(1) / 2)?;
    Some((above + below) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::verdict::CurvePoint;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_noted_epoch_by_epoch_is_what_a_look_at_all_epochs_finds(
            losses in proptest::collection::vec(0.9..1.1_f64, 1..60),
            change in 0..60_usize,
        ) {
            let mut story = Story::new(100);
            for (place, loss) in losses.iter().enumerate() {
                if place == change {
                    story.begin_anew();
                }
                let point = CurvePoint::measured(place + 1, [*loss, 0.5, *loss, 0.5]);
                story.tell(place, &Figures::from(&point), &[]);
                let lowest = losses[..=place].iter().copied().fold(f64::INFINITY, f64::min);
                prop_assert_eq!(losses[story.lowest()], lowest);
                prop_assert_eq!(story.lowest_train_loss(), lowest);
                let limit = (1.0 + STILL_RANGE.0) * lowest;
                let is_near = |told: &&Told| told.loss <= limit;
                let still = story.chapter().iter().rev().take_while(is_near).count();
                prop_assert_eq!(story.still(), still);
                let levels = story.told().iter().filter_map(|told| told.level);
                let lowest = levels.reduce(f64::min);
                let noted = story.lowest_level().and_then(|place| story.told()[place].level);
                prop_assert_eq!(noted, lowest);
            }
        }
    }
}
