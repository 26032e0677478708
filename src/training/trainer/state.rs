//! The state of a trainer as plain data: everything that the next step depends on beside its batch
//! and its settings.

use crate::experiment::Optimizer;
use crate::model::{ModelError, Moments, NetworkSpec, Weights};
use std::collections::BTreeMap;

/// The saved state of a network in training.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TrainerState {
    /// The weights, with the running statistics of batch norm.
    pub weights: Weights,
    pub optimizer: OptimizerState,
}

/// The saved state of an optimizer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OptimizerState {
    pub kind: Optimizer,
    /// The moments by the names of their tensors. A tensor that has seen no step, or was forgotten,
    /// has none.
    pub tensors: BTreeMap<String, Moments>,
}

impl OptimizerState {
    /// Checks that the state is of a network with these sizes.
    ///
    /// # Errors
    /// The first tensor that the network doesn't train, or whose moments have another length.
    pub fn check(&self, spec: &NetworkSpec) -> Result<(), ModelError> {
        let plans = spec.tensors();
        for (name, moments) in &self.tensors {
            let plan = plans
                .iter()
                .find(|plan| plan.name == *name && plan.is_trained())
                .ok_or_else(|| ModelError::Tensor {
                    problem: format!("found moments of the tensor {name}, which it doesn't train"),
                })?;
            let expected = match self.kind {
                Optimizer::Adam | Optimizer::AdamW => [plan.len(), plan.len()],
                Optimizer::Sgd => [plan.len(), 0],
            };
            let found = [moments.first.len(), moments.second.len()];
            if found != expected {
                return Err(ModelError::Tensor {
                    problem: format!(
                        "found {found:?} moments of the tensor {name}, expected {expected:?}"
                    ),
                });
            }
        }
        Ok(())
    }
}
