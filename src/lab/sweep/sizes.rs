//! How a person says at which numbers of training images something is looked at.

use crate::experiment::TrainSize;
use std::str::FromStr;

/// Numbers of training images, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sizes(pub Vec<TrainSize>);

/// A text that names no numbers of images.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected numbers of images such as 100,500,all, or a range such as 100..all; found {0:?}")]
pub struct NoSizes(String);

/// The most images that any data have; a range to *all* goes in steps up to the number of images that
/// there are, which is known later.
const MOST: usize = 10_000_000;

impl Sizes {
    /// The numbers of images that data with so many of them have.
    pub fn within(&self, pool: usize) -> Vec<TrainSize> {
        let is_less = |size: &&TrainSize| match size {
            TrainSize::Count(count) => *count < pool,
            TrainSize::All(_) => true,
        };
        self.0.iter().filter(is_less).copied().collect()
    }
}

impl FromStr for Sizes {
    type Err = NoSizes;

    fn from_str(text: &str) -> Result<Self, NoSizes> {
        let refused = || NoSizes(text.into());
        let count = |text: &str| match text.trim().parse::<usize>() {
            Ok(count) if count > 0 => Ok(count),
            _ => Err(refused()),
        };
        if let Some((first, last)) = text.split_once("..") {
            let first = count(first)?;
            let (last, end) = match last.trim() {
                "all" => (MOST, TrainSize::ALL),
                last => (count(last)?, TrainSize::Count(count(last)?)),
            };
            if first >= last {
                return Err(refused());
            }
            let mut sizes = vec![TrainSize::Count(first)];
            sizes.extend(
                steps()
                    .filter(|step| *step > first && *step < last)
                    .map(TrainSize::Count),
            );
            sizes.push(end);
            return Ok(Self(sizes));
        }
        let sizes = text.split(',').map(|part| match part.trim() {
            "all" => Ok(TrainSize::ALL),
            part => count(part).map(TrainSize::Count),
        });
        sizes.collect::<Result<_, _>>().map(Self)
    }
}

/// 1, 2, 5, 10, 20, 50 and so on.
fn steps() -> impl Iterator<Item = usize> {
    (0..8).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_usize.pow(power)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_goes_in_steps_and_ends_where_it_says() {
        let read = |text: &str| text.parse::<Sizes>().map(|sizes| sizes.0);
        let counts = |counts: &[usize]| {
            counts
                .iter()
                .map(|count| TrainSize::Count(*count))
                .collect::<Vec<_>>()
        };
        assert_eq!(read("100..1000").unwrap(), counts(&[100, 200, 500, 1_000]));
        assert_eq!(read("150..400").unwrap(), counts(&[150, 200, 400]));
        assert_eq!(
            read("5,all").unwrap(),
            [TrainSize::Count(5), TrainSize::ALL]
        );
        let all: Sizes = "1000..all".parse().unwrap();
        let within = all.within(12_000);
        assert_eq!(within[..4], counts(&[1_000, 2_000, 5_000, 10_000]));
        assert_eq!(within[4..], [TrainSize::ALL]);
        for wrong in ["", "0", "5..2", "..", "a..b", "5,"] {
            let message = read(wrong).unwrap_err().to_string();
            assert!(message.contains("100..all"), "{message}");
        }
    }
}
