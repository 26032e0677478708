//! Where the marks of an axis lie, and what they say.

use crate::lab::format::rounded;
use crate::lab::sweep::Metric;

/// Zero and round places on both sides of it, two or three on each.
pub(super) fn about_zero(reach: f64) -> Vec<f64> {
    let power = 10.0_f64.powf((reach / 2.0).log10().floor());
    let steps = [5.0, 2.0, 1.0].map(|digit| digit * power);
    let step = steps
        .into_iter()
        .find(|step| 2.0 * step <= reach)
        .unwrap_or(power);
    let count = (reach / step) as i32;
    (-count..=count)
        .map(|place| f64::from(place) * step)
        .collect()
}

/// Round figures within a range, with the step between them: about so many.
pub(super) fn within([low, high]: [f64; 2], about: f64) -> (Vec<f64>, f64) {
    let least = (high - low) / about;
    let power = 10.0_f64.powf(least.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|digit| digit * power);
    let step = steps
        .into_iter()
        .find(|step| *step >= least * (1.0 - 1e-9))
        .unwrap_or(10.0 * power);
    let first = (low / step).ceil() as i64;
    let last = (high / step).floor() as i64;
    let count = last.saturating_sub(first).clamp(-1, 100);
    let marks = (0..=count).map(|more| (first + more) as f64 * step);
    (marks.collect(), step)
}

/// Round figures within a range, with the step between them: so few as still are as many as this.
pub(super) fn at_least(count: usize, range: [f64; 2]) -> (Vec<f64>, f64) {
    let few = count.saturating_sub(1).max(1);
    let found = (few..=3 * few).map(|about| within(range, about as f64));
    let mut found = found.skip_while(|(marks, _)| marks.len() < count);
    found
        .next()
        .unwrap_or_else(|| within(range, 3.0 * few as f64))
}

/// A mark of a figure in words, with as many decimals as the step asks for: `97.5%`.
pub(super) fn words(mark: f64, step: f64, metric: Metric) -> String {
    let (factor, unit) = match metric {
        Metric::Accuracy => (100.0, "%"),
        Metric::Gap => (100.0, ""),
        Metric::Loss | Metric::Epoch => (1.0, ""),
    };
    let decimals = (-(factor * step).log10().floor()).clamp(0.0, 9.0) as usize;
    let text = format!("{:.decimals$}", factor * mark);
    // Rounding may leave a sign before a zero.
    let text = if text
        .trim_start_matches('-')
        .bytes()
        .all(|b| b"0.".contains(&b))
    {
        text.trim_start_matches('-').to_owned()
    } else {
        text.replace('-', "−")
    };
    format!("{text}{unit}")
}

/// A mark of a difference: percentage points for fractions.
pub(super) fn signed(mark: f64, metric: Metric) -> String {
    let value = match metric {
        Metric::Accuracy | Metric::Gap => 100.0 * mark,
        Metric::Loss | Metric::Epoch => mark,
    };
    // Steps have a single digit, so that this is short.
    let text = rounded(value.abs(), 6);
    let sign = match value {
        _ if value < 0.0 => "−",
        _ if value > 0.0 => "+",
        _ => "",
    };
    format!("{sign}{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_about_zero_are_round_and_few() {
        assert_eq!(about_zero(2.3), [-2.0, -1.0, 0.0, 1.0, 2.0]);
        for reach in [0.003, 0.0181, 0.19, 1.0, 7.7, 12.0, 950.0] {
            let marks = about_zero(reach);
            assert!((5..=9).contains(&marks.len()), "{reach}: {marks:?}");
            assert!(marks.iter().all(|mark| mark.abs() <= reach * 1.000_001));
        }
        assert_eq!(signed(0.02, Metric::Accuracy), "+2");
        assert_eq!(signed(-0.5, Metric::Loss), "−0.5");
        assert_eq!(signed(0.0, Metric::Accuracy), "0");
    }

    #[test]
    fn an_axis_has_as_many_marks_as_it_needs() {
        assert_eq!(at_least(4, [0.0, 0.41]).0.len(), 5);
        for high in [0.012, 0.1, 0.26, 0.5, 0.99, 1.7, 3.2, 60.0] {
            let (marks, _) = at_least(4, [0.0, high]);
            assert!((4..=7).contains(&marks.len()), "{high}: {marks:?}");
        }
    }

    #[test]
    fn marks_within_a_range_are_round_and_say_what_they_mark() {
        let said = |range, metric| {
            let (marks, step) = within(range, 4.0);
            let texts = marks.iter().map(|mark| words(*mark, step, metric));
            texts.collect::<Vec<_>>()
        };
        assert_eq!(
            said([0.913, 0.952], Metric::Accuracy),
            ["92%", "93%", "94%", "95%"]
        );
        assert_eq!(said([0.0, 0.41], Metric::Loss), ["0.0", "0.2", "0.4"]);
        assert_eq!(said([-0.011, 0.012], Metric::Gap), ["−1", "0", "1"]);
        assert_eq!(said([3.0, 11.0], Metric::Epoch), ["4", "6", "8", "10"]);
    }
}
