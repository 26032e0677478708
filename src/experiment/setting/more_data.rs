//! The settings of the first strategy: more training images.

use super::Expected;
use super::entry::{Argument, Digits, Entry, Kind, Liveness, Number, Pace, Rail, Strategy};
use crate::experiment::limits;
use crate::experiment::number::whole;
use crate::experiment::settings::{DataSettings, Settings, TrainSize};
use std::ops::RangeInclusive;

pub(super) static DATA: Entry = Entry {
    name: "data",
    label: "data",
    strategy: Strategy::MoreData,
    argument: Some(Argument {
        value: "mnist|DIR|FILE",
        line: "The data: mnist, a folder of IDX files, a folder with a sub-folder of pictures for \
               each class, a table such as Kaggle's train.csv, a .zip of these, or numpy's .npz",
        more: "Unless told otherwise, a sixth of the images of your own data validates, or what lies in \
               its folder val. A folder that is called mnist is typed ./mnist.",
    }),
    help: "The images. The program carries MNIST: 60,000 digits to train and validate with, and \
           10,000 for a final test. The button Data… opens your own: Kaggle's train.csv, an IDX \
           folder or a folder of pictures.",
    kind: Kind::Data,
    kept_by_sweeps: Some(
        "Runs on other data have other validation images, so their figures can't be compared.",
    ),
    take: Some(take_data),
    ..Entry::USUAL
};

pub(super) static TRAIN_SIZE: Entry = Entry {
    name: "train-size",
    label: "images",
    strategy: Strategy::MoreData,
    acts: Liveness::NextEpoch,
    argument: Argument::new(
        "N",
        "Training images, or all: the more, the less there is to learn by heart",
    ),
    help: "How many training images are used. The more there are, the less a network can learn by \
           heart, and the smaller the gap. Example: with 500 images the CNN knows them all by \
           epoch 8 and stays near 93% in validation; with 50,000 it comes to about 99%.",
    kind: Kind::Number(Number {
        note: who_holds_the_rest,
        digits: Digits::Images,
        rail: Some(Rail {
            range: |settings| {
                let pool = settings.usual_pool() as f64;
                100_f64.min(pool)..=pool
            },
            step: None,
        }),
        ..Number::whole(train_sizes, Pace::Proportional(1.0))
    }),
    ..Entry::USUAL
};

pub(super) static LABEL_NOISE: Entry = Entry {
    name: "label-noise",
    label: "label noise",
    strategy: Strategy::MoreData,
    argument: Argument::new(
        "F",
        "Share of the training labels replaced by random ones, 0 to 1",
    ),
    help: "Replaces this share of the training labels by random ones; validation labels stay \
           right. A network with room to spare learns the wrong labels by heart, too. Example: \
           with 20% on 2,000 images, validation falls from 93% to 81% in twelve epochs; at 100% \
           the network still learns every label.",
    kind: Kind::Number(Number {
        suffix: "%",
        factor: 100.0,
        rail: Some(Rail {
            range: |_| 0.0..=100.0,
            step: Some(1.0),
        }),
        ..Number::real(|_| limits::LABEL_NOISE, Pace::Steady(0.5))
    }),
    ..Entry::USUAL
};

/// Takes data that have not been read: what depends on their size is made to fit where the size
/// is known.
fn take_data(settings: &mut Settings, text: &str) -> Result<(), Expected> {
    settings.take_data(text.parse()?);
    Ok(())
}

/// From the fewest images by which an accuracy means something to all that validation leaves.
fn train_sizes(settings: &Settings) -> RangeInclusive<f64> {
    let pool = settings.data.known_pool().unwrap_or(limits::MOST_IMAGES);
    limits::MIN_IMAGES as f64..=pool as f64
}

fn who_holds_the_rest(settings: &Settings) -> Option<String> {
    let size = settings.data.source.known_size()?;
    let held = size - settings.data.known_pool()?;
    let (held, size) = (whole(held), whole(size));
    Some(format!("validation holds {held} of the {size} images"))
}

impl DataSettings {
    /// The number of images that are left to train with, where the size of the data is known before
    /// they are read. Images that the data itself names for validation never train, however many of
    /// them validate.
    pub fn known_pool(&self) -> Option<usize> {
        let facts = self.source.known()?;
        let held = facts.own_validation.unwrap_or(self.validation_size);
        Some(facts.images.saturating_sub(held))
    }
}

impl Settings {
    /// The number of images that validation doesn't hold out. Where the size of the data isn't
    /// known before they are read, they are taken to be as many as MNIST has.
    pub fn usual_pool(&self) -> usize {
        const UNKNOWN: usize = 60_000;
        let pool = self.data.known_pool();
        pool.unwrap_or(UNKNOWN.saturating_sub(self.data.validation_size))
            .max(limits::MIN_IMAGES)
    }

    /// The number of training images, as far as that is known before the data are read.
    pub fn usual_train_size(&self) -> usize {
        match self.data.train_size {
            TrainSize::Count(count) => count,
            TrainSize::All(_) => self.usual_pool(),
        }
    }
}
