//! The tab's sentences: whose weights answer, and what to do where there is no answer yet.

use super::bars;
use crate::lab::Run;
use crate::lab::inference::{Guess, Inferred, Moment, WeightsId};

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

/// How pictures are read for a run that is older than the notes on that.
pub const OLDER_READING: &str = "This run is older than the notes on how its pictures were read. The opened picture is taken as \
     it is, dark stays dark, as the command predict takes it.";

/// Whose weights answer: `A12, epoch 9` or `A12, newest weights in epoch 3`.
pub fn who(weights: &WeightsId, runs: &[Run]) -> String {
    let run = runs.iter().find(|run| run.id == weights.run);
    let name = run.map_or(weights.run.0.as_str(), |run| run.name.as_str());
    let best = run.and_then(|run| run.best().map(|best| best.epoch));
    let is_over = run.is_some_and(|run| !run.state.is_active());
    match weights.moment {
        Moment::Within { epoch, .. } => format!("{name}, newest weights in epoch {epoch}"),
        Moment::After(epoch) if best == Some(epoch) && is_over => {
            format!("{name} at its best epoch, {epoch}")
        }
        Moment::After(epoch) => format!("{name} at epoch {epoch}"),
        Moment::Together { runs, copies } => average_of(runs, copies),
    }
}

/// What an average is of: `the average of 5 runs, each image also as 8 copies`.
pub fn average_of(runs: usize, copies: u16) -> String {
    let runs = match runs {
        1 => "1 run".to_owned(),
        runs => format!("{runs} runs"),
    };
    match copies {
        0 => format!("The average of {runs}"),
        1 => format!("The average of {runs} over the image and a transformed copy"),
        copies => format!("The average of {runs} over the image and {copies} transformed copies"),
    }
}

/// Which run answers where a group is chosen.
pub fn one_of_group(group: &str, run: &str) -> String {
    format!("{run}, one run of {group}, answers here.")
}

/// Why one column alone has an answer: the best epoch is the one that is shown.
pub fn best_is_shown(epoch: usize, is_only: bool) -> String {
    if is_only {
        return format!("Epoch {epoch} is the only one so far, and so it is the best.");
    }
    format!(
        "Epoch {epoch} is the best one, and it is shown. Move the handle under the curves, or play \
         them: another epoch then answers here."
    )
}

/// Why one column alone has an answer: the best epoch's weights aren't there.
pub fn best_not_kept(epoch: usize) -> String {
    format!(
        "The weights of epoch {epoch}, the best one, aren't on disk. Only the epoch that is shown \
         can answer."
    )
}

/// Two probabilities that are nearer to each other than this are told as equal.
const AS_SURE: f32 = 0.02;

/// What two epochs of a run make of one drawing: whether they see the same, and which is surer.
pub fn together(best: &Guess, shown: &Guess, runs: &[Run], classes: &[String]) -> String {
    let weights = &shown.weights;
    let run = runs.iter().find(|run| run.id == weights.run);
    let run = run.map_or(weights.run.0.as_str(), |run| run.name.as_str());
    let seen = |guess: &Guess| {
        let class = bars::best(&guess.probabilities)?;
        Some((classes.get(class)?.clone(), guess.probabilities[class]))
    };
    let (Some((best_class, best_share)), Some((class, share))) = (seen(best), seen(shown)) else {
        return who(weights, runs);
    };
    let (is, sees, shown) = match weights.moment {
        Moment::Within { .. } => ("are", "see", "the newest weights".to_owned()),
        Moment::After(epoch) => ("is", "sees", format!("epoch {epoch}")),
        Moment::Together { .. } => ("is", "sees", "the average".to_owned()),
    };
    let Some(best) = best.weights.moment.epoch() else {
        return who(weights, runs);
    };
    if class != best_class {
        return format!("{run}: {shown} {sees} {class}, epoch {best} sees {best_class}");
    }
    match share - best_share {
        more if more > AS_SURE => format!("{run}: both see {class}, {shown} {is} surer"),
        less if less < -AS_SURE => format!("{run}: both see {class}, epoch {best} is surer"),
        _ => format!("{run}: both see {class}, and both are equally sure"),
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

/// The sentence in place of the answer of several runs that isn't there yet.
pub fn instead_of_average(classes: &[String], is_drawn: bool) -> String {
    if is_drawn {
        return "Thinking …".into();
    }
    let noun = noun(classes);
    format!("Draw a {noun} above, or open a picture of one: all runs of the average answer it")
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
    use crate::lab::inference::InputImage;
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
    fn two_epochs_are_told_together_in_one_sentence() {
        let classes = ["3".to_owned(), "5".to_owned()];
        let runs = [run_of("A1", 9)];
        let guess = |epoch, step, three: f32| Guess {
            weights: WeightsId {
                run: runs[0].id.clone(),
                moment: match step {
                    Some(step) => Moment::Within { epoch, step },
                    None => Moment::After(epoch),
                },
            },
            picture: InputImage(vec![0; 4].into()),
            probabilities: vec![three, 1.0 - three].into(),
        };
        let best = guess(4, None, 0.8);
        let told = |shown: &Guess| together(&best, shown, &runs, &classes);
        assert_eq!(
            told(&guess(9, None, 0.999)),
            "A1: both see 3, epoch 9 is surer"
        );
        assert_eq!(
            told(&guess(2, None, 0.6)),
            "A1: both see 3, epoch 4 is surer"
        );
        assert_eq!(
            told(&guess(9, Some(7), 0.81)),
            "A1: both see 3, and both are equally sure"
        );
        assert_eq!(
            told(&guess(9, None, 0.1)),
            "A1: epoch 9 sees 5, epoch 4 sees 3"
        );
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
