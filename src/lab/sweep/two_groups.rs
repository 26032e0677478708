//! What may be said of two groups of runs: whether the settings in which they differ made a difference, or
//! luck may have. Each group has several seeds; the seeds that both have are compared in pairs.

use super::comparison::difference;
use super::{CellRow, Compared, Group, Metric};
use crate::lab::format;
use crate::lab::run::{
    Run, Sharing,
    difference::{count_instead, instead},
};
use crate::lab::statistics::{LEAST_SEEDS, leaves_zero_out};

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
    /// The numbers behind it, in sentences.
    pub evidence: Vec<String>,
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
            evidence: Vec::new(),
            difference: None,
        };
    }
    let setting = instead(run, other_run);
    let rows = [group.as_row(), other.as_row()];
    match difference(&rows[0], &rows[1]) {
        Some(compared) if compared.interval.is_some() => {
            let mut told = told(&compared, &setting, &rows);
            let differing = count_instead(run, other_run);
            if differing > 1 && told.said != Said::TooFew {
                told.how += &format!(
                    " {differing} settings differ, so that nobody can say which of them made the difference."
                );
            }
            let left_out = [group, other].into_iter().filter_map(|group| {
                let words = group.left_out_words()?;
                Some(format!("{}: {words}", group.name))
            });
            told.evidence.extend(left_out);
            told
        }
        _ => TwoGroups {
            said: Said::TooFew,
            what: format!("nothing can be said about {setting} yet."),
            how: "One seed says nothing about settings: another seed alone may move the accuracy by as \
                  much. Train both groups with three seeds at least (×3 beside Train), five are better."
                .into(),
            evidence: Vec::new(),
            difference: None,
        },
    }
}

/// What is said of a group and another, which come as rows.
fn told(compared: &Compared, setting: &str, rows: &[CellRow; 2]) -> TwoGroups {
    let metric = Metric::Accuracy;
    let mean = compared.mean_difference;
    let interval = compared.interval.unwrap_or([mean, mean]);
    let interval = metric.difference_within_bounds(interval);
    let said = match (leaves_zero_out(interval), mean > 0.0) {
        _ if compared.fewest < LEAST_SEEDS => Said::TooFew,
        (true, true) => Said::Helped,
        (true, false) => Said::Hurt,
        (false, _) => Said::NotTold,
    };
    let over = seeds_in_words(compared, rows);
    let what = match said {
        Said::Helped | Said::Hurt => {
            format!(
                "by {} points {over}: {setting}.",
                metric.show_bare(mean.abs())
            )
        }
        Said::TooFew => format!(
            "to say what {setting} does: {} {over}.",
            metric.show_difference(mean)
        ),
        _ => format!("{over}, {setting}: {}.", metric.show_difference(mean)),
    };
    let [low, high] = interval;
    let pairing = if compared.is_paired {
        "each run at its best epoch, seed by seed"
    } else {
        "each run at its best epoch, with other seeds, so not in pairs"
    };
    let may_be_luck = match said {
        Said::TooFew => {
            " Two seeds agree too easily by accident: train three of each at least, five are better."
        }
        Said::NotTold => {
            " The interval holds 0, so luck may have made the difference: more seeds would tell."
        }
        _ => "",
    };
    let [after, before] = [0, 1].map(|place| mean_of(&rows[place], &rows[1 - place], compared));
    let how = format!(
        "95% interval {} to {} points, {pairing}, on the same validation images.{may_be_luck}",
        metric.show_bare(low),
        metric.show_bare(high),
    );
    let means = format!(
        "The means are {} and {}.",
        format::percent(before),
        format::percent(after)
    );
    let mut evidence = vec![means];
    evidence.extend(compared.p.map(luck_in_words));
    TwoGroups {
        said,
        what,
        how,
        evidence,
        difference: Some((mean, interval)),
    }
}

/// Over how many seeds two groups are compared: `over 5 seeds each`, or those that both have where a group has
/// others, too.
fn seeds_in_words(compared: &Compared, rows: &[CellRow; 2]) -> String {
    let [one, other] = [0, 1].map(|place| rows[place].values.len());
    match compared.is_paired {
        true if one == compared.count && other == compared.count => {
            format!("over {one} seeds each")
        }
        true => format!("over the {} seeds that both have", compared.count),
        false if one == other => format!("over {one} seeds each"),
        false => format!("over {one} and {other} seeds"),
    }
}

/// The mean of a group's figures: of the seeds that the other has, too, where they are compared in pairs.
fn mean_of(row: &CellRow, other: &CellRow, compared: &Compared) -> f64 {
    let is_shared = |seed: &u64| other.values.iter().any(|(of, ..)| of == seed);
    let figures = row.values.iter();
    let figures = figures.filter(|(seed, ..)| !compared.is_paired || is_shared(seed));
    let figures: Vec<f64> = figures.map(|(_, figure, _)| *figure).collect();
    figures.iter().sum::<f64>() / figures.len().max(1) as f64
}

/// How often luck alone gives such a difference, in a sentence with its p value.
fn luck_in_words(p: f64) -> String {
    if p < 0.001 {
        "Luck alone would give as much less than once in 1,000 tries (p < 0.001).".into()
    } else if p < 0.1 {
        format!(
            "Luck alone would give as much {:.1} times in 100 tries (p = {p:.3}).",
            100.0 * p
        )
    } else {
        format!(
            "Luck alone would give as much {:.0} times in 100 tries (p = {p:.2}).",
            100.0 * p
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::Groups;
    use super::super::tests::run;
    use super::*;
    use crate::lab::sweep::Waiting;

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
        groups.update(&all, &Waiting::default());
        let of = |run: &Run| groups.of_run(&run.id).unwrap().clone();
        set_against((&of(&with[0]), &with[0]), (&of(&without[0]), &without[0]))
    }

    #[test]
    fn pairs_are_compared_with_the_values_of_scipy() {
        let found = check(&A, &B, 1);
        assert_eq!(found.said, Said::Helped);
        assert_eq!(
            found.what,
            "by 0.10 points over 5 seeds each: dropout 0.5 instead of 0."
        );
        let (mean, [low, high]) = found.difference.unwrap();
        assert!((mean - 0.001_02).abs() < 1e-9);
        assert!((low - 0.000_320_91).abs() < 1e-8 && (high - 0.001_719_09).abs() < 1e-8);
        assert!(
            found.how.contains(
                "95% interval 0.03 to 0.17 points, each run at its best epoch, seed by seed"
            ),
            "{}",
            found.how
        );
        assert!(found.evidence[1].contains("p = 0.015"), "{found:?}");
        assert_eq!(check(&B, &A, 1).said, Said::Hurt);
    }

    #[test]
    fn other_seeds_are_not_paired() {
        let found = check(&A, &B, 11);
        assert_eq!(found.said, Said::Helped);
        assert!(found.how.contains("not in pairs"), "{}", found.how);
        // Other seeds are no difference of the settings.
        assert!(
            found.what.ends_with(": dropout 0.5 instead of 0."),
            "{}",
            found.what
        );
        assert!(found.evidence[1].contains("p = 0.016"), "{found:?}");
    }

    #[test]
    fn two_seeds_that_agree_by_accident_say_nothing() {
        let found = check(&[0.40, 0.60], &[0.456_4, 0.656_4], 1);
        assert_eq!(found.said, Said::TooFew);
        assert_eq!(
            found.what,
            "to say what dropout 0.5 instead of 0 does: +5.64 points over 2 seeds each."
        );
        let (_, [low, high]) = found.difference.unwrap();
        assert!(low < 0.0564 && 0.0564 < high, "{low} {high}");
    }

    #[test]
    fn three_differences_that_are_equal_have_an_error_all_the_same() {
        let found = check(&[0.40, 0.60, 0.5], &[0.41, 0.61, 0.51], 1);
        assert_eq!(found.said, Said::Helped);
        let (_, [low, high]) = found.difference.unwrap();
        assert!(low < 0.01 && 0.01 < high, "{low} {high}");
    }

    #[test]
    fn only_the_seeds_that_both_have_are_compared_and_their_means_are_said() {
        let found = check(&A, &B[..3], 1);
        assert!(
            found.what.contains("over the 3 seeds that both have"),
            "{}",
            found.what
        );
        let mean = |figures: &[f64]| format::percent(figures.iter().sum::<f64>() / 3.0);
        let means = format!("{} and {}", mean(&A[..3]), mean(&B[..3]));
        assert!(found.evidence[0].contains(&means), "{found:?} {means}");
    }

    #[test]
    fn what_may_be_luck_is_called_so() {
        let found = check(&[0.90, 0.94, 0.92], &[0.93, 0.92, 0.94], 1);
        assert_eq!(found.said, Said::NotTold);
        assert!(found.how.contains("holds 0"), "{}", found.how);
    }
}
