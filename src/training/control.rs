//! The two channels of a run in training, commands in and events out, and how the run holds still
//! while it is paused.

use super::{Command, Event, TrainingError};
use crate::experiment::Setting;
use crate::model::ModelError;
use crossbeam_channel::Receiver;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// Why a run leaves its loop before it is through.
pub(super) enum Ending {
    /// A command told the run to stop.
    Stopped,
    /// Nobody hears the run's events any more.
    Abandoned,
    /// The run failed.
    Failed(TrainingError),
}

impl From<TrainingError> for Ending {
    fn from(error: TrainingError) -> Self {
        Self::Failed(error)
    }
}

impl From<ModelError> for Ending {
    fn from(error: ModelError) -> Self {
        Self::Failed(error.into())
    }
}

/// A run's ends of the two channels, the adjustments that it has heard, and the time it was paused.
pub(super) struct Control<'a> {
    commands: &'a Receiver<Command>,
    emit: &'a mut dyn FnMut(Event) -> ControlFlow<()>,
    requests: Vec<Setting>,
    paused: Duration,
}

impl<'a> Control<'a> {
    pub fn new(
        commands: &'a Receiver<Command>,
        emit: &'a mut dyn FnMut(Event) -> ControlFlow<()>,
    ) -> Self {
        Self {
            commands,
            emit,
            requests: Vec::new(),
            paused: Duration::ZERO,
        }
    }

    /// Sends an event.
    ///
    /// # Errors
    /// [`Ending::Abandoned`] where nobody hears it.
    pub fn emit(&mut self, event: Event) -> Result<(), Ending> {
        match (self.emit)(event) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Ending::Abandoned),
        }
    }

    /// Hears the commands that wait, and holds still while paused. A closed channel brings no
    /// more commands, and the run goes on.
    ///
    /// # Errors
    /// [`Ending::Stopped`] where a command says so, [`Ending::Abandoned`] where nobody hears of a
    /// pause.
    pub fn listen(&mut self) -> Result<(), Ending> {
        while let Ok(command) = self.commands.try_recv() {
            match command {
                Command::Pause => self.hold()?,
                Command::Resume => {}
                Command::Stop => return Err(Ending::Stopped),
                Command::Adjust(setting) => self.requests.push(setting),
            }
        }
        Ok(())
    }

    fn hold(&mut self) -> Result<(), Ending> {
        let start = Instant::now();
        self.emit(Event::Paused)?;
        let ended = self.wait();
        // A run that is stopped while it holds still is written with its time, too.
        self.paused += start.elapsed();
        ended?;
        self.emit(Event::Resumed)
    }

    /// Hears commands until one lets the run go on.
    fn wait(&mut self) -> Result<(), Ending> {
        loop {
            match self.commands.recv() {
                Ok(Command::Pause) => {}
                Ok(Command::Adjust(setting)) => self.requests.push(setting),
                Ok(Command::Stop) => return Err(Ending::Stopped),
                // Nobody is left who could wake it up.
                Ok(Command::Resume) | Err(_) => return Ok(()),
            }
        }
    }

    /// The adjustments heard and not yet taken, in order.
    pub fn requests(&self) -> &[Setting] {
        &self.requests
    }

    /// Takes the adjustments heard so far.
    pub fn take_requests(&mut self) -> Vec<Setting> {
        std::mem::take(&mut self.requests)
    }

    /// How long the run has held still.
    pub fn paused(&self) -> Duration {
        self.paused
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossbeam_channel::bounded;

    /// What a run that hears these commands says and takes.
    fn hear(commands: &[Command]) -> (Vec<String>, Vec<Setting>, bool) {
        let (sender, receiver) = bounded(64);
        for command in commands {
            sender.send(command.clone()).unwrap();
        }
        drop(sender);
        let mut said = Vec::new();
        let mut emit = |event: Event| {
            said.push(format!("{event:?}"));
            ControlFlow::Continue(())
        };
        let mut control = Control::new(&receiver, &mut emit);
        let stopped = matches!(control.listen(), Err(Ending::Stopped));
        let requests = control.take_requests();
        (said, requests, stopped)
    }

    #[test]
    fn adjustments_are_kept_in_order_also_while_paused() {
        let (dropout, epochs) = (Setting::Dropout(0.5), Setting::Epochs(3));
        let (said, requests, stopped) = hear(&[
            Command::Adjust(dropout),
            Command::Pause,
            Command::Pause,
            Command::Adjust(epochs),
            Command::Resume,
            Command::Resume,
        ]);
        assert_eq!(said, ["Paused", "Resumed"]);
        assert_eq!(requests, [dropout, epochs]);
        assert!(!stopped);
    }

    #[test]
    fn a_pause_is_no_time_of_training_whatever_ends_it() {
        for end in [Command::Resume, Command::Stop] {
            let (sender, receiver) = bounded(2);
            sender.send(Command::Pause).unwrap();
            let still = Duration::from_millis(30);
            let waker = std::thread::Builder::new().name("waker".into());
            let waker = waker.spawn(move || {
                std::thread::sleep(still);
                sender.send(end).unwrap();
            });
            let mut emit = |_: Event| ControlFlow::Continue(());
            let mut control = Control::new(&receiver, &mut emit);
            let start = Instant::now();
            let _ = control.listen();
            let listened = start.elapsed();
            waker.unwrap().join().unwrap();
            // The pause is nearly all of the time that the call took.
            assert!(control.paused() > listened / 2, "{:?}", control.paused());
        }
    }

    #[test]
    fn stop_is_heard_while_paused_and_a_closed_channel_wakes_up() {
        let (said, _, stopped) = hear(&[Command::Pause, Command::Stop]);
        assert_eq!((said.len(), stopped), (1, true));
        let (said, _, stopped) = hear(&[Command::Pause]);
        assert_eq!((said.len(), stopped), (2, false));
    }
}
