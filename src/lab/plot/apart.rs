//! Names beside the right ends of lines, kept from lying on each other.

/// A label that would like to be somewhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wish {
    /// The middle of its height, at the end of its line.
    pub y: f64,
    /// Labels of lower ranks stay where not all have room.
    pub rank: usize,
}

/// Gives labels of one height places between `top` and `bottom`, as near to their lines as they
/// can be without lying on each other. A label without room has no place.
pub fn places(wishes: &[Wish], height: f64, top: f64, bottom: f64) -> Vec<Option<f64>> {
    let room = ((bottom - top) / height + 1e-9).floor().max(0.0) as usize;
    let mut kept: Vec<usize> = (0..wishes.len()).collect();
    kept.sort_by_key(|index| wishes[*index].rank);
    kept.truncate(room);
    kept.sort_by(|a, b| wishes[*a].y.total_cmp(&wishes[*b].y));
    let desired: Vec<f64> = kept.iter().map(|index| wishes[*index].y).collect();
    let mut places = vec![None; wishes.len()];
    for (index, y) in kept.iter().zip(spread(&desired, height, top, bottom)) {
        places[*index] = Some(y);
    }
    places
}

/// Neighbours that would overlap become one block about the mean of their wishes.
struct Block {
    /// Sum of where each would have its block's first label.
    sum: f64,
    count: usize,
}

/// Moves sorted heights apart by as little as possible.
fn spread(desired: &[f64], height: f64, top: f64, bottom: f64) -> Vec<f64> {
    let first = |block: &Block| {
        let least = top + height / 2.0;
        let most = bottom - height * (block.count as f64 - 0.5);
        (block.sum / block.count as f64).min(most).max(least)
    };
    let mut blocks: Vec<Block> = Vec::new();
    for y in desired {
        let mut block = Block { sum: *y, count: 1 };
        while let Some(above) = blocks.last() {
            if first(above) + height * above.count as f64 <= first(&block) {
                break;
            }
            // Below its neighbour, each label of the block starts that much lower.
            let lowered = height * (above.count * block.count) as f64;
            block = Block {
                sum: above.sum + block.sum - lowered,
                count: above.count + block.count,
            };
            blocks.pop();
        }
        blocks.push(block);
    }
    blocks
        .iter()
        .flat_map(|block| {
            let first = first(block);
            (0..block.count).map(move |index| first + height * index as f64)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(y: f64, rank: usize) -> Wish {
        Wish { y, rank }
    }

    #[test]
    fn labels_far_apart_stay_and_near_ones_share_the_way() {
        assert_eq!(spread(&[20.0, 80.0], 10.0, 0.0, 100.0), [20.0, 80.0]);
        assert_eq!(spread(&[50.0, 50.0], 10.0, 0.0, 100.0), [45.0, 55.0]);
        assert_eq!(
            spread(&[48.0, 50.0, 52.0], 10.0, 0.0, 100.0),
            [40.0, 50.0, 60.0]
        );
    }

    #[test]
    fn labels_stay_inside() {
        assert_eq!(spread(&[-5.0, 2.0], 10.0, 0.0, 100.0), [5.0, 15.0]);
        assert_eq!(spread(&[99.0, 120.0], 10.0, 0.0, 100.0), [85.0, 95.0]);
    }

    #[test]
    fn nothing_overlaps_however_crowded() {
        let wishes: Vec<Wish> = (0..40)
            .map(|index| wish(30.0 + (index * 7 % 11) as f64, index))
            .collect();
        let places = places(&wishes, 12.0, 0.0, 200.0);
        let mut heights: Vec<f64> = places.iter().flatten().copied().collect();
        assert_eq!(heights.len(), 16, "as many as have room");
        heights.sort_by(f64::total_cmp);
        for pair in heights.windows(2) {
            assert!(pair[1] - pair[0] >= 12.0 - 1e-3, "{pair:?}");
        }
        assert!(heights[0] >= 6.0 && heights[15] <= 194.0);
        assert!(places[0].is_some() && places[39].is_none(), "by rank");
    }

    #[test]
    fn names_of_any_lines_keep_their_order() {
        let check = |wanted: &[f64]| {
            let wishes: Vec<Wish> = wanted.iter().map(|y| wish(*y, 0)).collect();
            let placed: Vec<f64> = places(&wishes, 18.0, -9.0, 249.0)
                .into_iter()
                .map(Option::unwrap)
                .collect();
            let mut sorted = placed.clone();
            sorted.sort_by(f64::total_cmp);
            for pair in sorted.windows(2) {
                assert!(pair[1] - pair[0] > 18.0 - 1e-6, "{placed:?}");
            }
            assert!(sorted[0] >= -1e-6 && sorted[sorted.len() - 1] <= 240.0 + 1e-6);
            for (a, b) in wanted.iter().zip(&placed) {
                for (c, d) in wanted.iter().zip(&placed) {
                    assert!(a >= c || b < d, "order is kept: {placed:?}");
                }
            }
        };
        check(&[10.0]);
        check(&[10.0, 12.0]);
        check(&[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 4.0]);
        check(&[239.0, 240.0, 238.0, 100.0, 101.0]);
        check(&[-50.0, 500.0, 120.0]);
    }
}
