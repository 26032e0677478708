//! Several runs of a sweep at once, here. Runs that another process trains are left to it; where it
//! dies, they are taken up.

use super::job::{Begun, JobEnd, JobRunner, Training};
use super::{Job, Sweep, SweepError};
use crate::lab::engine::{RunEvent, Update};
use crossbeam_channel::Select;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long the queue waits before it looks whether it is to stop.
const PATIENCE: Duration = Duration::from_millis(100);
/// How often runs that others train are looked at.
const OTHERS: Duration = Duration::from_secs(1);

/// What is to be done with a sweep's runs.
pub struct Queue<'a> {
    /// The sweep.
    pub sweep: &'a Sweep,
    /// What trains.
    pub runner: &'a JobRunner,
    /// How many runs train at once, 1 at least.
    pub at_once: usize,
    /// Whether runs that another process trains are waited for.
    pub waits_for_others: bool,
    /// Whether all is to stop. Runs in work are kept, and go on when the sweep is started again.
    pub stop: &'a AtomicBool,
}

/// What the queue tells.
pub enum Told<'a> {
    /// A run is begun or taken up.
    Begun(&'a Job),
    /// Something happened in a run.
    Event(&'a Job, &'a RunEvent),
    /// A run is over.
    Ended {
        /// The run.
        job: &'a Job,
        /// How it ended.
        end: &'a JobEnd,
        /// Seconds since it was begun here.
        seconds: f64,
    },
    /// So many runs are left, and others train them.
    WaitingForOthers(usize),
}

/// How many runs ended how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueEnd {
    /// Runs that were trained to their end.
    pub trained: usize,
    /// Runs that were finished before.
    pub found: usize,
    /// Runs that failed.
    pub failed: usize,
    /// Runs that were left to other processes.
    pub elsewhere: usize,
    /// Runs that were not begun because the folder of all runs takes no files.
    pub not_begun: usize,
    /// Why the folder of all runs takes no files, where the queue found that out.
    pub refused: Option<String>,
    /// Whether the queue was stopped before all runs were over.
    pub is_stopped: bool,
}

impl Queue<'_> {
    /// Trains the runs of these numbers, in this order.
    ///
    /// # Errors
    /// Where a number is no run's, or the system gives no thread. A run that fails is no error: the
    /// others go on, unless it failed because the folder of all runs takes no files, as they all would.
    pub fn run(
        &self,
        numbers: impl IntoIterator<Item = usize>,
        tell: &mut dyn FnMut(Told<'_>),
    ) -> Result<QueueEnd, SweepError> {
        let mut ended = QueueEnd::default();
        let mut left: Vec<usize> = numbers.into_iter().collect();
        loop {
            let others = self.pass(left, &mut ended, tell)?;
            if ended.refused.is_some() {
                ended.elsewhere += others.len();
                return Ok(ended);
            }
            if others.is_empty() || self.is_stopped() {
                ended.is_stopped |= self.is_stopped();
                return Ok(ended);
            }
            if !self.waits_for_others {
                ended.elsewhere += others.len();
                return Ok(ended);
            }
            tell(Told::WaitingForOthers(others.len()));
            self.sleep(OTHERS);
            left = others;
        }
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn sleep(&self, time: Duration) {
        let end = Instant::now() + time;
        while Instant::now() < end && !self.is_stopped() {
            std::thread::sleep(PATIENCE.min(end.saturating_duration_since(Instant::now())));
        }
    }

    /// Goes through the runs once. Gives those that other processes train.
    fn pass(
        &self,
        numbers: Vec<usize>,
        ended: &mut QueueEnd,
        tell: &mut dyn FnMut(Told<'_>),
    ) -> Result<Vec<usize>, SweepError> {
        let mut pass = Pass {
            runner: self.runner,
            working: Vec::new(),
            others: Vec::new(),
            ended,
            tell,
        };
        let mut waiting = numbers.into_iter();
        let mut is_told_to_stop = false;
        loop {
            while pass.working.len() < self.at_once.max(1) && !self.is_stopped() {
                if pass.ended.refused.is_some() {
                    pass.ended.not_begun += waiting.by_ref().count();
                    break;
                }
                let Some(number) = waiting.next() else { break };
                pass.begin(self.sweep.job(number)?)?;
            }
            if pass.working.is_empty() {
                return Ok(pass.others);
            }
            if self.is_stopped() && !is_told_to_stop {
                is_told_to_stop = true;
                pass.working.iter().for_each(|work| work.training.stop());
            }
            pass.hear()?;
        }
    }
}

/// A run in work, and since when it is.
struct Work {
    training: Box<Training>,
    since: Instant,
}

/// One way through the runs.
struct Pass<'a> {
    runner: &'a JobRunner,
    working: Vec<Work>,
    /// The numbers of runs that other processes train.
    others: Vec<usize>,
    ended: &'a mut QueueEnd,
    tell: &'a mut dyn FnMut(Told<'_>),
}

impl Pass<'_> {
    fn begin(&mut self, job: Job) -> Result<(), SweepError> {
        let since = Instant::now();
        match self.runner.begin(job.clone())? {
            Begun::Training(training) => {
                (self.tell)(Told::Begun(&job));
                self.working.push(Work { training, since });
            }
            Begun::Ended(end) => self.end(&job, &end, since),
        }
        Ok(())
    }

    /// Takes in what the runs in work tell, or waits for it a moment.
    fn hear(&mut self) -> Result<(), SweepError> {
        let Some((place, update)) = next_update(&self.working) else {
            return Ok(());
        };
        if let Some(Update { event, .. }) = update {
            let training = &mut self.working[place].training;
            let folder = self.runner.places.folder(&training.job.identity);
            training.hear(&event, &folder);
            (self.tell)(Told::Event(&training.job, &event));
            return Ok(());
        }
        let Work { training, since } = self.working.remove(place);
        let job = training.job.clone();
        match self.runner.after(*training)? {
            Begun::Training(training) => self.working.push(Work { training, since }),
            Begun::Ended(end) => self.end(&job, &end, since),
        }
        Ok(())
    }

    fn end(&mut self, job: &Job, end: &JobEnd, since: Instant) {
        match end {
            JobEnd::Trained(_) => self.ended.trained += 1,
            JobEnd::Found(_) => self.ended.found += 1,
            JobEnd::Failed { .. } => self.ended.failed += 1,
            JobEnd::Refused(why) => {
                self.ended.failed += 1;
                self.ended.refused.get_or_insert_with(|| why.clone());
            }
            JobEnd::Stopped => self.ended.is_stopped = true,
            // The run may be free again in another pass.
            JobEnd::Elsewhere(_) => self.others.push(job.number),
        }
        let seconds = since.elapsed().as_secs_f64();
        (self.tell)(Told::Ended { job, end, seconds });
    }
}

/// The next update of any of the runs, with the run's place among them: none where nothing came for a
/// moment, and no update where the run is over.
fn next_update(working: &[Work]) -> Option<(usize, Option<Update>)> {
    let mut select = Select::new();
    for work in working {
        select.recv(work.training.updates());
    }
    let ready = select.select_timeout(PATIENCE).ok()?;
    let place = ready.index();
    let update = ready.recv(working.get(place)?.training.updates());
    Some((place, update.ok()))
}
