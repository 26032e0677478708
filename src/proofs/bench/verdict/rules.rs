//! Rules of others that say when a run overfits, measured beside the verdict. GL, PQ and UP are the
//! stopping criteria of L. Prechelt, *Early stopping, but when?* (1998); patience is that of Keras.

use crate::lab::verdict::CurvePoint;

/// A rule that says whether a run overfits.
#[derive(Clone, Copy, Debug)]
pub enum Rule {
    /// The loss is above its lowest by more than so many percent.
    GeneralizationLoss(f64),
    /// The generalization loss over the progress of training in the last five epochs.
    ProgressQuotient(f64),
    /// The loss is higher than so many epochs before, so many times running.
    Up(usize, usize),
    /// There was no new lowest loss for so many epochs.
    Patience(usize),
    /// The lowest loss lies three epochs back, the mean of the last three is 5% above it, and training
    /// falls.
    ThreeLines,
}

impl Rule {
    /// All rules, in the order of the table.
    pub const ALL: [Self; 7] = [
        Self::GeneralizationLoss(5.0),
        Self::GeneralizationLoss(10.0),
        Self::ProgressQuotient(0.5),
        Self::Up(3, 2),
        Self::Patience(3),
        Self::Patience(5),
        Self::ThreeLines,
    ];

    /// The name of the rule in the table.
    pub fn name(self) -> String {
        match self {
            Self::GeneralizationLoss(percent) => format!("GL > {percent}%"),
            Self::ProgressQuotient(limit) => format!("PQ > {limit}"),
            Self::Up(epochs, times) => format!("UP, {times} strips of {epochs}"),
            Self::Patience(epochs) => format!("patience {epochs}"),
            Self::ThreeLines => "rule of three lines".into(),
        }
    }

    /// Whether the rule says that the run overfits after the last of these epochs.
    pub fn overfits(self, points: &[CurvePoint]) -> bool {
        let validation: Vec<f64> = points.iter().filter_map(|it| it.validation_loss).collect();
        let training: Vec<f64> = points.iter().filter_map(|it| it.train_loss).collect();
        let (Some(&now), Some(&trained)) = (validation.last(), training.last()) else {
            return false;
        };
        let places = validation.iter().enumerate();
        let lowest = places.min_by(|a, b| a.1.total_cmp(b.1));
        let Some((best, &lowest)) = lowest else {
            return false;
        };
        let loss = 100.0 * (now / lowest - 1.0);
        let since = validation.len() - 1 - best;
        match self {
            Self::GeneralizationLoss(percent) => loss > percent,
            Self::ProgressQuotient(limit) => {
                let strip = &training[training.len().saturating_sub(5)..];
                let least = strip.iter().copied().fold(f64::INFINITY, f64::min);
                let mean = strip.iter().sum::<f64>() / strip.len() as f64;
                let progress = 1000.0 * (mean / least - 1.0);
                strip.len() == 5 && loss > limit * progress
            }
            Self::Up(epochs, times) => {
                let ends = validation.iter().rev().step_by(epochs).take(times + 1);
                let ends: Vec<f64> = ends.copied().collect();
                ends.len() == times + 1 && ends.windows(2).all(|two| two[0] > two[1])
            }
            Self::Patience(epochs) => since >= epochs,
            Self::ThreeLines => {
                let last = &validation[validation.len().saturating_sub(3)..];
                let mean = last.iter().sum::<f64>() / last.len() as f64;
                since >= 3 && mean >= 1.05 * lowest && trained < training[best]
            }
        }
    }
}
