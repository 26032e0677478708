//! Scores what the verdict said of runs, and prints the tables of `bench verdict`.

use super::rules::Rule;
use super::score::{Counts, Tally, changes};
use super::small::SmallRun;
use super::truth::{Score, Truth, truth};
use crate::lab::verdict::VerdictKind;
use std::collections::{BTreeMap, BTreeSet};

/// How many of the worst cut-offs are named.
const WORST: usize = 10;

/// A cut-off at which something untrue was said.
struct Miss {
    name: String,
    epoch: usize,
    truth: Truth,
    said: VerdictKind,
}

/// What was measured of validation sets of one size.
#[derive(Default)]
struct Sheet {
    verdict: Tally,
    by_setting: BTreeMap<String, Tally>,
    /// What was said at the end of the runs of each setting.
    at_end: BTreeMap<String, BTreeMap<&'static str, usize>>,
    rules: Vec<Tally>,
    misses: Vec<Miss>,
}

/// Measures the verdict on runs and prints the tables, for each size of validation set.
pub fn print(runs: &[SmallRun], with_answers: bool, is_long: bool) {
    let sizes: BTreeSet<usize> = runs.iter().map(|run| run.size).collect();
    for size in sizes.into_iter().rev() {
        let of_size = runs.iter().filter(|run| run.size == size);
        Sheet::of(of_size, with_answers, is_long).print(size);
    }
}

/// What the verdict scores on runs of one size.
#[cfg(test)]
pub fn tally<'a>(runs: impl Iterator<Item = &'a SmallRun>, with_answers: bool) -> Tally {
    Sheet::of(runs, with_answers, false).verdict
}

impl Sheet {
    fn of<'a>(runs: impl Iterator<Item = &'a SmallRun>, with_answers: bool, is_long: bool) -> Self {
        let mut sheet = Self {
            rules: vec![Tally::default(); Rule::ALL.len()],
            ..Self::default()
        };
        for run in runs {
            sheet.take(run, with_answers, is_long);
        }
        sheet
    }

    fn take(&mut self, run: &SmallRun, with_answers: bool, is_long: bool) {
        let (name, seen) = (&run.name, &run.seen);
        let said = seen.verdicts(run.size, with_answers);
        let population = seen.population();
        let points = seen.points();
        let truths: Vec<Option<Truth>> = (0..points.len())
            .map(|place| truth(&population, place))
            .collect();
        let mut tally = Tally::default();
        for (place, (said, truth)) in said.iter().zip(&truths).enumerate() {
            let Some(truth) = truth else { continue };
            let score = truth.score(*said);
            tally.columns[truth.column()].add(score);
            if score == Score::Wrong {
                self.misses.push(Miss {
                    name: name.clone(),
                    epoch: points[place].epoch,
                    truth: *truth,
                    said: *said,
                });
            }
        }
        let spoken: Vec<_> = said
            .iter()
            .filter(|kind| **kind != VerdictKind::TooEarly)
            .collect();
        tally.runs = 1;
        tally.flickers = usize::from(changes(&spoken) > 2);
        if is_long {
            let letter = |kind: &VerdictKind| match kind {
                VerdictKind::TooEarly => '.',
                VerdictKind::Diverged => 'x',
                VerdictKind::Underfitting => 'u',
                VerdictKind::Improving => 'i',
                VerdictKind::GoodFit => 'g',
                VerdictKind::Plateau => 'p',
                VerdictKind::Overfitting => 'O',
                VerdictKind::Mended => 'm',
                VerdictKind::Unclear => '?',
            };
            let mark = |truth: &Option<Truth>| match truth {
                None => ' ',
                Some(Truth::Rising(_)) => 'R',
                Some(Truth::Falling(_)) => 'F',
                Some(Truth::Flat {
                    memorized: true, ..
                }) => 'M',
                Some(Truth::Flat {
                    too_simple: true, ..
                }) => 'S',
                Some(Truth::Flat { .. }) => '-',
            };
            println!(
                "{name}\n  true {}\n  said {}",
                truths.iter().map(mark).collect::<String>(),
                said.iter().map(letter).collect::<String>()
            );
        }
        self.verdict.add(&tally);
        if let Some(last) = said.last() {
            let ends = self.at_end.entry(run.setting.clone()).or_default();
            *ends.entry(last.name()).or_default() += 1;
        }
        self.by_setting
            .entry(run.setting.clone())
            .or_default()
            .add(&tally);
        for (rule, tally) in Rule::ALL.into_iter().zip(&mut self.rules) {
            let alarms: Vec<bool> = (1..=points.len())
                .map(|count| rule.overfits(&points[..count]))
                .collect();
            for (alarm, truth) in alarms.iter().zip(&truths) {
                let Some(truth) = truth else { continue };
                let is_wrong = match truth {
                    Truth::Rising(_) => !alarm,
                    Truth::Falling(_) => *alarm,
                    Truth::Flat { memorized, .. } => *alarm && !memorized,
                };
                let score = if is_wrong { Score::Wrong } else { Score::Right };
                tally.columns[truth.column()].add(score);
            }
            tally.runs += 1;
            tally.flickers += usize::from(changes(&alarms) > 2);
        }
    }

    fn print(&mut self, size: usize) {
        println!("verdict   {size} validation images");
        println!(
            "verdict   {:<28} {:>17} {:>17} {:>17} {:>9}",
            "", "rising", "falling", "flat", "flickers"
        );
        println!(
            "verdict   {:<28} {:>17} {:>17} {:>17}",
            "", "wrong undecided", "wrong undecided", "wrong undecided"
        );
        print_row("the verdict", &self.verdict);
        for (rule, tally) in Rule::ALL.into_iter().zip(&self.rules) {
            print_row(&rule.name(), tally);
        }
        for (name, tally) in &self.by_setting {
            print_row(&format!("  {name}"), tally);
        }
        for (name, ends) in &self.at_end {
            let ends = ends.iter().map(|(kind, count)| format!("{count} {kind}"));
            let ends = ends.collect::<Vec<_>>().join(", ");
            println!("verdict   at the end of {name}: {ends}");
        }
        self.misses
            .sort_by(|a, b| b.weight().total_cmp(&a.weight()));
        for miss in self.misses.iter().take(WORST) {
            println!(
                "verdict   {} after epoch {}: {}, said {}",
                miss.name,
                miss.epoch,
                miss.words(),
                miss.said.name()
            );
        }
    }
}

impl Miss {
    /// How bad it is that something untrue was said.
    fn weight(&self) -> f64 {
        match self.truth {
            Truth::Rising(by) | Truth::Falling(by) => by,
            Truth::Flat { .. } => 0.0,
        }
    }

    fn words(&self) -> String {
        match self.truth {
            Truth::Rising(by) => format!("risen by {:.0}%", 100.0 * by),
            Truth::Falling(by) => format!("falling by {:.0}% over three epochs", 100.0 * by),
            Truth::Flat { .. } => "flat".into(),
        }
    }
}

fn print_row(name: &str, tally: &Tally) {
    let column = |counts: Counts| {
        let share = |count: usize| 100.0 * count as f64 / counts.all.max(1) as f64;
        if counts.all == 0 {
            return format!("{:>17}", "");
        }
        format!(
            "{:>5.1}{:>6.1}{:>6}",
            share(counts.wrong),
            share(counts.undecided),
            counts.all
        )
    };
    let [rising, falling, flat] = tally.columns.map(column);
    let flickers = 100.0 * tally.flickers as f64 / tally.runs.max(1) as f64;
    println!("verdict   {name:<28} {rising} {falling} {flat} {flickers:>8.1}");
}
