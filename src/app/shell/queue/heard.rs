//! What threads report of the queue.

use super::{Asked, Hold, Planned, Waited, Work};
use crate::app::action::{Action, EpochChoice, QueueAction};
use crate::app::notices::Level;
use crate::app::shell::App;
use crate::lab::engine::Created;
use crate::lab::sweep::{Begun, JobEnd, Parts, Sweep, SweepError};
use crate::lab::{Run, RunEvent, RunId, format};
use crossbeam_channel::TryRecvError;
use std::sync::Arc;

/// The runs in a count and a word.
fn runs(count: usize) -> String {
    match count {
        1 => "1 run".into(),
        count => format!("{} runs", format::whole(count)),
    }
}

impl App {
    /// Takes in the list that was read when the window opened. It waits for a word, since nobody expects a
    /// window that has just opened to compute.
    pub(in crate::app::shell) fn take_waited(&mut self, waited: Waited) {
        for err in waited.errors {
            self.notices.push(Level::Warning, err.to_string());
        }
        self.take_claim(waited.claimed, false);
        let queue = &mut self.queue;
        queue.is_read = true;
        if waited.list.is_empty() {
            return;
        }
        queue.list = waited.list;
        queue.written = queue.list.revision();
        queue.places = waited.places;
        queue.hold = Hold::Held;
        let counts = queue.list.counts();
        if counts.waiting > 0 {
            let text = format!(
                "{} of the queue still {}.",
                runs(counts.waiting),
                if counts.waiting == 1 { "waits" } else { "wait" }
            );
            let go_on = Action::Queue(QueueAction::GoOn);
            self.notices
                .push_with_offer(Level::Warning, text, "Go on", go_on);
        }
    }

    /// Takes in a sweep that was kept.
    pub(in crate::app::shell) fn take_planned(
        &mut self,
        planned: Result<Box<Planned>, SweepError>,
    ) {
        let planned = match planned {
            Ok(planned) => *planned,
            Err(err) => return self.queue_failed(&err.to_string()),
        };
        let Planned {
            sweep,
            turns,
            places,
            claimed,
        } = planned;
        self.take_claim(claimed, true);
        self.found.came(&sweep);
        self.queue.places = Some(places);
        let count = sweep.sweep.count();
        let added = self.queue.list.add(&sweep, turns);
        match (added, count - added) {
            (0, _) => self.tell_of_nothing_to_train(&sweep.sweep),
            (_, 0) => {
                let text = format!("{} of {} now in the queue.", runs(added), sweep.name);
                self.notices.push_quiet(Level::Info, text);
            }
            (_, found) => {
                let text = format!(
                    "{} of {} now in the queue. {} of it trained or queued already: the same settings and seed would \
                     give the same figures again.",
                    runs(added),
                    sweep.name,
                    runs(found),
                );
                self.notices.push(Level::Info, text);
            }
        }
    }

    /// Says that all runs of a sweep are there, and offers further seeds where it has one cell.
    fn tell_of_nothing_to_train(&mut self, sweep: &Sweep) {
        let count = sweep.count();
        let text = format!(
            "{} there or in the queue already, and the same settings and seed give the same figures.",
            match count {
                1 => "This run is".into(),
                count => format!("All {} are", runs(count)),
            }
        );
        let others = sweep.seeds().iter().max().and_then(|last| {
            let count = sweep.seeds().len() as u64;
            let more = (1..=count).map(|more| last.wrapping_add(more)).collect();
            Sweep::new(Parts {
                name: sweep.name().into(),
                base: sweep.base().clone(),
                cells: sweep.layout().clone(),
                seeds: more,
                data_sha256: sweep.data_sha256().map(Into::into),
                numbers: crate::lab::Numbers::of_this_process(),
            })
            .ok()
        });
        match others {
            Some(others) => self.notices.push_with_offer(
                Level::Warning,
                text,
                "Train other seeds",
                Action::QueueSweep(Box::new(others)),
            ),
            None => self.notices.push(Level::Info, text),
        }
    }

    /// Takes in a run that was begun, or that needs no training.
    pub(in crate::app::shell) fn take_begun(
        &mut self,
        id: RunId,
        begun: Result<Begun, SweepError>,
    ) {
        self.queue.beginning.take_if(|beginning| *beginning == id);
        match begun {
            Ok(Begun::Training(training)) => {
                let asked = if self.queue.list.has(&id) {
                    Asked::Train
                } else {
                    // A person has taken the run off the list meanwhile.
                    training.stop();
                    Asked::Stop
                };
                self.queue.work.push(Work {
                    id,
                    training,
                    asked,
                    beside: self.queue_width().0,
                });
                self.leave_own_run_out();
            }
            Ok(Begun::Ended(end)) => self.queue_run_ended(&id, &end),
            Err(err) => {
                let message = err.to_string();
                self.queue_run_ended(&id, &JobEnd::Failed { run: None, message });
            }
        }
    }

    pub(super) fn queue_run_ended(&mut self, id: &RunId, end: &JobEnd) {
        self.queue.beginning.take_if(|beginning| beginning == id);
        self.queue.retries.remove(id);
        let waiting = self.queue.list.runs().iter().find(|run| run.id == *id);
        let name = waiting.map(|run| self.waiting_name(run));
        let sweep = waiting.map(|run| run.sweep.name.clone());
        if let (JobEnd::Failed { message, .. }, Some(name)) = (end, name) {
            let text = format!("{name} has failed: {message}");
            // Where many fail, one toast is enough: the queue and the log have them all.
            if self.queue.list.counts().failed == 0 {
                self.notices.push(Level::Error, text);
            } else {
                self.notices.push_quiet(Level::Error, text);
            }
        }
        self.queue.list.ended(id, end);
        if let JobEnd::Refused(why) = end {
            self.stand_still(id, why);
        }
        let mut left = self.queue.list.runs().iter();
        let is_last = !left.any(|run| Some(&run.sweep.name) == sweep.as_ref());
        if is_last && matches!(end, JobEnd::Trained(_)) {
            self.show_group_at_the_end(id);
        }
    }

    /// Holds the queue still where the folder of all runs takes no files: each run that waits would fail for the same
    /// reason, which is said once.
    fn stand_still(&mut self, id: &RunId, why: &str) {
        self.queue.retries.insert(id.clone());
        if std::mem::replace(&mut self.queue.is_refused, true) {
            return;
        }
        self.queue.hold = Hold::Held;
        let counts = self.queue.list.counts();
        let left = runs(counts.waiting + counts.in_work);
        let text =
            format!("The queue is paused with {left} left, since no run can be kept: {why}.");
        let go_on = Action::Queue(QueueAction::GoOn);
        self.notices
            .push_with_offer(Level::Error, text, "Go on", go_on);
    }

    /// Shows the group of a sweep's last run, where nobody has chosen another run meanwhile: as the chosen one
    /// beside what was chosen before, or, where the queue goes on, beside what it trains next.
    fn show_group_at_the_end(&mut self, id: &RunId) {
        self.follow_groups();
        let Some(group) = self.groups.of_run(id).cloned() else {
            return;
        };
        let counts = self.queue.list.counts();
        if counts.waiting + counts.in_work > 0 {
            self.queue.before = Some(group.id);
        } else if self.chosen == self.queue.followed && self.chosen_group.is_none() {
            self.choose_run(group.id.clone());
            let before = self.queue.before.take();
            self.ghost =
                before.filter(|before| *before != group.id && !group.members.contains(before));
        }
    }

    /// Takes a message of the runs in work in. False where none waits.
    pub(in crate::app::shell) fn take_next_of_queue(&mut self) -> bool {
        for index in 0..self.queue.work.len() {
            let work = &mut self.queue.work[index];
            if let Some(created) = work.training.created() {
                self.take_created_of_queue(index, created);
                return true;
            }
            match work.training.updates().try_recv() {
                Ok(update) => {
                    self.take_update_of_queue(index, update.event);
                    return true;
                }
                Err(TryRecvError::Empty) => {}
                Err(TryRecvError::Disconnected) => {
                    let work = self.queue.work.remove(index);
                    self.leave_own_run_out();
                    self.look_after(work);
                    return true;
                }
            }
        }
        false
    }

    fn take_created_of_queue(&mut self, index: usize, created: Created) {
        let id = created.id.clone();
        let training = &self.queue.work[index].training;
        let (experiment, goes_on) = (training.job.experiment.clone(), training.goes_on());
        match self.run_mut(&id) {
            Some(run) if goes_on => run.take_up(),
            Some(run) => {
                *run = Run::new(created.id, created.folder, created.created_secs, experiment)
            }
            None => self.runs.push(Run::new(
                created.id,
                created.folder,
                created.created_secs,
                experiment,
            )),
        }
        self.withdraw_offers_of(&id);
        self.name_after_sweep(&id);
        let follows = self.chosen == self.queue.followed
            && !self
                .queue
                .in_work()
                .any(|other| *other != id && self.queue.followed.as_ref() == Some(other));
        if follows || self.chosen.is_none() {
            self.choose_run(id.clone());
            let before = self.queue.before.clone();
            self.ghost = before.filter(|before| *before != id);
            self.look.epoch = EpochChoice::Auto;
            self.queue.followed = Some(id);
        }
    }

    /// Gives a run that has no name yet the one by its sweep, such as `S1.3`.
    fn name_after_sweep(&mut self, id: &RunId) {
        let waiting = self.queue.list.runs().iter().find(|run| run.id == *id);
        let Some((sweep, number)) = waiting.map(|run| (Arc::clone(&run.sweep), run.number)) else {
            return;
        };
        match self.name_by_group(&sweep, number) {
            Some(name) if self.run(id).is_some_and(|run| run.name == id.0) => {
                self.label(id, |label| label.name = name);
            }
            _ => self.name_by_sweep(&sweep, number),
        }
    }

    fn take_update_of_queue(&mut self, index: usize, event: RunEvent) {
        let work = &mut self.queue.work[index];
        let id = work.id.clone();
        let folder = self.options.store.folder().join(&id.0);
        work.training.hear(&event, &folder);
        if let RunEvent::Warning(message) = &event {
            self.notices.push(Level::Warning, message.clone());
        }
        let measures = matches!(event, RunEvent::Epoch(_));
        let Some(run) = self.hear(&id, event) else {
            return;
        };
        let over = !run.state.is_active();
        let elapsed = run.elapsed_secs;
        if over && run.resumes_at.is_none() {
            self.note_pace(index, elapsed);
        }
        if measures || over {
            self.want_kept(&id);
        }
    }
}
