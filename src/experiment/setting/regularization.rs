//! The settings of the fourth strategy: what makes it harder to learn by heart.

use super::Setting;
use super::entry::{
    Argument, Choice, Digits, Entry, Idle, Kind, Liveness, Number, Off, Pace, Rail, Strategy, whole,
};
use crate::experiment::limits;
use crate::experiment::settings::{Architecture, BatchNorm};

pub(super) static DROPOUT: Entry = Entry {
    name: "dropout",
    label: "dropout",
    argument: Argument::new(
        "P",
        "Share of the hidden layer's units that each training step leaves out, 0 to 0.95",
    ),
    help: "Drops this share of the hidden layer's units at each training step, so that none can \
           rely on another. Example: 0.5 is the usual dose; try it where the gap is large, and see \
           whether validation loss stops rising. Training batches look worse than the network is, \
           as units are missing; validation uses them all.",
    kind: Kind::Number(Number {
        rail: Some(Rail {
            range: |_| limits::DROPOUT,
            step: Some(0.01),
        }),
        ..Number::real(|_| limits::DROPOUT, Pace::Steady(0.01))
    }),
    idle: &[Idle {
        with: Architecture::Linear,
        because: "The linear network has no hidden layer to drop units of.",
        only: Some(Setting::Dropout(0.0)),
    }],
    ..REMEDY
};

pub(super) static BATCH_NORM: Entry = Entry {
    name: "batch-norm",
    label: "batch norm",
    argument: Argument::new(
        "KIND",
        "What each layer's outputs are normalized over; rows is the article's mistake",
    ),
    help: "Brings what each layer gives out to a mean of 0 and a spread of 1 over the batch, then \
           lets the network scale and shift it. Training gets faster and steadier, and since every \
           batch is a little different, this works a little against overfitting. Example: on top \
           of augmentation it took the course's CNN from 99.45% to 99.60% at best.",
    kind: Kind::Choice(&[
        Choice {
            value: Setting::BatchNorm(BatchNorm::None),
            name: BatchNorm::None.name(),
            label: "none",
            short: "none",
            help: "No batch norm.",
            idle: &[],
        },
        Choice {
            value: Setting::BatchNorm(BatchNorm::Channels),
            name: BatchNorm::Channels.name(),
            label: "channels",
            short: "channels",
            help: "Over each channel, as it is meant.",
            idle: &[],
        },
        Choice {
            value: Setting::BatchNorm(BatchNorm::Rows),
            name: BatchNorm::Rows.name(),
            label: "rows",
            short: "rows",
            help: "Over each row of the image: the article's mistake, kept so that its effect can \
                   be seen.",
            idle: &[
                (Architecture::Linear, "Only convolutions have rows."),
                (Architecture::Dense, "Only convolutions have rows."),
            ],
        },
    ]),
    idle: &[Idle {
        with: Architecture::Linear,
        because: "The linear network has no hidden layer to normalize.",
        only: Some(Setting::BatchNorm(BatchNorm::None)),
    }],
    ..REMEDY
};

pub(super) static BATCH_NORM_MOMENTUM: Entry = Entry {
    name: "batch-norm-momentum",
    label: "batch norm momentum",
    acts: Liveness::NewRun,
    argument: Argument::new(
        "X",
        "Share of the running mean and variance that a step keeps, as Keras counts it",
    ),
    help: "How much of the running mean and variance a step keeps; validation uses those. Example: \
           0.99 needs hundreds of steps before validation means anything, 0.9 only tens.",
    kind: Kind::Number(Number::real(
        |_| limits::BATCH_NORM_MOMENTUM,
        Pace::Steady(0.005),
    )),
    idle: &[Idle {
        with: Architecture::Linear,
        because: "The linear network has no hidden layer to normalize.",
        only: None,
    }],
    silent: |settings| {
        let is_off = settings.regularization.batch_norm == BatchNorm::None;
        is_off.then_some("there is no batch norm")
    },
    ..REMEDY
};

pub(super) static WEIGHT_DECAY: Entry = Entry {
    name: "weight-decay",
    label: "weight decay",
    argument: Argument::new(
        "X",
        "How strongly all weights are pulled toward zero, 0 to 1; try 1e-4",
    ),
    help: "Pulls all weights a little toward zero, so that the network can't lean on a few large \
           ones. Example: try 1e-4, then 1e-3; too much and training accuracy falls as well.",
    kind: Kind::Number(Number {
        digits: Digits::Rate,
        ..Number::real(|_| limits::WEIGHT_DECAY, Pace::Proportional(1e-5))
    }),
    ..REMEDY
};

pub(super) static LABEL_SMOOTHING: Entry = Entry {
    name: "label-smoothing",
    label: "label smoothing",
    argument: Argument::new(
        "X",
        "Share of each training label that is spread over all classes, 0 to 0.5",
    ),
    help: "Spreads this share of the target over all classes, so that nothing is gained by ever \
           more certainty. Example: try 0.1 where validation loss rises while accuracy doesn't \
           fall: that is a few images, wrong with growing certainty.",
    kind: Kind::Number(Number::real(
        |_| limits::LABEL_SMOOTHING,
        Pace::Steady(0.005),
    )),
    ..REMEDY
};

pub(super) static EARLY_STOPPING: Entry = Entry {
    name: "early-stopping",
    label: "early stopping",
    argument: Argument::new(
        "EPOCHS",
        "Stop after so many epochs without a lower validation loss, or off",
    ),
    help: "Ends the run when validation loss hasn't fallen for this many epochs: from there on, a \
           network mostly learns its training images by heart. Example: First look is at its best \
           near epoch 6, so with 5 it would end near epoch 11. The best epoch's weights are kept \
           in any case.",
    kind: Kind::Number(Number {
        suffix: " epochs",
        off: Some(Off {
            first: 5.0,
            number: "patience",
        }),
        ..Number::whole(|_| whole(limits::PATIENCE), Pace::Steady(0.1))
    }),
    ..REMEDY
};

/// What the settings of regularization have in common.
const REMEDY: Entry = Entry {
    strategy: Strategy::Regularization,
    acts: Liveness::Live,
    ..Entry::USUAL
};
