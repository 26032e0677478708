//! Batch norm in training: the statistics of the batch forward, their part of the gradient
//! backward, and the running statistics for evaluation (Ioffe & Szegedy 2015).

use super::super::plan::BATCH_NORM_EPSILON;
use super::Moments;
use super::convolution::NormSums;
use super::slot::{Rule, Slot};
use overfit_kernels::{Correction, InstructionSet};

/// A batch norm of the network in training.
pub(super) struct NormLayer {
    isa: InstructionSet,
    gamma: Vec<f32>,
    beta: Vec<f32>,
    running_mean: Vec<f32>,
    running_variance: Vec<f32>,
    gamma_slot: Slot,
    beta_slot: Slot,
    /// The share of the running statistics that a step keeps.
    momentum: f64,
    /// How many numbers of each feature the batch has.
    count: f64,
    mean: Vec<f64>,
    /// 1 / √(variance + ε) of the last batch.
    inverse: Vec<f64>,
    /// γ / √(variance + ε) of the last batch.
    pub scale: Vec<f32>,
    /// β − mean · scale of the last batch.
    pub offset: Vec<f32>,
}

impl NormLayer {
    /// A batch norm of γ, β, running mean and running variance.
    pub fn new(isa: InstructionSet, values: [&[f32]; 4], momentum: f64) -> Self {
        let [gamma, beta, mean, variance] = values.map(<[f32]>::to_vec);
        let features = gamma.len();
        Self {
            isa,
            gamma_slot: Slot::new(features),
            beta_slot: Slot::new(features),
            running_mean: mean,
            running_variance: variance,
            momentum,
            count: 0.0,
            mean: vec![0.0; features],
            inverse: vec![0.0; features],
            scale: gamma.clone(),
            offset: beta.clone(),
            gamma,
            beta,
        }
    }

    /// How many features there are.
    pub fn features(&self) -> usize {
        self.gamma.len()
    }

    /// Takes the statistics of a batch, piece by piece. Each piece has so many numbers of every
    /// feature, with their mean and their sum of squared deviations (Chan, Golub & LeVeque 1979).
    pub fn measure<'a>(
        &mut self,
        count: usize,
        pieces: impl Iterator<Item = (&'a [f32], &'a [f32])>,
    ) {
        let features = self.features();
        let piece_count = count as f64;
        let mut total = 0.0;
        let (mut mean, mut deviations) = (vec![0.0_f64; features], vec![0.0_f64; features]);
        for (means, squares) in pieces {
            let after = total + piece_count;
            let (share, cross) = (piece_count / after, total * piece_count / after);
            for feature in 0..features {
                let shift = f64::from(means[feature]) - mean[feature];
                mean[feature] += shift * share;
                deviations[feature] += f64::from(squares[feature]) + shift * shift * cross;
            }
            total = after;
        }
        self.count = total;
        let keep = |running: &mut f32, new: f64| {
            *running = (self.momentum * f64::from(*running) + (1.0 - self.momentum) * new) as f32;
        };
        for feature in 0..features {
            let variance = deviations[feature] / total;
            keep(&mut self.running_mean[feature], mean[feature]);
            keep(&mut self.running_variance[feature], variance);
            let inverse = 1.0 / (variance + BATCH_NORM_EPSILON).sqrt();
            let scale = f64::from(self.gamma[feature]) * inverse;
            self.inverse[feature] = inverse;
            self.scale[feature] = scale as f32;
            self.offset[feature] = (f64::from(self.beta[feature]) - mean[feature] * scale) as f32;
        }
        self.mean = mean;
    }

    /// Computes the gradients of γ and β from the sums of the gradient g at the output. Gives the
    /// correction that makes the gradient of the input x out of g, or of `scale · g` where
    /// `is_scaled`: dx = scale · (g − Σg/n − x̂ · Σgx̂/n), with x̂ = (x − mean) · inverse.
    pub fn backward(&mut self, sums: &NormSums, is_scaled: bool) -> Correction {
        let features = self.features();
        let mut correction = Correction::none(features);
        for feature in 0..features {
            let (mean, inverse) = (self.mean[feature], self.inverse[feature]);
            let scale = f64::from(self.gamma[feature]) * inverse;
            let beta = sums.gradient[feature];
            let gamma = (sums.gradient_by_input[feature] - mean * beta) * inverse;
            self.beta_slot.gradient[feature] = beta as f32;
            self.gamma_slot.gradient[feature] = gamma as f32;
            let slope = -scale * inverse * gamma / self.count;
            if !is_scaled {
                correction.factor[feature] = scale as f32;
            }
            correction.slope[feature] = slope as f32;
            correction.offset[feature] = (-scale * beta / self.count - slope * mean) as f32;
        }
        correction
    }

    /// The gradients of γ and β.
    pub fn slots(&mut self) -> [&mut Slot; 2] {
        [&mut self.gamma_slot, &mut self.beta_slot]
    }

    /// Updates γ and β.
    pub fn update(&mut self, rule: &Rule) {
        self.gamma_slot.update(self.isa, rule, &mut self.gamma);
        self.beta_slot.update(self.isa, rule, &mut self.beta);
    }

    /// γ, β, running mean and running variance.
    pub fn values(&self) -> [Vec<f32>; 4] {
        [
            &self.gamma,
            &self.beta,
            &self.running_mean,
            &self.running_variance,
        ]
        .map(Clone::clone)
    }

    /// The optimizer's moments of γ and β. The running statistics have none.
    pub fn moments(&self) -> [Moments; 4] {
        [
            self.gamma_slot.moments(),
            self.beta_slot.moments(),
            Moments::default(),
            Moments::default(),
        ]
    }

    /// Takes up the optimizer's moments of γ and β.
    pub fn restore(&mut self, [gamma, beta, ..]: [Moments; 4]) {
        self.gamma_slot.restore(gamma);
        self.beta_slot.restore(beta);
    }
}
