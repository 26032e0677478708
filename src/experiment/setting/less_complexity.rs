//! The settings of the fifth strategy: a smaller network.

use super::entry::{Argument, Digits, Entry, Idle, Kind, Number, Pace, Rail, Strategy, whole};
use crate::experiment::check::most_conv_blocks;
use crate::experiment::settings::{Architecture, Settings};
use crate::experiment::{ImageSize, limits};
use std::ops::RangeInclusive;

pub(super) static WIDTH: Entry = Entry {
    name: "width",
    label: "width",
    strategy: Strategy::LessComplexity,
    argument: Argument::new("X", "Multiplies channels and units, 0.0625 to 4"),
    help: "Multiplies the channels of every convolution and the units of the hidden layer. A \
           narrow network has less room to learn by heart. Example: 0.25× has 8 and 16 channels \
           and 128 units in place of 32, 64 and 512. Too narrow, and training accuracy stays low \
           as well: underfitting.",
    kind: Kind::Number(Number {
        suffix: "×",
        rail: Some(Rail {
            range: |_| limits::WIDTH,
            step: None,
        }),
        ..Number::real(|_| limits::WIDTH, Pace::Proportional(0.01))
    }),
    idle: &[Idle {
        with: Architecture::Linear,
        because: "The linear network has no hidden layer to widen: it goes from pixels to classes.",
        only: None,
    }],
    ..Entry::USUAL
};

pub(super) static CONV_BLOCKS: Entry = Entry {
    name: "conv-blocks",
    label: "conv blocks",
    strategy: Strategy::LessComplexity,
    argument: Argument::new("N", "Blocks of two convolutions and a max-pool, 1 to 3"),
    help: "Blocks of two convolutions and a max-pool. Fewer isn't always simpler: with one block \
           the hidden layer sees 4,608 numbers in place of 1,024, and the CNN has 2.4 M parameters \
           in place of 0.6 M.",
    kind: Kind::Number(Number {
        note: why_so_few_blocks,
        ..Number::whole(conv_blocks, Pace::Steady(0.05))
    }),
    idle: &[
        Idle {
            with: Architecture::Linear,
            because: "Only the CNN has convolutions.",
            only: None,
        },
        Idle {
            with: Architecture::Dense,
            because: "Only the CNN has convolutions.",
            only: None,
        },
    ],
    ..Entry::USUAL
};

pub(super) static DENSE_UNITS: Entry = Entry {
    name: "dense-units",
    label: "dense units",
    strategy: Strategy::LessComplexity,
    argument: Argument::new("N", "Units of the hidden dense layer, 1 to 4096"),
    help: "Units of the hidden layer, which holds most of the parameters: 525 k of the CNN's 602 \
           k. Fewer leave less room to learn by heart. Example: try 64, and see what becomes of \
           the gap and of training accuracy.",
    kind: Kind::Number(Number {
        digits: Digits::Whole,
        ..Number::whole(|_| whole(limits::DENSE_UNITS), Pace::Proportional(1.0))
    }),
    idle: &[Idle {
        with: Architecture::Linear,
        because: "The linear network has no hidden layer.",
        only: None,
    }],
    ..Entry::USUAL
};

/// The blocks that an image has room for, where the network is a CNN and there is room for any.
fn room(settings: &Settings) -> Option<(usize, ImageSize)> {
    let size = settings.data.source.known_image_size()?;
    let most = most_conv_blocks(size.rows.min(size.columns));
    let has_convolutions = settings.network.architecture == Architecture::Cnn;
    (has_convolutions && most > 0).then_some((most, size))
}

fn conv_blocks(settings: &Settings) -> RangeInclusive<f64> {
    let range = limits::CONV_BLOCKS;
    let most = room(settings).map_or(*range.end(), |(most, _)| most);
    whole(*range.start()..=most)
}

fn why_so_few_blocks(settings: &Settings) -> Option<String> {
    let (most, ImageSize { rows, columns }) = room(settings)?;
    (most < *limits::CONV_BLOCKS.end()).then(|| {
        format!(
            "each block needs the image to be 6 pixels high and wide, and halves it; these start \
             at {rows}×{columns}"
        )
    })
}
