//! What may be said of two groups of runs: whether the settings in which they differ made a difference, or
//! luck may have. Each group has several seeds; the seeds that both have are compared in pairs.

use super::comparison::difference;
use super::{Compared, Group};
use crate::lab::format;
use crate::lab::run::{Run, Sharing, difference::from_run};
use crate::lab::statistics::leaves_zero_out;

/// What is said in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// The setting makes the validation accuracy higher.
    Helped,
    /// The setting makes the validation accuracy lower.
    Hurt,
    /// Luck may have made the difference.
    NotTold,
    /// A group has one seed, or none that is over.
    TooFew,
    /// The groups can't be set against each other.
    Unlike,
}

impl Said {
    /// The word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Helped => "Helped",
            Self::Hurt => "Hurt",
            Self::NotTold => "May be luck",
            Self::TooFew => "Too few seeds",
            Self::Unlike => "Not comparable",
        }
    }
}

/// A group beside another.
#[derive(Clone, Debug, PartialEq)]
pub struct TwoGroups {
    /// What is said in a word.
    pub said: Said,
    /// What is said, as the rest of a sentence that the word begins.
    pub what: String,
    /// How that is known, in sentences.
    pub how: String,
    /// The mean difference and its interval, in fractions; none where there is no interval.
    pub difference: Option<(f64, [f64; 2])>,
}

/// Sets a group against another. Each comes with one of its runs, which says what its settings are.
pub fn set_against(group: (&Group, &Run), other: (&Group, &Run)) -> TwoGroups {
    let ((group, run), (other, other_run)) = (group, other);
    let sharing = run.shares_validation_images(other_run);
    if let Some(word) = Some(sharing)
        .filter(|it| *it != Sharing::Same)
        .and_then(Sharing::word)
    {
        return TwoGroups {
            said: Said::Unlike,
            what: format!("{} and {} have {word}.", group.name, other.name),
            how: "A figure that was measured on other images says nothing about the settings: one set of \
                  images may be the harder one."
                .into(),
            difference: None,
        };
    }
    let setting = from_run(run, other_run);
    let compared = difference(&group.as_row(), &other.as_row());
    let means = group.accuracy.zip(other.accuracy);
    match (compared, means) {
        (Some(compared), Some((mean, before))) if compared.interval.is_some() => {
            let means = [before.mean, mean.mean];
            told(&compared, &setting, means, [group.figures.len(), other.figures.len()])
        }
        _ => TwoGroups {
            said: Said::TooFew,
            what: format!("nothing can be said about {setting} yet."),
            how: "One seed says nothing about settings: another seed alone may move the accuracy by as \
                  much. Train both groups with three seeds at least (×3 beside Train), five are better."
                .into(),
            difference: None,
        },
    }
}

fn told(compared: &Compared, setting: &str, means: [f64; 2], seeds: [usize; 2]) -> TwoGroups {
    let mean = compared.mean_difference;
    let interval = compared.interval.unwrap_or([mean, mean]);
    let said = match (leaves_zero_out(interval), mean > 0.0) {
        (true, true) => Said::Helped,
        (true, false) => Said::Hurt,
        (false, _) => Said::NotTold,
    };
    let points = |share: f64| format!("{:.2}", 100.0 * share);
    let over = match (compared.is_paired, seeds) {
        (true, _) => format!("over {} seeds each", compared.count),
        (false, [one, other]) if one == other => format!("over {one} seeds each"),
        (false, [one, other]) => format!("over {one} and {other} seeds"),
    };
    let what = match said {
        Said::Helped | Said::Hurt => {
            format!("by {} points {over}: {setting}.", points(mean.abs()),)
        }
        _ => format!("{over}, {setting}: {:+.2} points.", 100.0 * mean),
    };
    let [low, high] = interval;
    let pairing = if compared.is_paired {
        "seed by seed"
    } else {
        "with other seeds, so not in pairs"
    };
    let holds_zero = match said {
        Said::NotTold => {
            " The interval holds 0, so luck may have made the difference: more seeds would tell."
        }
        _ => "",
    };
    let p = compared
        .p
        .map(|p| format!(" Luck alone gives as much with p = {}.", probability(p)))
        .unwrap_or_default();
    let [before, after] = means;
    let how = format!(
        "95% interval {} to {} points, {pairing}, on the same validation images.{holds_zero} The means are \
         {} and {}.{p}",
        points(low),
        points(high),
        format::percent(before),
        format::percent(after),
    );
    TwoGroups {
        said,
        what,
        how,
        difference: Some((mean, interval)),
    }
}

/// A probability with two figures: 0.012, or less than 0.001.
fn probability(p: f64) -> String {
    if p < 0.001 {
        "less than 0.001".into()
    } else if p < 0.1 {
        format!("{p:.3}")
    } else {
        format!("{p:.2}")
    }
}

#[cfg(test)]
mod tests {
    use super::super::Groups;
    use super::super::tests::run;
    use super::*;

    const A: [f64; 5] = [0.9941, 0.9938, 0.9952, 0.9945, 0.9947];
    const B: [f64; 5] = [0.9956, 0.9949, 0.9958, 0.9961, 0.9950];

    /// Groups with dropout 0 and 0.5, with these accuracies, by the seeds from `first` on.
    fn check(a: &[f64], b: &[f64], first: u64) -> TwoGroups {
        let runs = |dropout: f64, figures: &[f64], first: u64| -> Vec<Run> {
            let seeds = (first..).zip(figures);
            seeds
                .map(|(seed, figure)| run(&format!("A{seed}-{dropout}"), seed, dropout, *figure))
                .collect()
        };
        let (with, without) = (runs(0.5, b, first), runs(0.0, a, 1));
        let all: Vec<Run> = without.iter().chain(&with).cloned().collect();
        let mut groups = Groups::default();
        groups.update(&all);
        let of = |run: &Run| groups.of_run(&run.id).unwrap().clone();
        set_against((&of(&with[0]), &with[0]), (&of(&without[0]), &without[0]))
    }

    #[test]
    fn pairs_are_compared_with_the_values_of_scipy() {
        let found = check(&A, &B, 1);
        assert_eq!(found.said, Said::Helped);
        assert_eq!(found.what, "by 0.10 points over 5 seeds each: dropout 0.5.");
        let (mean, [low, high]) = found.difference.unwrap();
        assert!((mean - 0.001_02).abs() < 1e-9);
        assert!((low - 0.000_320_91).abs() < 1e-8 && (high - 0.001_719_09).abs() < 1e-8);
        assert!(
            found
                .how
                .contains("95% interval 0.03 to 0.17 points, seed by seed"),
            "{}",
            found.how
        );
        assert!(found.how.contains("p = 0.015"), "{}", found.how);
        assert_eq!(check(&B, &A, 1).said, Said::Hurt);
    }

    #[test]
    fn other_seeds_are_not_paired() {
        let found = check(&A, &B, 11);
        assert_eq!(found.said, Said::Helped);
        assert!(found.how.contains("not in pairs"), "{}", found.how);
        assert!(found.how.contains("p = 0.016"), "{}", found.how);
    }

    #[test]
    fn what_may_be_luck_is_called_so() {
        let found = check(&[0.90, 0.94, 0.92], &[0.93, 0.92, 0.94], 1);
        assert_eq!(found.said, Said::NotTold);
        assert!(found.how.contains("holds 0"), "{}", found.how);
    }
}
