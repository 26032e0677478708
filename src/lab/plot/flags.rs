//! Flags over plots: live changes and the best epoch, in a band of their own, in rows so that no
//! text lies on another.

use super::axis::Axis;
use super::curves::Curves;
use super::fit::{Measure, fitted};

/// What a flag stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlagKind {
    /// The best epoch.
    Best,
    /// A change that acted.
    Change,
    /// A change to come.
    Planned,
}

/// Whose flags are shown, and what happens to flags outside the x axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flagged {
    /// The changes of the run that is looked at, and its best epoch. A flag outside a part of the
    /// axis that a person zoomed into isn't shown.
    LookedAt,
    /// The changes of all runs. A change before the first epoch stands at the left end.
    Every,
}

/// How a band of flags is laid out. Lengths are in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FlagStyle {
    /// Whose flags are shown.
    pub flagged: Flagged,
    /// Rows that are kept free even where there is no flag: the first flag must not move the plots.
    pub least_rows: usize,
    /// Rows at most. A flag without a row is counted by the flag before it.
    pub most_rows: usize,
    /// The height of a row.
    pub row: f64,
    /// Between a line and its text.
    pub gap: f64,
    /// Between a text and the next in its row.
    pub apart: f64,
}

/// A vertical line through all plots and the text over it.
#[derive(Clone, Debug, PartialEq)]
pub struct Flag {
    /// The index of the curves that it belongs to.
    pub of: usize,
    /// What it stands for.
    pub kind: FlagKind,
    /// Where it lies along the plots.
    pub x: f64,
    /// Where its line lies, in points.
    pub at: f64,
    /// What it says.
    pub text: String,
    /// Where its text stands; none where it has no room.
    pub spot: Option<Spot>,
}

/// Where the text of a flag stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// The row, from 0 at the top.
    pub row: usize,
    /// The left end of the text, in points.
    pub left: f64,
}

/// The flags with their places.
#[derive(Clone, Debug, PartialEq)]
pub struct FlagBand {
    /// The flags, in order of x.
    pub flags: Vec<Flag>,
    /// How many rows the band has.
    pub rows: usize,
}

impl FlagBand {
    /// Lays flags out over plots whose x axis is known. Texts end at `right`, in points.
    ///
    /// The texts of the last row begin at `title_end` at the earliest, where the title of the first plot
    /// stands in that row.
    pub fn new(
        curves: &[Curves<'_>],
        x: &Axis,
        [title_end, right]: [f64; 2],
        style: &FlagStyle,
        measure: &Measure<'_>,
    ) -> Self {
        let ends = [x.places[0], right];
        let mut flags = flags(curves, x, style.flagged);
        for flag in &mut flags {
            flag.text = fitted(&flag.text, ends[1] - ends[0], measure);
        }
        let texts: Vec<[f64; 2]> = flags
            .iter()
            .map(|flag| [flag.at, measure(&flag.text)])
            .collect();
        let mut rows = style.least_rows;
        for (flag, given) in flags.iter_mut().zip(spots(&texts, ends, title_end, style)) {
            let Some((spot, merged)) = given else {
                continue;
            };
            rows = rows.max(spot.row + 1);
            flag.spot = Some(spot);
            if merged > 0 {
                flag.text = format!("{}, {merged} more", flag.text);
            }
        }
        Self { flags, rows }
    }
}

/// The flags in order of x. Changes of a run at the same place are one flag.
fn flags(curves: &[Curves<'_>], x: &Axis, flagged: Flagged) -> Vec<Flag> {
    let looked_at = curves.iter().rposition(Curves::is_looked_at);
    let mut flags: Vec<Flag> = Vec::new();
    for (of, curves) in curves.iter().enumerate() {
        if flagged == Flagged::LookedAt {
            if looked_at != Some(of) {
                continue;
            }
            flags.extend(curves.best_point().map(|point| Flag {
                of,
                kind: FlagKind::Best,
                x: point.x,
                at: x.at(point.x),
                text: match curves.is_mean() {
                    true => format!("mean's best {}", point.epoch),
                    false => format!("best {}", point.epoch),
                },
                spot: None,
            }));
        }
        // An export shows what has acted, and nothing that is only planned.
        let shown = curves
            .changes
            .iter()
            .filter(|change| change.acted || flagged == Flagged::LookedAt);
        for change in shown {
            let kind = if change.acted {
                FlagKind::Change
            } else {
                FlagKind::Planned
            };
            match flags.last_mut() {
                Some(last) if last.of == of && last.kind == kind && last.x == change.x => {
                    last.text = format!("{}, {}", last.text, change.text);
                }
                _ => flags.push(Flag {
                    of,
                    kind,
                    x: change.x,
                    at: x.clamped(change.x),
                    text: change.text.clone(),
                    spot: None,
                }),
            }
        }
    }
    if flagged == Flagged::LookedAt {
        flags.retain(|flag| x.holds(flag.x));
    }
    flags.sort_by(|a, b| a.x.total_cmp(&b.x));
    flags
}

/// Puts texts beside their lines into the first row where they have room: to the right of the
/// line, or to the left near the right end. A flag without room in any row is counted by the one
/// before it. `texts` are the place of a line and the width of its text, in order. The last of the rows that
/// are always there begins at `title_end`.
fn spots(
    texts: &[[f64; 2]],
    ends: [f64; 2],
    title_end: f64,
    style: &FlagStyle,
) -> Vec<Option<(Spot, usize)>> {
    let mut taken: Vec<f64> = vec![f64::NEG_INFINITY; style.least_rows];
    if let Some(last) = taken.last_mut() {
        *last = title_end;
    }
    let mut spots: Vec<Option<(Spot, usize)>> = Vec::with_capacity(texts.len());
    let mut last: Option<usize> = None;
    for (index, [x, width]) in texts.iter().enumerate() {
        let to_right = x + style.gap;
        let left = if to_right + width > ends[1] {
            (x - style.gap - width).max(ends[0])
        } else {
            to_right
        };
        let row = taken.iter().position(|end| *end <= left);
        let row = row.or_else(|| (taken.len() < style.most_rows).then_some(taken.len()));
        // Beside a title a text stands away from its line, rather than nowhere.
        let beside_title = || taken.iter().position(|end| *end == title_end);
        let (row, left) = match (row, last) {
            (None, None) => (beside_title(), left.max(title_end)),
            _ => (row, left),
        };
        spots.push(row.map(|row| (Spot { row, left }, 0)));
        match (row, last) {
            (Some(row), _) => {
                if row == taken.len() {
                    taken.push(0.0);
                }
                taken[row] = left + width + style.apart;
                last = Some(index);
            }
            (None, Some(last)) => {
                if let Some(Some((_, merged))) = spots.get_mut(last) {
                    *merged += 1;
                }
            }
            (None, None) => {}
        }
    }
    spots
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(most_rows: usize) -> FlagStyle {
        FlagStyle {
            flagged: Flagged::LookedAt,
            least_rows: 1,
            most_rows,
            row: 15.0,
            gap: 3.0,
            apart: 24.0,
        }
    }

    fn placed(texts: &[[f64; 2]], most_rows: usize) -> Vec<Option<(Spot, usize)>> {
        spots(texts, [0.0, 400.0], 0.0, &style(most_rows))
    }

    #[test]
    fn a_title_in_the_last_row_is_never_written_over() {
        let two_rows = FlagStyle {
            least_rows: 2,
            ..style(2)
        };
        let early = [[10.0, 60.0], [30.0, 60.0], [200.0, 60.0]];
        let shown = spots(&early, [0.0, 400.0], 48.0, &two_rows);
        // The second has no row beside the first, and the title is in the way.
        assert_eq!(shown[1], None);
        assert_eq!(shown[0].unwrap(), (Spot { row: 0, left: 13.0 }, 1));
        assert_eq!(shown[2].unwrap().0.row, 0);
        let one = spots(&[[10.0, 60.0]], [0.0, 400.0], 48.0, &style(1));
        assert_eq!(one[0].unwrap().0, Spot { row: 0, left: 48.0 });
    }

    #[test]
    fn neighbours_go_into_rows_and_far_ones_share_the_first() {
        let spots = placed(&[[10.0, 60.0], [30.0, 60.0], [200.0, 60.0]], 3);
        let rows: Vec<usize> = spots.iter().flatten().map(|(spot, _)| spot.row).collect();
        assert_eq!(rows, [0, 1, 0]);
        assert_eq!(spots[0].unwrap().0.left, 13.0);
    }

    #[test]
    fn texts_near_the_right_end_turn_left() {
        let spots = placed(&[[390.0, 60.0]], 3);
        assert_eq!(spots[0].unwrap().0.left, 327.0);
    }

    #[test]
    fn what_has_no_row_is_counted_and_never_overlaps() {
        let crowd: Vec<[f64; 2]> = (0..9)
            .map(|index| [10.0 + f64::from(index), 80.0])
            .collect();
        let shown: Vec<(Spot, usize)> = placed(&crowd, 2).into_iter().flatten().collect();
        assert_eq!(shown.len(), 2);
        assert_eq!(shown.iter().map(|(_, merged)| merged).sum::<usize>(), 7);
        assert_ne!(shown[0].0.row, shown[1].0.row);
        let all: Vec<(Spot, usize)> = placed(&crowd, usize::MAX).into_iter().flatten().collect();
        assert_eq!(all.len(), 9, "without a limit each has a row");
    }
}
