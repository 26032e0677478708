//! The settings that belong to no strategy: how the network is trained, for how long, and by how
//! many images it is measured.

use super::Setting;
use super::entry::{
    Argument, Choice, Digits, Entry, Kind, Liveness, Number, Off, Pace, Rail, Strategy, whole,
};
use crate::experiment::limits;
use crate::experiment::settings::{Optimizer, Schedule, Settings};
use std::ops::RangeInclusive;

pub(super) static VALIDATION_SIZE: Entry = Entry {
    name: "validation-size",
    label: "validation images",
    argument: Argument::new(
        "N",
        "Images kept out of training, to measure with: the more, the surer the figures",
    ),
    help: "Images kept out of training, to measure with. They don't change overfitting, they show \
           it: the more there are, the smaller the ±. Example: at 98%, 1,000 images give ± 0.44, \
           and 10,000 give ± 0.14.",
    kind: Kind::Number(Number {
        digits: Digits::Images,
        ..Number::whole(validation_sizes, Pace::Proportional(1.0))
    }),
    kept_by_sweeps: Some("All runs of a sweep are measured by the same validation images."),
    ..Entry::USUAL
};

pub(super) static SPLIT_SEED: Entry = Entry {
    name: "split-seed",
    label: "split seed",
    argument: Argument::new(
        "N",
        "The seed that draws which images validate; another --seed keeps them",
    ),
    help: "Draws which images validate, and which of the others are used to train. Runs with the \
           same split seed are measured by the same validation images, whatever their seeds are, \
           so that their figures can be set against each other. Example: with another split seed \
           the same network scores differently, since it meets easier or harder images.",
    kind: Kind::Number(Number {
        digits: Digits::Plain,
        ..Number::whole(|_| 0.0..=u64::MAX as f64, Pace::Steady(0.2))
    }),
    kept_by_sweeps: Some("All runs of a sweep are measured by the same validation images."),
    ..Entry::USUAL
};

pub(super) static OPTIMIZER: Entry = Entry {
    name: "optimizer",
    label: "optimizer",
    strategy: Strategy::Training,
    argument: Argument::new("NAME", "How gradients become steps"),
    help: "How gradients become steps. It decides more about speed than about overfitting. \
           Example: Adam learns well at 1e-3; SGD often needs ten times as much, or more.",
    kind: Kind::Choice(&[
        Choice {
            value: Setting::Optimizer(Optimizer::Adam),
            name: Optimizer::Adam.name(),
            label: "Adam",
            short: "Adam",
            help: "A step size of its own for each weight. Weight decay acts on the gradient.",
            idle: &[],
        },
        Choice {
            value: Setting::Optimizer(Optimizer::AdamW),
            name: Optimizer::AdamW.name(),
            label: "AdamW",
            short: "AdamW",
            help: "Adam, with weight decay taken from the weights themselves.",
            idle: &[],
        },
        Choice {
            value: Setting::Optimizer(Optimizer::Sgd),
            name: Optimizer::Sgd.name(),
            label: "SGD, momentum 0.9",
            short: "SGD",
            help: "The plain gradient, with momentum 0.9.",
            idle: &[],
        },
    ]),
    ..Entry::USUAL
};

pub(super) static LEARNING_RATE: Entry = Entry {
    name: "learning-rate",
    label: "learning rate",
    acts: Liveness::Live,
    argument: Argument::new("X", "How large a step is; 1e-3 suits Adam"),
    help: "How large a step is. Too large and the loss diverges; too small and nothing is learned \
           in time. Example: 1e-3 suits Adam; lowered in mid-run, it calms the curves.",
    kind: Kind::Number(Number {
        digits: Digits::Rate,
        rail: Some(Rail {
            range: |_| 1e-5..=1.0,
            step: None,
        }),
        ..Number::real(|_| limits::LEARNING_RATE, Pace::Proportional(1e-9))
    }),
    ..Entry::USUAL
};

pub(super) static SCHEDULE: Entry = Entry {
    name: "schedule",
    label: "schedule",
    argument: Argument::new("NAME", "How the learning rate moves over the run"),
    help: "How the learning rate moves over the run. Example: a cosine ends at zero, so that the \
           last epochs change little, and validation with them.",
    kind: Kind::Choice(&[
        Choice {
            value: Setting::Schedule(Schedule::Constant),
            name: Schedule::Constant.name(),
            label: "Constant",
            short: "Constant",
            help: "The same all along.",
            idle: &[],
        },
        Choice {
            value: Setting::Schedule(Schedule::Cosine),
            name: Schedule::Cosine.name(),
            label: "Cosine",
            short: "Cosine",
            help: "Half a cosine, from the learning rate down to zero.",
            idle: &[],
        },
        Choice {
            value: Setting::Schedule(Schedule::OneCycle),
            name: Schedule::OneCycle.name(),
            label: "One-cycle",
            short: "One-cycle",
            help: "Up from a 25th in the first 30% of the run, then down to nothing.",
            idle: &[],
        },
    ]),
    ..Entry::USUAL
};

pub(super) static GRADIENT_CLIP: Entry = Entry {
    name: "gradient-clip",
    label: "gradient clip",
    acts: Liveness::Live,
    argument: Argument::new(
        "LENGTH",
        "Shorten a gradient that is longer than this, over all weights together, or off; try 1",
    ),
    help: "Shortens the gradient, over all weights together, to this length where it is longer, so \
           that no single batch throws the network off its course. It steadies training more than \
           it works against overfitting. Example: with SGD at 0.3 the CNN's loss diverges; with a \
           clip of 1 it learns.",
    kind: Kind::Number(Number {
        digits: Digits::Rate,
        off: Some(Off {
            first: 1.0,
            number: "length",
        }),
        ..Number::real(|_| limits::GRADIENT_CLIP, Pace::Proportional(1e-6))
    }),
    ..Entry::USUAL
};

pub(super) static EPOCHS: Entry = Entry {
    name: "epochs",
    label: "epochs",
    acts: Liveness::Live,
    argument: Argument::new("N", "How often the training images are gone through"),
    help: "How often the training images are gone through. The longer, the more is learned by \
           heart. Example: First look is at its best near epoch 6 of 20. Epochs can be added or \
           taken away while it trains.",
    kind: Kind::Number(Number {
        digits: Digits::Whole,
        ..Number::whole(|_| whole(limits::EPOCHS), Pace::Steady(0.2))
    }),
    ..Entry::USUAL
};

pub(super) static BATCH_SIZE: Entry = Entry {
    name: "batch-size",
    label: "batch size",
    argument: Argument::new("N", "Images in each training step"),
    help: "How many images each training step sees. Small batches take rough steps, which works a \
           little against overfitting, and they are slow. Example: 64 is usual; where there are \
           fewer images, the batch is all of them.",
    kind: Kind::Number(Number {
        digits: Digits::Whole,
        ..Number::whole(|_| whole(limits::BATCH_SIZE), Pace::Proportional(1.0))
    }),
    ..Entry::USUAL
};

pub(super) static SEED: Entry = Entry {
    name: "seed",
    label: "seed",
    argument: Argument::new(
        "N",
        "The seed of all that is drawn but the split; the same seed on the CPU gives the same curves",
    ),
    help: "Draws the first weights, the order, the augmentation, the dropout and the label noise; \
           the validation images stay the same. Example: train twice with another seed: what \
           differs then is luck, not the settings.",
    kind: Kind::Number(Number {
        digits: Digits::Plain,
        ..Number::whole(|_| 0.0..=u64::MAX as f64, Pace::Steady(0.2))
    }),
    kept_by_sweeps: Some("A sweep repeats each of its settings with several seeds of its own."),
    ..Entry::USUAL
};

/// From the fewest images by which an accuracy means something to all but as many, or to all that
/// the data itself names for validation. Where it names fewer than that, the fewest stand for all of
/// them, so that a command that asks for ten works with any data.
fn validation_sizes(settings: &Settings) -> RangeInclusive<f64> {
    let source = &settings.data.source;
    let least = limits::MIN_IMAGES;
    if let Some(own) = source.own_validation() {
        return own.min(least) as f64..=own.max(least) as f64;
    }
    let size = source.known_size().unwrap_or(limits::MOST_IMAGES);
    least as f64..=size.saturating_sub(least) as f64
}
