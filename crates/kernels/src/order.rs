//! Converts the weights of a convolution between the order of the plan and that of the kernels.

/// How many pixels a window of 3×3 has.
const WINDOW: usize = 9;

/// Converts `[out, in, row, column]` to `[row, column, in, out]`.
pub fn channels_last(weights: &[f32], channels: usize, outputs: usize) -> Vec<f32> {
    let mut last = vec![0.0; weights.len()];
    for (place, &weight) in weights.iter().enumerate() {
        let window = place % WINDOW;
        let channel = place / WINDOW % channels;
        let output = place / (WINDOW * channels);
        last[(window * channels + channel) * outputs + output] = weight;
    }
    last
}

/// Converts `[row, column, in, out]` to `[out, in, row, column]`.
pub fn channels_first(weights: &[f32], channels: usize, outputs: usize) -> Vec<f32> {
    let mut first = vec![0.0; weights.len()];
    for (place, &weight) in weights.iter().enumerate() {
        let output = place % outputs;
        let channel = place / outputs % channels;
        let window = place / (outputs * channels);
        first[(output * channels + channel) * WINDOW + window] = weight;
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_orders_lead_to_each_other() {
        let (channels, outputs) = (2, 3);
        let first: Vec<f32> = (0..54).map(|place| place as f32).collect();
        let last = channels_last(&first, channels, outputs);
        // This is the place of output 2, input 1, row 1, column 2.
        let place = ((3 + 2) * channels + 1) * outputs + 2;
        assert_eq!(last[place], ((2 * channels + 1) * WINDOW + 5) as f32);
        assert_eq!(channels_first(&last, channels, outputs), first);
    }
}
