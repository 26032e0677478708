//! The setting of the third strategy: a network that fits the problem.

use super::Setting;
use super::entry::{Argument, Choice, Entry, Kind, Strategy};
use crate::experiment::settings::Architecture;

pub(super) static ARCHITECTURE: Entry = Entry {
    name: "architecture",
    label: "architecture",
    strategy: Strategy::Architecture,
    argument: Argument::new("NAME", "The kind of network, from the simplest"),
    help: "The kind of network. What fits images needs less to be learned by heart. Example: on \
           1,000 images, one dense layer comes to 100% in training and stays near 89% in \
           validation.",
    kind: Kind::Choice(&[
        Choice {
            value: Setting::Architecture(Architecture::Linear),
            name: Architecture::Linear.name(),
            label: "Linear, no hidden layer",
            short: "Linear",
            help: "Pixels to classes. Too simple to overfit much, and too simple to be good: about \
                   92%.",
            idle: &[],
        },
        Choice {
            value: Setting::Architecture(Architecture::Dense),
            name: Architecture::Dense.name(),
            label: "One dense layer",
            short: "Dense",
            help: "One hidden layer that sees all pixels alike. It memorizes well and generalizes \
                   badly.",
            idle: &[],
        },
        Choice {
            value: Setting::Architecture(Architecture::Cnn),
            name: Architecture::Cnn.name(),
            label: "Convolutions (CNN)",
            short: "CNN",
            help: "Finds a stroke wherever it is. The right kind of network for pictures.",
            idle: &[],
        },
    ]),
    ..Entry::USUAL
};
