//! Toasts and the log: every warning and error, shown once and kept until the window closes.

mod toasts;

use super::action::Action;
use super::theme;
use eframe::egui::Ui;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::VecDeque;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

pub use toasts::Place;

/// How long a note stays on the screen, in seconds: long enough to read two lines.
const INFO_SECS: u64 = 5;
const TROUBLE_SECS: u64 = 12;
/// How long an offer stays after something went wrong, in seconds: a whole day, so that a person
/// who was away still finds it.
const OFFER_SECS: u64 = 86_400;
/// The number of entries that the log keeps.
const KEPT: usize = 1_000;

/// How much a notice matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Something that is good to know.
    Info,
    /// Something to look at.
    Warning,
    /// Something failed.
    Error,
}

impl Notice {
    /// What the notice's button asks for.
    #[cfg(test)]
    pub(super) fn offered(&self) -> Option<&Action> {
        self.offer.as_ref().map(|(_, action)| action)
    }

    fn lifetime(&self) -> Duration {
        if self.stays {
            return Duration::from_secs(OFFER_SECS);
        }
        Duration::from_secs(match (self.level, &self.offer) {
            (Level::Warning | Level::Error, Some(_)) => OFFER_SECS,
            (Level::Info, _) => INFO_SECS,
            (Level::Warning | Level::Error, None) => TROUBLE_SECS,
        })
    }
}

impl Level {
    fn label(self) -> &'static str {
        match self {
            Self::Info => "Note",
            Self::Warning => "Warning",
            Self::Error => "Error",
        }
    }
}

/// An entry of the log.
#[derive(Clone, Debug)]
pub struct Notice {
    /// How much the notice matters.
    pub level: Level,
    /// What happened, for a person.
    pub text: String,
    /// When it happened, in seconds since 1970.
    at_secs: u64,
    since: Instant,
    dismissed: bool,
    /// Whether the toast is on the screen.
    is_up: bool,
    /// The text of a button on the toast, and what the button asks for.
    offer: Option<(&'static str, Action)>,
    /// Whether the toast stays until a person dismisses it.
    stays: bool,
}

/// All notices of this window.
#[derive(Default)]
pub struct Notices {
    entries: VecDeque<Notice>,
    /// Height that the toasts had in the last frame, in points; 0 where there was none.
    height: f32,
}

impl Notices {
    /// Adds a notice.
    pub fn push(&mut self, level: Level, text: impl Into<String>) {
        self.add(level, text.into(), None);
    }

    /// Adds a note with a button that asks for something.
    pub fn offer(&mut self, text: impl Into<String>, button: &'static str, action: Action) {
        self.push_with_offer(Level::Info, text, button, action);
    }

    /// Notes that a file was written, with a button that shows it.
    pub fn tell_written(&mut self, path: &Path) {
        let show = Action::ShowInFolder(path.to_path_buf());
        self.offer(
            format!("Written: {}", path.display()),
            "Show in folder",
            show,
        );
    }

    /// Adds a note with a button that asks for something, which stays until a person has seen it: something was done
    /// that a person may not have waited for.
    pub fn offer_until_dismissed(
        &mut self,
        text: impl Into<String>,
        button: &'static str,
        action: Action,
    ) {
        self.offer(text, button, action);
        if let Some(entry) = self.entries.back_mut() {
            entry.stays = true;
        }
    }

    /// Takes away the toast of a text that no longer holds; the log keeps what it said.
    pub fn take_back(&mut self, text: &str) {
        for entry in &mut self.entries {
            entry.dismissed |= entry.text == text;
        }
    }

    /// Adds a notice with a button that asks for something.
    pub fn push_with_offer(
        &mut self,
        level: Level,
        text: impl Into<String>,
        button: &'static str,
        action: Action,
    ) {
        self.add(level, text.into(), Some((button, action)));
    }

    /// Adds a notice to the log without a toast.
    pub fn push_quiet(&mut self, level: Level, text: impl Into<String>) {
        self.add(level, text.into(), None);
        if let Some(entry) = self.entries.back_mut() {
            entry.dismissed = true;
        }
    }

    fn add(&mut self, level: Level, text: String, offer: Option<(&'static str, Action)>) {
        match level {
            Level::Info => log::info!("{text}"),
            Level::Warning => log::warn!("{text}"),
            Level::Error => log::error!("{text}"),
        }
        // What is said again stands once: the log alone has it twice.
        for entry in &mut self.entries {
            let is_same = entry.level == level && entry.text == text && entry.offer == offer;
            entry.dismissed |= is_same;
        }
        if self.entries.len() == KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back(Notice {
            level,
            text,
            at_secs: SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |elapsed| elapsed.as_secs()),
            since: Instant::now(),
            dismissed: false,
            is_up: false,
            offer,
            stays: false,
        });
    }

    /// The entries, the oldest first.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Notice> {
        self.entries.iter()
    }

    /// Takes away the toasts whose offers are void; the log keeps what they said.
    pub fn withdraw(&mut self, is_void: impl Fn(&Action) -> bool) {
        for entry in &mut self.entries {
            entry.dismissed |= entry
                .offer
                .as_ref()
                .is_some_and(|(_, action)| is_void(action));
        }
    }

    /// Draws the log, the newest first.
    pub fn log_ui(&self, ui: &mut Ui) {
        if self.entries.is_empty() {
            ui.weak("Nothing has gone wrong, and nothing else was worth a note.");
        }
        for entry in self.entries.iter().rev() {
            ui.horizontal_wrapped(|ui| {
                ui.weak(clock(entry.at_secs));
                ui.colored_label(color(ui, entry.level), entry.level.label());
                ui.label(&entry.text);
            });
        }
    }
}

fn color(ui: &Ui, level: Level) -> eframe::egui::Color32 {
    match level {
        Level::Info => theme::good(ui.visuals()),
        Level::Warning => theme::changed(ui.visuals()),
        Level::Error => theme::bad(ui.visuals()),
    }
}

/// The time of day where the person is.
fn clock(secs: u64) -> String {
    let at = i64::try_from(secs)
        .ok()
        .and_then(|secs| Timestamp::from_second(secs).ok());
    at.map_or_else(String::new, |at| {
        let at = at.to_zoned(TimeZone::system());
        format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_keeps_what_toasts_drop_and_is_bounded() {
        let mut notices = Notices::default();
        notices.push_quiet(Level::Error, "no");
        let entry = notices.entries().next_back().unwrap();
        assert!(entry.dismissed && entry.text == "no");
        for i in 0..2 * KEPT {
            notices.push(Level::Info, i.to_string());
        }
        assert_eq!(notices.entries().count(), KEPT);
    }

    #[test]
    fn what_was_done_stays_until_it_is_dismissed_and_a_plan_until_it_is_carried_out() {
        let mut notices = Notices::default();
        let show = Action::ShowInFolder("a.csv".into());
        notices.offer_until_dismissed("written", "Show in folder", show);
        let entry = notices.entries().next_back().unwrap();
        assert_eq!(entry.lifetime(), Duration::from_secs(OFFER_SECS));
        notices.push(Level::Info, "it will be written");
        notices.take_back("it will be written");
        let dismissed: Vec<bool> = notices.entries().map(|entry| entry.dismissed).collect();
        assert_eq!(dismissed, [false, true]);
    }

    #[test]
    fn an_offer_after_trouble_waits_until_it_is_void() {
        let mut notices = Notices::default();
        let resume = |id: &str| Action::ResumeRun(crate::lab::RunId(id.into()), None);
        for (level, secs) in [
            (Level::Info, INFO_SECS),
            (Level::Warning, OFFER_SECS),
            (Level::Error, OFFER_SECS),
        ] {
            notices.push_with_offer(level, "it stopped", "Resume", resume("A1"));
            let entry = notices.entries().next_back().unwrap();
            assert_eq!(entry.lifetime(), Duration::from_secs(secs));
        }
        notices.withdraw(|action| *action == resume("A2"));
        assert!(notices.entries().all(|entry| !entry.dismissed));
        notices.withdraw(|action| *action == resume("A1"));
        assert!(notices.entries().all(|entry| entry.dismissed));
    }

    #[test]
    fn what_is_said_again_stands_once() {
        let mut notices = Notices::default();
        for _ in 0..3 {
            notices.push(Level::Info, "the plots need a taller window");
        }
        notices.push(Level::Info, "something else");
        let standing = notices.entries().filter(|entry| !entry.dismissed).count();
        assert_eq!((standing, notices.entries().count()), (2, 4));
    }

    #[test]
    fn the_clock_goes_on_by_seconds() {
        // The zone of the machine isn't known here, but zones differ by whole quarters of an hour.
        let minutes_and_seconds = |secs| clock(secs)[3..].to_owned();
        assert!(["02:03", "17:03", "32:03", "47:03"].contains(&&*minutes_and_seconds(3_723)));
        assert_eq!(clock(3_723).len(), "01:02:03".len());
        assert_eq!(clock(u64::MAX), "");
    }
}
