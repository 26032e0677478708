//! A tensor's gradient and the optimizer's moments of it.

use crate::experiment::Optimizer;
use overfit_kernels::{InstructionSet, Update};

/// Adam's decay rates and the momentum of SGD.
const BETAS: [f64; 2] = [0.9, 0.999];
/// The value of Kingma & Ba 2015. burn's default, 1e-5, makes another optimizer where gradients are
/// small.
const EPSILON: f32 = 1e-8;

/// How a step updates the weights.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// The optimizer whose rule is followed.
    pub optimizer: Optimizer,
    /// The learning rate.
    pub learning_rate: f64,
    /// The weight decay of every trained tensor.
    pub weight_decay: f64,
    /// The longest gradient, over all tensors together, that a step follows in full.
    pub gradient_clip: Option<f64>,
}

/// What an optimizer remembers of a tensor, with one number for each weight. Empty before the first
/// step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moments {
    /// How many steps the moments have seen.
    pub steps: u64,
    /// Adam's first moment, or SGD's velocity.
    pub first: Vec<f32>,
    /// Adam's second moment; empty for SGD.
    pub second: Vec<f32>,
}

impl Moments {
    /// The same moments in another order of the weights.
    pub fn map(self, order: impl Fn(&[f32]) -> Vec<f32>) -> Self {
        let reorder = |values: Vec<f32>| {
            if values.is_empty() {
                values
            } else {
                order(&values)
            }
        };
        Self {
            steps: self.steps,
            first: reorder(self.first),
            second: reorder(self.second),
        }
    }
}

/// What training keeps beside a tensor's weights.
pub(super) struct Slot {
    /// The gradient of the last step.
    pub gradient: Vec<f32>,
    moments: Moments,
}

impl Slot {
    pub fn new(count: usize) -> Self {
        Self {
            gradient: vec![0.0; count],
            moments: Moments::default(),
        }
    }

    pub fn moments(&self) -> Moments {
        self.moments.clone()
    }

    pub fn restore(&mut self, moments: Moments) {
        self.moments = moments;
    }

    /// The sum of the squares of the gradient.
    pub fn gradient_squares(&self) -> f64 {
        let squares = self.gradient.iter().map(|&value| f64::from(value).powi(2));
        squares.sum()
    }

    /// Multiplies the gradient.
    pub fn scale_gradient(&mut self, factor: f32) {
        for value in &mut self.gradient {
            *value *= factor;
        }
    }

    /// Moves the weights by one step along the gradient.
    pub fn update(&mut self, isa: InstructionSet, rule: &Rule, weights: &mut [f32]) {
        let count = weights.len();
        let moments = &mut self.moments;
        moments.steps += 1;
        moments.first.resize(count, 0.0);
        let power = |beta: f64| beta.powi(i32::try_from(moments.steps).unwrap_or(i32::MAX));
        let decay = rule.weight_decay;
        let mut update = Update {
            decay_gradient: decay as f32,
            keep: 1.0,
            betas: BETAS.map(|beta| beta as f32),
            corrections: BETAS.map(|beta| (1.0 - power(beta)) as f32),
            rate: rule.learning_rate as f32,
            epsilon: EPSILON,
        };
        if rule.optimizer == Optimizer::AdamW {
            update.keep = (1.0 - rule.learning_rate * decay) as f32;
            update.decay_gradient = 0.0;
        }
        match rule.optimizer {
            Optimizer::Adam | Optimizer::AdamW => {
                moments.second.resize(count, 0.0);
                overfit_kernels::adam(
                    isa,
                    &update,
                    weights,
                    &self.gradient,
                    &mut moments.first,
                    &mut moments.second,
                );
            }
            Optimizer::Sgd => {
                overfit_kernels::momentum(
                    isa,
                    &update,
                    weights,
                    &self.gradient,
                    &mut moments.first,
                );
            }
        }
    }
}
