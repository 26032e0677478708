//! How a person says with which seeds a sweep is trained.

use std::str::FromStr;

/// Seeds as they are typed: how many, or which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seeds {
    /// So many, from the base experiment's seed on.
    Count(usize),
    /// These.
    These(Vec<u64>),
}

/// A text that says no seeds.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a number of seeds such as 5, or the seeds such as 1,2,7 or 11-15; found {0:?}")]
pub struct NoSeeds(String);

impl Seeds {
    /// The seeds, for a base experiment with this seed.
    pub fn after(&self, first: u64) -> Vec<u64> {
        match self {
            Self::Count(count) => (0..*count as u64)
                .map(|more| first.wrapping_add(more))
                .collect(),
            Self::These(seeds) => seeds.clone(),
        }
    }
}

impl FromStr for Seeds {
    type Err = NoSeeds;

    fn from_str(text: &str) -> Result<Self, NoSeeds> {
        let refused = || NoSeeds(text.into());
        let number = |text: &str| text.trim().parse::<u64>().map_err(|_| refused());
        if let Ok(count) = text.trim().parse::<usize>() {
            return match count {
                1..=super::MOST_RUNS => Ok(Self::Count(count)),
                _ => Err(refused()),
            };
        }
        let mut seeds = Vec::new();
        for part in text.split(',') {
            match part.split_once('-') {
                None => seeds.push(number(part)?),
                Some((first, last)) => {
                    let (first, last) = (number(first)?, number(last)?);
                    if first > last || last - first >= super::MOST_RUNS as u64 {
                        return Err(refused());
                    }
                    seeds.extend(first..=last);
                }
            }
        }
        Ok(Self::These(seeds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_counted_or_named() {
        let read = |text: &str| text.parse::<Seeds>().map(|seeds| seeds.after(7));
        assert_eq!(read("3").unwrap(), [7, 8, 9]);
        assert_eq!(read("1,5").unwrap(), [1, 5]);
        assert_eq!(read("11-13,2").unwrap(), [11, 12, 13, 2]);
        for wrong in ["0", "", "a", "5-2", "-1", "1,", "0-99999999999"] {
            let message = read(wrong).unwrap_err().to_string();
            assert!(message.contains("11-15"), "{message}");
        }
    }
}
