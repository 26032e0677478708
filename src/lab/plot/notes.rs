//! What a plot says of points that lie outside its picture.

use super::thin::Outside;
use crate::lab::format;

/// What is said above and below a picture. `group` is how many batches a point stands for.
pub fn notes(points: Outside, batches: Outside, group: usize) -> [Option<String>; 2] {
    let note = |points: usize, batches: usize, side: &str| {
        let counted = |count: usize, one: &str, many: &str| {
            (count > 0).then(|| {
                let noun = if count == 1 { one } else { many };
                format!("{} {noun}", format::whole(count))
            })
        };
        let parts: Vec<String> = [
            counted(points, "value", "values"),
            if group > 1 {
                counted(batches, "mean of batches", "means of batches")
            } else {
                counted(batches, "batch", "batches")
            },
        ]
        .into_iter()
        .flatten()
        .collect();
        (!parts.is_empty()).then(|| format!("{} {side}", parts.join(", ")))
    };
    [
        note(points.above, batches.above, "above"),
        note(points.below, batches.below, "below"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_count_points_and_batches_apart() {
        let none = Outside::default();
        assert_eq!(notes(none, none, 1), [None, None]);
        let points = Outside { above: 1, below: 3 };
        let batches = Outside {
            above: 0,
            below: 1_204,
        };
        assert_eq!(
            notes(points, batches, 1),
            [
                Some("1 value above".into()),
                Some("3 values, 1,204 batches below".into())
            ]
        );
        let [_, below] = notes(none, batches, 16);
        assert_eq!(below.as_deref(), Some("1,204 means of batches below"));
    }
}
