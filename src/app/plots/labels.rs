//! Names at the right ends of lines, kept from lying on each other.

/// A label that would like to be somewhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Wish {
    /// The middle of its height, at the end of its line.
    pub(super) y: f32,
    /// From left to right.
    pub(super) x: [f32; 2],
    /// Lower ranks stay where not all have room.
    pub(super) rank: usize,
}

/// Heights for labels of one height between `top` and `bottom`, as near to their lines as they
/// can be without lying on each other; `None` where there is no room. Labels that share no x may
/// share a height.
pub(super) fn place(wishes: &[Wish], height: f32, top: f32, bottom: f32) -> Vec<Option<f32>> {
    let mut places = vec![None; wishes.len()];
    for mut group in groups(wishes) {
        let room = ((bottom - top) / height).floor().max(0.0) as usize;
        group.sort_by_key(|index| wishes[*index].rank);
        group.truncate(room);
        group.sort_by(|a, b| wishes[*a].y.total_cmp(&wishes[*b].y));
        let desired: Vec<f32> = group.iter().map(|index| wishes[*index].y).collect();
        for (index, y) in group.iter().zip(spread(&desired, height, top, bottom)) {
            places[*index] = Some(y);
        }
    }
    places
}

/// Labels that share an x, directly or through others.
fn groups(wishes: &[Wish]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..wishes.len()).collect();
    order.sort_by(|a, b| wishes[*a].x[0].total_cmp(&wishes[*b].x[0]));
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut right = f32::NEG_INFINITY;
    for index in order {
        let [from, to] = wishes[index].x;
        match groups.last_mut() {
            Some(group) if from < right => group.push(index),
            _ => groups.push(vec![index]),
        }
        right = right.max(to);
    }
    groups
}

/// Neighbours that would overlap become one block about the mean of their wishes.
struct Block {
    /// Sum of where each would have its block's first label.
    sum: f32,
    count: usize,
}

/// Moves sorted heights apart by as little as possible.
fn spread(desired: &[f32], height: f32, top: f32, bottom: f32) -> Vec<f32> {
    let first = |block: &Block| {
        let least = top + height / 2.0;
        let most = bottom - height * (block.count as f32 - 0.5);
        (block.sum / block.count as f32).min(most).max(least)
    };
    let mut blocks: Vec<Block> = Vec::new();
    for y in desired {
        let mut block = Block { sum: *y, count: 1 };
        while let Some(above) = blocks.last() {
            if first(above) + height * above.count as f32 <= first(&block) {
                break;
            }
            // Below its neighbour, each label of the block starts that much lower.
            let lowered = height * (above.count * block.count) as f32;
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
            (0..block.count).map(move |index| first + height * index as f32)
        })
        .collect()
}

/// A name cut to so many characters.
pub(super) fn shortened(name: &str, most: usize) -> String {
    if name.chars().count() <= most {
        return name.to_owned();
    }
    let kept: String = name.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(y: f32, rank: usize) -> Wish {
        Wish {
            y,
            x: [0.0, 80.0],
            rank,
        }
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
            .map(|index| wish(30.0 + (index * 7 % 11) as f32, index))
            .collect();
        let places = place(&wishes, 12.0, 0.0, 200.0);
        let mut heights: Vec<f32> = places.iter().flatten().copied().collect();
        assert_eq!(heights.len(), 16, "as many as have room");
        heights.sort_by(f32::total_cmp);
        for pair in heights.windows(2) {
            assert!(pair[1] - pair[0] >= 12.0 - 1e-3, "{pair:?}");
        }
        assert!(heights[0] >= 6.0 && heights[15] <= 194.0);
        assert!(places[0].is_some() && places[39].is_none(), "by rank");
    }

    #[test]
    fn labels_that_share_no_x_may_share_a_height() {
        let mut other = wish(50.0, 1);
        other.x = [200.0, 280.0];
        let places = place(&[wish(50.0, 0), other], 10.0, 0.0, 100.0);
        assert_eq!(places, [Some(50.0), Some(50.0)]);
    }

    #[test]
    fn long_names_are_cut_with_a_sign() {
        assert_eq!(shortened("A12", 14), "A12");
        assert_eq!(shortened("wide network, no dropout", 14), "wide network,…");
        assert_eq!(shortened("ößößößößößößößößö", 4), "ößö…");
    }
}
