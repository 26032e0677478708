//! What a range test says, in sentences.

use super::{FoundRates, NoRange, ORDERS, RateRange};
use crate::experiment::Optimizer;
use crate::lab::format;

impl FoundRates {
    /// What was found, in a sentence.
    pub fn finding(&self) -> String {
        match self.range {
            Ok(RateRange { lower, upper }) => format!(
                "This network learns with learning rates from {} to {}.",
                format::rate(format::significant(lower, 2)),
                format::rate(format::significant(upper, 2)),
            ),
            Err(NoRange::DivergedAtOnce) => {
                "No range was found: the loss rose from the lowest rates on.".into()
            }
            Err(NoRange::NoFall) => {
                "No range was found: the loss fell at no rate by more than it scatters.".into()
            }
        }
    }

    /// What follows from it, in a sentence or two.
    pub fn advice(&self) -> String {
        match &self.range {
            Ok(range) => format!(
                "Train with {}, a third of the upper end: a run of many epochs can diverge at rates that this \
                 short test survives.",
                format::rate(range.suggested())
            ),
            Err(NoRange::DivergedAtOnce) => {
                "Try batch norm, or clip the gradient, and look at the images: values that are far \
                 from each other can do that."
                    .into()
            }
            Err(NoRange::NoFall) => {
                "Labels that are all random, or very small batches, can do that. Try larger batches, \
                 less label noise or a wider network."
                    .into()
            }
        }
    }

    /// How it was found, in a sentence.
    pub fn method(&self) -> String {
        let optimizer = match self.optimizer {
            Optimizer::Adam => "Adam",
            Optimizer::AdamW => "AdamW",
            Optimizer::Sgd => "SGD with momentum",
        };
        format!(
            "The test has trained {ORDERS} new networks for a few steps each, with {optimizer} and batches \
             of {}, at a learning rate that grew from step to step. The range holds for this optimizer and \
             this size of batches.",
            format::whole(self.batch_size)
        )
    }
}
