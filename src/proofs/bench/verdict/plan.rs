//! The runs by which the verdict is measured: every preset, and settings near them.
//!
//! Settings and seeds that tune the verdict are never those that score it.

use super::error::VerdictBenchError;
use crate::experiment::{Experiment, Preset};

/// Images that each run answers after each epoch. A part of them is the validation set that the verdict
/// sees; all others measure what is true.
pub const ANSWERED: usize = 12_000;

/// What a run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// Runs that the verdict may be tuned on.
    Tune,
    /// Runs that the verdict is scored on.
    Score,
}

/// A setting of the plan: a preset, and what is different from it.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The name of the setting.
    pub name: &'static str,
    preset: Preset,
    /// What is different, as `name=value`, apart by blanks.
    changes: &'static str,
    /// Whether the short form of the measurement has the setting.
    is_short: bool,
    /// Whether a run of the setting takes minutes: such runs come last.
    is_long: bool,
}

/// A run of the plan.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The setting.
    pub row: Row,
    /// The seed, for the split as for the rest.
    pub seed: u64,
}

const fn row(name: &'static str, preset: Preset, changes: &'static str) -> Row {
    Row {
        name,
        preset,
        changes,
        is_short: false,
        is_long: false,
    }
}

impl Row {
    const fn short(self) -> Self {
        Self {
            is_short: true,
            ..self
        }
    }

    const fn long(self) -> Self {
        Self {
            is_long: true,
            ..self
        }
    }
}

use Preset::{
    Article, Cnn, CnnAugmented, CnnAugmentedBatchNorm, Default, Dense, FirstLook, Linear, Memorize,
    NoisyLabels,
};

/// Settings that the verdict may be tuned on.
const TUNE: &[Row] = &[
    row("cnn-200", FirstLook, "train-size=200 width=0.5 epochs=25"),
    row("cnn-1000", FirstLook, "train-size=1000 epochs=22"),
    row(
        "cnn-2000-noise-30",
        NoisyLabels,
        "label-noise=0.3 width=0.5 epochs=18",
    ),
    row(
        "cnn-500-noise-50",
        NoisyLabels,
        "train-size=500 label-noise=0.5 width=0.5 epochs=20",
    ),
    row(
        "cnn-1000-dropout",
        FirstLook,
        "train-size=1000 dropout=0.5 width=0.5 epochs=28",
    ),
    row(
        "cnn-1000-augmented",
        CnnAugmented,
        "train-size=1000 width=0.5 epochs=30",
    ),
    row(
        "cnn-1000-batch-norm",
        FirstLook,
        "train-size=1000 batch-norm=channels width=0.5 epochs=25",
    ),
    row(
        "default-1000",
        Default,
        "train-size=1000 width=0.5 epochs=30",
    ),
    row("dense-500", Dense, "train-size=500 epochs=40"),
    row("dense-3000", Dense, "train-size=3000 epochs=40"),
    row(
        "dense-2000-dropout",
        Dense,
        "train-size=2000 dropout=0.5 epochs=40",
    ),
    row("linear-1000", Linear, "train-size=1000 epochs=50"),
    row("linear-20000", Linear, "train-size=20000 epochs=30"),
    row("cnn-5000", Cnn, "train-size=5000 width=0.5 epochs=18"),
    row(
        "cnn-1000-weight-decay",
        FirstLook,
        "train-size=1000 weight-decay=0.05 width=0.5 epochs=25",
    ),
    row(
        "cnn-1000-label-smoothing",
        FirstLook,
        "train-size=1000 label-smoothing=0.1 width=0.5 epochs=25",
    ),
    row(
        "article-2000",
        Article,
        "train-size=2000 width=0.5 epochs=25",
    ),
    row(
        "cnn-1000-fast",
        FirstLook,
        "train-size=1000 learning-rate=0.004 width=0.5 epochs=25",
    ),
    row(
        "cnn-2000-slow",
        FirstLook,
        "train-size=2000 learning-rate=0.0001 width=0.5 epochs=25",
    ),
    row(
        "cnn-2000-random",
        Memorize,
        "train-size=1500 width=0.5 epochs=22",
    ),
    row(
        "cnn-3000-noise-10-augmented",
        CnnAugmented,
        "train-size=3000 label-noise=0.1 width=0.5 epochs=22",
    ),
    row(
        "dense-1000-noise-20",
        Dense,
        "train-size=1000 label-noise=0.2 epochs=40",
    ),
    row(
        "linear-2000-noise-40",
        Linear,
        "train-size=2000 label-noise=0.4 epochs=40",
    ),
    row("cnn-1800-noise-20", NoisyLabels, "train-size=1800"),
    row("default-1500", Default, "train-size=1500 epochs=24"),
    row(
        "dense-1500-noise-30",
        Dense,
        "train-size=1500 label-noise=0.3 epochs=30",
    ),
    row("linear-700", Linear, "train-size=700 epochs=60"),
    row(
        "cnn-700-augmented-dropout",
        CnnAugmented,
        "train-size=700 dropout=0.3 epochs=26",
    ),
    row("cnn-3000", Cnn, "train-size=3000 epochs=14"),
];

/// Settings that the verdict is scored on: every preset as it is, and neighbours.
const SCORE: &[Row] = &[
    row("first-look", FirstLook, "").short(),
    row("noisy-labels", NoisyLabels, "").short(),
    row("memorize", Memorize, "").short(),
    row("dense", Dense, ""),
    row("linear", Linear, "").short(),
    row("cnn-300", FirstLook, "train-size=300 epochs=22").short(),
    row(
        "cnn-800-dropout",
        FirstLook,
        "train-size=800 dropout=0.4 epochs=25",
    ),
    row(
        "cnn-800-augmented",
        CnnAugmented,
        "train-size=800 epochs=30",
    ),
    row(
        "cnn-700-batch-norm",
        FirstLook,
        "train-size=700 batch-norm=channels epochs=22",
    ),
    row(
        "cnn-800-weight-decay",
        FirstLook,
        "train-size=800 weight-decay=0.1 epochs=22",
    ),
    row(
        "cnn-800-label-smoothing",
        FirstLook,
        "train-size=800 label-smoothing=0.15 epochs=22",
    ),
    row(
        "cnn-1500-noise-40",
        NoisyLabels,
        "train-size=1500 label-noise=0.4 epochs=16",
    ),
    row("cnn-4000", Cnn, "train-size=4000 epochs=16"),
    row(
        "cnn-800-fast",
        FirstLook,
        "train-size=800 learning-rate=0.003 epochs=22",
    ),
    row(
        "cnn-3000-slow",
        FirstLook,
        "train-size=3000 learning-rate=0.0002 epochs=20",
    ),
    row(
        "narrow-2000",
        FirstLook,
        "train-size=2000 width=0.25 epochs=30",
    )
    .short(),
    row("dense-400", Dense, "train-size=400 epochs=40").short(),
    row("dense-1500", Dense, "train-size=1500 epochs=40").short(),
    row(
        "dense-2000-noise-20",
        Dense,
        "train-size=2000 label-noise=0.25 epochs=30",
    ),
    row("linear-500", Linear, "train-size=500 epochs=60").short(),
    row("linear-5000", Linear, "train-size=5000 epochs=40"),
    row("default-2000", Default, "train-size=2000 epochs=24"),
    row(
        "cnn-2000-random",
        Memorize,
        "train-size=800 width=0.5 epochs=22",
    ),
    row("article-1000", Article, "train-size=1000 epochs=24"),
    row("cnn", Cnn, "").long(),
    row("default", Default, "").long(),
    row("cnn-augmented", CnnAugmented, "").long(),
    row("cnn-augmented-batch-norm", CnnAugmentedBatchNorm, "").long(),
    row("article", Article, "").long(),
];

/// How many seeds of each setting the whole measurement has.
const SEEDS: usize = 10;
/// The first seed of the runs that tune, far from those that score.
const FIRST_TUNING_SEED: u64 = 101;

impl Part {
    /// The runs of the part, seed by seed, so that a measurement that is ended early
    /// has every setting; those that take minutes come last.
    pub fn runs(self, seeds: Option<usize>, is_short: bool) -> Vec<Planned> {
        let (rows, first) = match self {
            Self::Tune => (TUNE, FIRST_TUNING_SEED),
            Self::Score => (SCORE, 1),
        };
        let most = seeds.unwrap_or(SEEDS);
        let of = |is_long| {
            (0..most).flat_map(move |seed| {
                rows.iter()
                    .filter(move |row| row.is_long == is_long && (row.is_short || !is_short))
                    .map(move |row| Planned {
                        row: *row,
                        seed: first + seed as u64,
                    })
            })
        };
        of(false).chain(of(true)).collect()
    }
}

impl Planned {
    /// The name of the run and of its file.
    pub fn name(&self) -> String {
        format!("{}-seed-{}", self.row.name, self.seed)
    }

    /// The experiment that the run trains.
    ///
    /// # Errors
    /// Where the plan has a setting that is none.
    pub fn experiment(&self) -> Result<Experiment, VerdictBenchError> {
        let mut settings = self.row.preset.settings();
        let assigned = self.row.changes.split_whitespace();
        for (name, value) in assigned.filter_map(|word| word.split_once('=')) {
            settings.set(name, value)?;
        }
        settings.seed = self.seed;
        // Other seeds divide the images anew, so that no two runs are measured by the same ones.
        settings.data.split_seed = self.seed;
        settings.data.validation_size = ANSWERED;
        Ok(Experiment::new(settings, Vec::new())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_run_is_an_experiment_and_no_run_that_tunes_scores() {
        let (tune, score) = (Part::Tune.runs(None, false), Part::Score.runs(None, false));
        assert_eq!(tune.len(), SEEDS * TUNE.len());
        let mut seen = HashSet::new();
        for planned in tune.iter().chain(&score) {
            planned.experiment().unwrap();
            assert!(seen.insert((planned.name(), planned.seed)));
        }
        let tuned: HashSet<_> = tune
            .iter()
            .map(|run| format!("{:?}", run.experiment().unwrap().settings()))
            .collect();
        for run in &score {
            assert!(!tuned.contains(&format!("{:?}", run.experiment().unwrap().settings())));
            assert!(run.seed < FIRST_TUNING_SEED);
        }
    }
}
