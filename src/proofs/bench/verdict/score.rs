//! Counts how often what is said is true.

use super::truth::Score;

/// What was scored in one column: rising, falling or flat cut-offs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Cut-offs.
    pub all: usize,
    /// Those at which something untrue was said.
    pub wrong: usize,
    /// Those at which nothing was said.
    pub undecided: usize,
}

/// The three columns, and how many runs changed their mind.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// Rising, falling and flat cut-offs.
    pub columns: [Counts; 3],
    /// Runs.
    pub runs: usize,
    /// Runs of which more than two changes were told.
    pub flickers: usize,
}

impl Counts {
    /// Adds a cut-off.
    pub fn add(&mut self, score: Score) {
        self.all += 1;
        self.wrong += usize::from(score == Score::Wrong);
        self.undecided += usize::from(score == Score::Undecided);
    }
}

impl Tally {
    /// Adds what another counted.
    pub fn add(&mut self, other: &Self) {
        for (mine, other) in self.columns.iter_mut().zip(other.columns) {
            mine.all += other.all;
            mine.wrong += other.wrong;
            mine.undecided += other.undecided;
        }
        self.runs += other.runs;
        self.flickers += other.flickers;
    }
}

/// How often what was said changed.
pub fn changes<T: PartialEq>(said: &[T]) -> usize {
    said.windows(2).filter(|two| two[0] != two[1]).count()
}
