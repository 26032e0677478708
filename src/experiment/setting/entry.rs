//! What the table says of a setting: its names and words, when it acts, what kind of value it
//! has, and where it has no effect.

use super::Setting;
use super::value::Expected;
use crate::experiment::settings::{Architecture, Settings};
use std::ops::RangeInclusive;

/// A setting's entry in the table.
pub struct Entry {
    /// The name that the command line, files and errors use: `weight-decay`.
    pub name: &'static str,
    /// The name that the window shows, to stand within a sentence: `weight decay`.
    pub label: &'static str,
    /// The strategy against overfitting that the setting belongs to.
    pub strategy: Strategy,
    /// When a change acts in a run that trains.
    pub acts: Liveness,
    /// How the setting is typed on the command line. A setting without an argument of its own is
    /// typed as a part of another one.
    pub argument: Option<Argument>,
    /// What the setting does to overfitting, with one example.
    pub help: &'static str,
    /// The kind of value that it has.
    pub kind: Kind,
    /// The architectures with which the setting has no effect.
    pub idle: &'static [Idle],
    /// Why the setting has no say beside the others just now, in a few words; none where it has a
    /// say. A range of augmentation has none while `augmentation is off`.
    pub silent: fn(&Settings) -> Option<&'static str>,
    /// Why no sweep varies the setting; none where a sweep may.
    pub kept_by_sweeps: Option<&'static str>,
    /// How a text is taken that sets more than the setting's own value.
    pub take: Option<TakeText>,
}

/// Takes a text into the settings, or says what was expected.
pub type TakeText = fn(&mut Settings, &str) -> Result<(), Expected>;

impl Entry {
    /// An entry with what most entries have, to be written over: it acts in a new run only, goes
    /// with every architecture, and can be varied by a sweep.
    pub(super) const USUAL: Self = Self {
        name: "",
        label: "",
        strategy: Strategy::Training,
        acts: Liveness::NewRun,
        argument: None,
        help: "",
        kind: Kind::Switch,
        idle: &[],
        silent: |_| None,
        kept_by_sweeps: None,
        take: None,
    };

    /// Why the setting has no effect with an architecture.
    pub fn idle_with(&self, architecture: Architecture) -> Option<&'static str> {
        let idle = self.idle.iter().find(|idle| idle.with == architecture);
        idle.map(|idle| idle.because)
    }

    /// Whether the setting has a say beside the others.
    pub fn has_say(&self, settings: &Settings) -> bool {
        (self.silent)(settings).is_none()
    }

    /// The number's description, where the value is a number.
    pub fn number(&self) -> Option<&Number> {
        match &self.kind {
            Kind::Number(number) => Some(number),
            Kind::Data | Kind::Switch | Kind::Choice(_) => None,
        }
    }
}

/// How a setting is typed on the command line.
pub struct Argument {
    /// What stands for the value in the help: `N`.
    pub value: &'static str,
    /// The line of the help, without a full stop.
    pub line: &'static str,
    /// What the long help adds, in whole sentences.
    pub more: &'static str,
}

impl Argument {
    /// An argument whose line says all.
    pub(super) const fn new(value: &'static str, line: &'static str) -> Option<Self> {
        Some(Self {
            value,
            line,
            more: "",
        })
    }
}

/// An architecture with which a setting has no effect.
pub struct Idle {
    /// The architecture.
    pub with: Architecture,
    /// Why, in a sentence.
    pub because: &'static str,
    /// The only value that is accepted with the architecture; none where any is, and is ignored.
    pub only: Option<Setting>,
}

/// When a changed setting acts in a run that trains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Liveness {
    /// At the next batch.
    Live,
    /// At the next epoch.
    NextEpoch,
    /// Only in a new run.
    NewRun,
}

/// The five strategies against overfitting, and the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// The first strategy: more training images.
    MoreData,
    /// The second strategy: images changed anew in every epoch.
    Augmentation,
    /// The third strategy: a network that fits the problem.
    Architecture,
    /// The fourth strategy: what makes it harder to learn by heart.
    Regularization,
    /// The fifth strategy: a smaller network.
    LessComplexity,
    /// The optimizer, the length of the run, the seed, and the images that measure.
    Training,
}

impl Strategy {
    /// Every strategy, in the order in which they are taught.
    pub const ALL: [Self; 6] = [
        Self::MoreData,
        Self::Augmentation,
        Self::Architecture,
        Self::Regularization,
        Self::LessComplexity,
        Self::Training,
    ];

    /// The title that the window shows.
    pub fn title(self) -> &'static str {
        match self {
            Self::MoreData => "1 More data",
            Self::Augmentation => "2 Augmentation",
            Self::Architecture => "3 Architecture",
            Self::Regularization => "4 Regularization",
            Self::LessComplexity => "5 Less complexity",
            Self::Training => "Training",
        }
    }

    /// What the strategy does, in a sentence.
    pub fn help(self) -> &'static str {
        match self {
            Self::MoreData => {
                "With more images than can be learned by heart, a network has to find what they share."
            }
            Self::Augmentation => "More images, made by changing the images that there are.",
            Self::Architecture => "A network that fits the problem has less to learn by heart.",
            Self::Regularization => "Make it harder to learn by heart, or stop in time.",
            Self::LessComplexity => "Leave less room to learn by heart.",
            Self::Training => "How the network is trained, and for how long.",
        }
    }
}

/// The kind of value that a setting has.
pub enum Kind {
    /// A file or folder of images, or the images that the program carries.
    Data,
    /// On or off.
    Switch,
    /// A word out of a few.
    Choice(&'static [Choice]),
    /// A number, which may be whole and may be off.
    Number(Number),
}

/// A value that a choice offers.
pub struct Choice {
    /// The value.
    pub value: Setting,
    /// The name that the command line, files and errors use.
    pub name: &'static str,
    /// The value's name in a list.
    pub label: &'static str,
    /// The value's name where there is little room.
    pub short: &'static str,
    /// What the value does, in a sentence.
    pub help: &'static str,
    /// The architectures with which the value can't be chosen, each with the reason.
    pub idle: &'static [(Architecture, &'static str)],
}

impl Choice {
    /// Why the value can't be chosen with an architecture.
    pub fn idle_with(&self, architecture: Architecture) -> Option<&'static str> {
        let idle = self.idle.iter().find(|(with, _)| *with == architecture);
        idle.map(|(_, because)| *because)
    }
}

/// How a number is bounded, shown and moved.
#[derive(Clone, Copy)]
pub struct Number {
    /// The values that are allowed, which may depend on the data and the network.
    pub range: fn(&Settings) -> RangeInclusive<f64>,
    /// Why the range is what it is, where that depends on other settings.
    pub note: fn(&Settings) -> Option<String>,
    /// Whether the number is whole.
    pub is_whole: bool,
    /// What stands before the number in the window.
    pub prefix: &'static str,
    /// What stands after the number in the window: its unit.
    pub suffix: &'static str,
    /// What the window multiplies the number by: 100 for a share in per cent.
    pub factor: f64,
    /// How the window writes the number.
    pub digits: Digits,
    /// How fast the number moves when it is dragged, in the unit that the window shows.
    pub pace: Pace,
    /// The slider that goes with the number, in the unit that the window shows.
    pub rail: Option<Rail>,
    /// What switching the number on means, where it can be off.
    pub off: Option<Off>,
}

impl Number {
    /// A number with decimals.
    pub(super) const fn real(range: fn(&Settings) -> RangeInclusive<f64>, pace: Pace) -> Self {
        Self {
            range,
            note: |_| None,
            is_whole: false,
            prefix: "",
            suffix: "",
            factor: 1.0,
            digits: Digits::Decimals(4),
            pace,
            rail: None,
            off: None,
        }
    }

    /// A whole number.
    pub(super) const fn whole(range: fn(&Settings) -> RangeInclusive<f64>, pace: Pace) -> Self {
        Self {
            is_whole: true,
            ..Self::real(range, pace)
        }
    }
}

/// The ends of a range of whole numbers, as the numbers of a control.
pub(super) fn whole(range: RangeInclusive<usize>) -> RangeInclusive<f64> {
    *range.start() as f64..=*range.end() as f64
}

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digits {
    /// With so many decimals at most.
    Decimals(usize),
    /// With three digits that count, small ones as 1e-3.
    Rate,
    /// Whole, thousands set apart.
    Whole,
    /// Images: whole, thousands set apart, and *all* where they are all.
    Images,
    /// Every digit.
    Plain,
}

/// How fast a number moves when it is dragged by a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    /// By this much.
    Steady(f64),
    /// By a tenth of its magnitude, and by this much at least: for numbers over many magnitudes.
    Proportional(f64),
}

/// A slider's rail.
#[derive(Clone, Copy)]
pub struct Rail {
    /// The ends.
    pub range: fn(&Settings) -> RangeInclusive<f64>,
    /// The step of a key and of the grid. A rail without a step is logarithmic: equal ways are
    /// equal factors.
    pub step: Option<f64>,
}

/// A number that can be off.
#[derive(Clone, Copy)]
pub struct Off {
    /// The value that is offered when the number is first switched on.
    pub first: f64,
    /// What the number is called beside its switch: `patience`.
    pub number: &'static str,
}
