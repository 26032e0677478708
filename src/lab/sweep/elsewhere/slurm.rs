//! What Slurm is told: a script for a job array, which is written beside the sweep, to read and to change.

use super::JobCommand;
use crate::lab::format::shell_path;
use crate::lab::store::hash::sha256;
use std::ops::RangeInclusive;
use std::path::PathBuf;

/// A job array of Slurm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlurmArray {
    /// How a run is started.
    pub job: JobCommand,
    /// The name that the queue shows.
    pub name: String,
    /// The most tasks of the array. Where the sweep has more runs, each task trains several.
    pub tasks: usize,
    /// How many tasks may run at once; none where the cluster decides.
    pub at_once: Option<usize>,
    /// The longest time that a task takes, as Slurm has it; none for the cluster's usual one.
    pub time: Option<String>,
}

/// What the line of a script that knows it again begins with.
const SUM: &str = "# sum: ";
/// How many characters of a hash tell scripts apart.
const SUM_LEN: usize = 16;

impl SlurmArray {
    /// The script for `sbatch`. Its last comment is a sum of all other lines, by which a script that was changed
    /// by hand is told from one that was not.
    pub fn script(&self) -> String {
        let text = self.text();
        let (comments, rest) = text.split_once("#SBATCH").unwrap_or((&text, ""));
        format!("{comments}{SUM}{}\n#SBATCH{rest}", sum(&text))
    }

    /// The folder of what the tasks print, which Slurm doesn't make.
    pub fn output(&self) -> PathBuf {
        self.job.sweep.join("slurm")
    }

    /// The option of `sbatch` that starts these runs alone, such as `--array=3,7-9%4`; none where each task trains
    /// several runs.
    pub fn only(&self, runs: &[usize]) -> Option<String> {
        (self.tasks >= self.job.runs)
            .then(|| format!("--array={}{}", ranges(runs), self.at_once_words()))
    }

    fn at_once_words(&self) -> String {
        self.at_once
            .map_or_else(String::new, |at_once| format!("%{at_once}"))
    }

    fn text(&self) -> String {
        let runs = &self.job.runs;
        let tasks = self.tasks.clamp(1, *runs);
        let time = self
            .time
            .as_ref()
            .map_or_else(String::new, |time| format!("#SBATCH --time={time}\n"));
        let stride = if tasks < *runs {
            format!(" --stride {tasks}")
        } else {
            String::new()
        };
        let command = self
            .job
            .line("\"${SLURM_CPUS_PER_TASK:-1}\"", "\"$SLURM_ARRAY_TASK_ID\"");
        format!(
            "#!/bin/bash\n\
             # The runs of a sweep as a job array of Slurm, written by overfit-lab sweep submit.\n\
             # A run that is killed or preempted goes on where it was when it is started again, so\n\
             # that this script may be submitted as often as you like. Change what your cluster needs:\n\
             # partition, account, memory, time.\n\
             #SBATCH --job-name={name}\n\
             #SBATCH --array=1-{tasks}{at_once}\n\
             #SBATCH --requeue\n\
             #SBATCH --open-mode=append\n\
             #SBATCH --cpus-per-task=1\n\
             #SBATCH --mem=600M\n\
             {time}#SBATCH --output={output}\n\
             \n\
             exec {command}{stride}\n",
            name = word(&self.name),
            at_once = self.at_once_words(),
            output = shell_path(&self.output().join("%A_%a.out")),
        )
    }
}

/// How a script that is there stands to the one that would be written now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlurmScript {
    /// There is none, or one that nobody has changed: it may be written anew.
    Untouched,
    /// The script that is there is the one that would be written.
    Same,
    /// Somebody has changed the one that would be written: the change is meant.
    Changed,
    /// Somebody has changed one for another plan, folder of runs, or other options.
    ChangedForOther,
}

impl SlurmScript {
    /// How a script that was found, none where there is no file, stands to one.
    pub fn of(found: Option<&str>, wanted: &SlurmArray) -> Self {
        let Some(found) = found else {
            return Self::Untouched;
        };
        if found == wanted.script() {
            return Self::Same;
        }
        let (mut noted, mut text) = (None, String::with_capacity(found.len()));
        for line in found.split_inclusive('\n') {
            match line.strip_prefix(SUM) {
                Some(sum) => noted = Some(sum.trim()),
                None => text.push_str(line),
            }
        }
        match noted {
            Some(noted) if noted == sum(&text) => Self::Untouched,
            Some(noted) if noted == sum(&wanted.text()) => Self::Changed,
            _ => Self::ChangedForOther,
        }
    }
}

/// By what the lines of a script are known again.
fn sum(text: &str) -> String {
    let mut sum = sha256(&[text.as_bytes()]);
    sum.truncate(SUM_LEN);
    sum
}

/// Numbers in growing order as Slurm has them: `3,7-9`.
fn ranges(numbers: &[usize]) -> String {
    let mut ranges: Vec<RangeInclusive<usize>> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some(last) if *last.end() + 1 == *number => *last = *last.start()..=*number,
            _ => ranges.push(*number..=*number),
        }
    }
    let words = ranges
        .iter()
        .map(|range| match (range.start(), range.end()) {
            (one, same) if one == same => one.to_string(),
            (first, last) => format!("{first}-{last}"),
        });
    words.collect::<Vec<_>>().join(",")
}

/// Whether a text is a time as Slurm has it: minutes, M:S, H:M:S, D-H, D-H:M, D-H:M:S, or without a limit. (Manual
/// of sbatch, `--time`.)
pub fn is_slurm_time(text: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let are_numbers = |text: &str| text.split(':').count() <= 3 && text.split(':').all(is_number);
    match text.split_once('-') {
        Some((days, rest)) => is_number(days) && are_numbers(rest),
        None => are_numbers(text) || ["UNLIMITED", "INFINITE"].contains(&&*text.to_uppercase()),
    }
}

/// A name as a word of letters, digits and dashes.
fn word(name: &str) -> String {
    let plain = |char: char| char.is_ascii_alphanumeric() || "-_.".contains(char);
    let word: String = name
        .chars()
        .map(|char| if plain(char) { char } else { '-' })
        .collect();
    if word.is_empty() {
        "sweep".into()
    } else {
        word
    }
}

#[cfg(test)]
mod tests {
    use super::super::job;
    use super::*;

    fn array() -> SlurmArray {
        SlurmArray {
            job: job(60),
            name: "does dropout help?".into(),
            tasks: 1000,
            at_once: Some(8),
            time: Some("2:00:00".into()),
        }
    }

    #[test]
    fn a_script_has_a_task_a_run_or_takes_strides() {
        let mut array = array();
        let script = array.script();
        for part in [
            "--job-name=does-dropout-help-",
            "--array=1-60%8\n",
            "--requeue",
            "--time=2:00:00\n",
            "--runs-dir '/shared/all runs'",
            "sweep job /shared/S \"$SLURM_ARRAY_TASK_ID\"\n",
        ] {
            assert!(script.contains(part), "{part}: {script}");
        }
        assert_eq!(
            array.only(&[3, 7, 8, 9]).as_deref(),
            Some("--array=3,7-9%8")
        );
        array.job.runs = 5_000;
        array.at_once = None;
        let script = array.script();
        assert!(script.contains("--array=1-1000\n"), "{script}");
        assert!(script.contains("--stride 1000\n"), "{script}");
        assert_eq!(array.only(&[3]), None);
    }

    #[test]
    fn a_script_that_somebody_changed_is_told_from_one_for_another_plan() {
        let array = array();
        let of = |found: &str, wanted: &SlurmArray| SlurmScript::of(Some(found), wanted);
        assert_eq!(SlurmScript::of(None, &array), SlurmScript::Untouched);
        assert_eq!(of(&array.script(), &array), SlurmScript::Same);
        let mut others = vec![array.clone(); 4];
        others[0].job.store = "/shared/other runs".into();
        others[1].job.runs = 8;
        others[2].job.sweep = "/shared/S2".into();
        others[3].time = Some("4:00:00".into());
        let changed = array.script().replace("--mem=600M", "--mem=2G");
        assert_eq!(of(&changed, &array), SlurmScript::Changed);
        for other in &others {
            assert_eq!(of(&array.script(), other), SlurmScript::Untouched);
            assert_eq!(of(&changed, other), SlurmScript::ChangedForOther);
        }
        // A script without a sum is one of somebody's own.
        assert_eq!(of("#!/bin/bash\n", &array), SlurmScript::ChangedForOther);
    }

    #[test]
    fn times_are_those_that_slurm_takes() {
        for good in [
            "90",
            "30:00",
            "2:00:00",
            "1-12",
            "1-12:30",
            "1-12:30:00",
            "unlimited",
        ] {
            assert!(is_slurm_time(good), "{good}");
        }
        for bad in ["", "banana", "2h", "1:2:3:4", "-5", "1-", ":30", "1.5"] {
            assert!(!is_slurm_time(bad), "{bad}");
        }
    }

    #[test]
    fn numbers_become_ranges() {
        assert_eq!(ranges(&[1, 2, 3, 7, 9, 10]), "1-3,7,9-10");
        assert_eq!(ranges(&[]), "");
    }
}
