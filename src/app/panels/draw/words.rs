//! The tab's sentences: whose weights answer, and what to do where there is no answer yet.

use crate::lab::Run;
use crate::lab::inference::{Inferred, WeightsId};

/// The probability from which on the tab offers a word of doubt.
pub const VERY_SURE: f32 = 0.95;

/// Why the network may be sure and wrong.
pub const SURE: &str = "The percentages always add up to 100% over these classes, whatever the picture is. \
     A scribble can get 99% too: the network was never shown one and has no way to say \"none \
     of these\". A network that overfits grows surer than it is right: compare the mean \
     confidence of the wrong ones in Errors. Try it: draw a scribble.";

/// What the switch Centre does.
pub const CENTRE: &str = "Prepares the drawing as MNIST was made: the ink is scaled into a box of 20 of 28 pixels and \
     moved so that its centre of mass is in the middle. The network has seen no other digits, so \
     without this a digit in a corner, or a small one, fails: switch it off and see. For pictures \
     that fill their images, such as clothes, leave it off.";

/// What the switch Centre does for a run on pictures that weren't centred.
pub const CENTRE_OF_PICTURES: &str = "Scales the ink into a box of 20 of 28 pixels and moves it to the middle, as in MNIST. This \
     run's pictures were not centred in training, so that a drawing is left where it is unless you \
     switch this on.";

/// Whose weights answer: `A12, epoch 9` or `A12, newest weights in epoch 3`.
pub fn who(weights: &WeightsId, runs: &[Run]) -> String {
    let run = runs.iter().find(|run| run.id == weights.run);
    let name = run.map_or(weights.run.0.as_str(), |run| run.name.as_str());
    let best = run.and_then(|run| run.best().map(|best| best.epoch));
    let is_over = run.is_some_and(|run| !run.state.is_active());
    match weights.step {
        Some(_) => format!("{name}, newest weights in epoch {}", weights.epoch),
        None if best == Some(weights.epoch) && is_over => {
            format!("{name} at its best epoch, {}", weights.epoch)
        }
        None => format!("{name} at epoch {}", weights.epoch),
    }
}

/// What a person draws here, told by the classes' names.
pub fn noun(classes: &[String]) -> &'static str {
    let all = |is: fn(char) -> bool| {
        classes
            .iter()
            .all(|class| class.chars().count() == 1 && class.chars().all(is))
    };
    if all(|c| c.is_ascii_digit()) {
        "digit"
    } else if all(char::is_alphabetic) {
        "letter"
    } else {
        "picture"
    }
}

/// The sentence in place of a prediction that isn't there yet.
pub fn instead(run: Option<&Run>, known: &Inferred, classes: &[String], is_drawn: bool) -> String {
    let noun = noun(classes);
    let Some(run) = run else {
        return format!("Press Train, draw a {noun}: the network guesses while it learns");
    };
    match (&known.network, run.state.is_active()) {
        (None, true) => format!("Draw a {noun}: the network guesses after its first second"),
        (None, false) if run.epochs.is_empty() => {
            let name = &run.name;
            if run.state.is_in_work() {
                format!("Draw a {noun}: the network guesses after its first epoch")
            } else if run.resumes_at.is_some() {
                format!("{name} was ended before its first epoch: resume it to guess")
            } else {
                format!("{name} ended before its first epoch: train a run to guess")
            }
        }
        _ if is_drawn => "Thinking …".into(),
        _ => format!("Draw a {noun} above, or open a picture of one"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::plots::testing::run_of;
    use crate::lab::{ResumePlace, RunState};

    #[test]
    fn the_classes_say_what_is_drawn() {
        let names = |names: &[&str]| -> Vec<String> {
            names.iter().map(|name| (*name).to_owned()).collect()
        };
        assert_eq!(noun(&names(&["0", "1"])), "digit");
        assert_eq!(noun(&names(&["A", "b"])), "letter");
        assert_eq!(noun(&names(&["Coat", "Bag"])), "picture");
    }

    #[test]
    fn without_a_run_it_says_what_to_press() {
        let classes = ["7".to_owned()];
        let text = instead(None, &Inferred::default(), &classes, false);
        assert!(text.starts_with("Press Train"), "{text}");
    }

    #[test]
    fn before_the_first_epoch_it_says_what_will_answer() {
        let classes = ["7".to_owned()];
        let mut run = run_of("A1", 0);
        let text = |run: &Run| instead(Some(run), &Inferred::default(), &classes, false);
        run.state = RunState::Running;
        assert!(text(&run).ends_with("after its first second"));
        run.state = RunState::Elsewhere("process 7".into());
        assert!(text(&run).ends_with("after its first epoch"));
        run.state = RunState::Interrupted;
        assert!(text(&run).ends_with("train a run to guess"));
        run.resumes_at = Some(ResumePlace { epoch: 1, batch: 1 });
        assert!(text(&run).ends_with("resume it to guess"));
    }
}
