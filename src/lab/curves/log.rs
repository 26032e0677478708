//! Lines as training loops print them, with figures by name: `Epoch 1/12 … loss: 0.9 - val_loss:
//! 0.55`, `train Loss: 0.9 Acc: 0.72`, `[0] train-mlogloss:0.9`.

use super::names::{self, Meaning, Role};
use super::reading::Reading;
use super::records::{ColumnId, Records};
use super::{CurveError, Note, check_length, lines};

/// Lines in which figures by name are looked for, to tell whether a text is a log.
const LOOKED_AT: usize = 100;
/// Words before a colon that may be a figure's name.
const MOST_WORDS: usize = 3;

/// Whether a text is a log: its first lines have figures by name.
pub(super) fn is_log(text: &str) -> bool {
    let has_figure = |line: &str| {
        let is_figure = |pair: &Pair| {
            let is_figure = matches!(names::meaning(&pair.name), Some(Meaning::Figure { .. }));
            is_figure && pair.reading.finite().is_some()
        };
        pairs(line).iter().any(is_figure)
    };
    lines(text)
        .take(LOOKED_AT)
        .filter(|(_, line)| line.len() <= super::MOST_LINE)
        .any(|(_, line)| has_figure(line))
}

/// Reads a log: a row for each epoch, with the last figure of each name.
///
/// # Errors
/// Where a line is too long.
pub(super) fn read(text: &str, records: &mut Records<'_>) -> Result<(), CurveError> {
    // Progress bars go back to the beginning of their line.
    let text = text.replace('\u{8}', "\n");
    let epoch_column = records.column("epoch");
    let mut row: Option<usize> = None;
    let mut newest = None;
    let mut is_validated = false;
    for (line, text) in lines(&text) {
        check_length(line, text, records.path)?;
        let text = without_colours(text);
        if let Some(epoch) = epoch_of(&text) {
            if newest != Some(epoch) {
                row = None;
                is_validated = false;
            }
            newest = Some(epoch);
        }
        let pairs = pairs(&text);
        if is_validated && is_progress(&text) && !pairs.iter().any(is_of_validation) {
            // After an epoch has been validated, another bar without validation is that of model.evaluate().
            records.note(Note::EvaluationLeftOut { line });
            continue;
        }
        let figures = figures(&pairs, records);
        if figures.is_empty() {
            if epoch_of(&text).is_some() {
                // An epoch is announced. It may have the number of the one before, where each call
                // of fit trains one epoch.
                row = None;
                is_validated = false;
            }
            continue;
        }
        let place = match row {
            Some(place) if newest.is_some() => place,
            _ => {
                let epoch = epoch_column.zip(newest);
                let cells = epoch.map(|(id, epoch)| (id, Reading::Number(epoch as f64)));
                records.push(line, 0, cells.into_iter().collect())?;
                records.rows.len() - 1
            }
        };
        row = Some(place);
        is_validated |= pairs.iter().any(is_of_validation);
        for (id, reading) in figures {
            records.set(place, id, reading);
        }
    }
    Ok(())
}

/// Whether a line is a progress bar: it begins with how many batches of how many are done.
fn is_progress(line: &str) -> bool {
    let word = line.split_whitespace().next().unwrap_or_default();
    let is_count = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    word.split_once('/')
        .is_some_and(|(done, all)| is_count(done) && is_count(all))
}

fn is_of_validation(pair: &Pair) -> bool {
    matches!(
        names::meaning(&pair.name),
        Some(Meaning::Figure {
            role: Some(Role::Validation | Role::Test),
            ..
        })
    )
}

/// The figures of a line. Where its first figure says that all are of training or of validation
/// images, the others needn't: `train Loss: 0.9 Acc: 0.72`.
fn figures(pairs: &[Pair], records: &mut Records<'_>) -> Vec<(ColumnId, Reading)> {
    let role = |name: &str| match names::meaning(name) {
        Some(Meaning::Figure { role, .. }) => Some(role),
        _ => None,
    };
    let roles: Vec<_> = pairs.iter().filter_map(|pair| role(&pair.name)).collect();
    let common = match roles.split_first() {
        Some((Some(first), rest)) if rest.iter().all(Option::is_none) => Some(*first),
        _ => None,
    };
    let mut figures = Vec::new();
    for pair in pairs {
        if role(&pair.name).is_some()
            && let Some(id) = records.column_of(&pair.name, common)
        {
            figures.push((id, pair.reading.clone()));
        }
    }
    figures
}

/// A name and what stands behind its colon.
struct Pair {
    name: String,
    reading: Reading,
}

/// The names of a line that have a number behind a colon or an equals sign.
fn pairs(line: &str) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (at, _) in line.match_indices([':', '=']) {
        let value = line[at + 1..].trim_start_matches([' ', '\t']);
        let end = value
            .find(|char: char| char.is_whitespace() || ",;|)]}".contains(char))
            .unwrap_or(value.len());
        let reading = Reading::of_text(value[..end].trim_end_matches('.'));
        if !matches!(
            reading,
            Reading::Number(_) | Reading::Percent(_) | Reading::Nan
        ) {
            continue;
        }
        // What stands before the last sign of another kind isn't part of the name.
        let before = &line[..at];
        let begin = before
            .rfind(|char: char| ",;|()[]{}:=\t".contains(char))
            .map_or(0, |place| place + 1);
        if let Some(name) = name_of(&before[begin..]) {
            pairs.push(Pair { name, reading });
        }
    }
    pairs
}

/// The name at the end of a text: the most of its last words that are one together.
fn name_of(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().rev().take(MOST_WORDS).collect();
    let words: Vec<&str> = words.into_iter().rev().collect();
    (0..words.len())
        .map(|skip| words[skip..].join(" "))
        .find(|name| {
            let is_joined = !name.split(' ').any(|word| word == "-" || word == "—");
            is_joined && matches!(names::meaning(name), Some(Meaning::Figure { .. }))
        })
}

/// Words of what Keras's callbacks say after an epoch. Such a line names an epoch and begins none.
const CALLBACKS: [&str; 6] = [
    "early stopping",
    "restoring model weights",
    "best epoch",
    "saving model",
    "did not improve",
    "reducing learning rate",
];

/// The epoch that a line names: `Epoch 3/12`, `epoch: 3`, `[3]` at the beginning.
fn epoch_of(line: &str) -> Option<u32> {
    let number = |text: &str| {
        let text = text.trim_start_matches([' ', ':', '=', '#', '[', '(', '\t']);
        let end = text
            .find(|char: char| !char.is_ascii_digit())
            .unwrap_or(text.len());
        text[..end].parse().ok()
    };
    let lower = line.to_ascii_lowercase();
    if CALLBACKS.iter().any(|words| lower.contains(words)) {
        return None;
    }
    if let Some(at) = lower.find("epoch") {
        return number(&lower[at + "epoch".len()..]);
    }
    let begin = line.trim_start();
    if begin.starts_with('[')
        && begin[1..]
            .trim_start()
            .starts_with(|it: char| it.is_ascii_digit())
    {
        return number(begin);
    }
    None
}

/// A line without the signs by which a terminal is told colours.
fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(char) = chars.next() {
        if char == '\u{1b}' {
            // Such a sign ends with a letter.
            let _ = chars.find(char::is_ascii_alphabetic);
        } else {
            plain.push(char);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> Vec<(String, Reading)> {
        let pairs = pairs(line).into_iter();
        pairs.map(|pair| (pair.name, pair.reading)).collect()
    }

    #[test]
    fn figures_are_found_by_their_names() {
        let number = Reading::Number;
        for (line, expected) in [
            (
                "1875/1875 [====] - 6s 3ms/step - loss: 0.9 - accuracy: 0.72 - val_loss: 0.55",
                vec![
                    ("loss", number(0.9)),
                    ("accuracy", number(0.72)),
                    ("val_loss", number(0.55)),
                ],
            ),
            (
                "2025-06-04 17:39:02,341 - INFO - Epoch 1/12, Train Loss: 0.9, Train Acc: 72.00%",
                vec![
                    ("Train Loss", number(0.9)),
                    ("Train Acc", Reading::Percent(0.72)),
                ],
            ),
            (
                "train Loss: 0.9 Acc: 0.72",
                vec![("train Loss", number(0.9)), ("Acc", number(0.72))],
            ),
            (
                "[0]\ttrain-mlogloss:0.9\teval-mlogloss:0.55",
                vec![
                    ("train-mlogloss", number(0.9)),
                    ("eval-mlogloss", number(0.55)),
                ],
            ),
            (
                "epoch=3 train_loss=0.9 val_loss=nan",
                vec![("train_loss", number(0.9)), ("val_loss", Reading::Nan)],
            ),
            ("no figures: here", vec![]),
        ] {
            let expected: Vec<(String, Reading)> = expected
                .into_iter()
                .map(|(name, reading)| (name.to_owned(), reading))
                .collect();
            assert_eq!(found(line), expected, "{line}");
        }
    }

    #[test]
    fn epochs_are_found() {
        assert_eq!(epoch_of("Epoch 3/12"), Some(3));
        assert_eq!(epoch_of("INFO - epoch: [7] lr 0.1"), Some(7));
        assert_eq!(epoch_of("[12]\ttrain-mlogloss:0.9"), Some(12));
        assert_eq!(epoch_of("[====] - loss: 1"), None);
        for told in [
            "Restoring model weights from the end of the best epoch: 5.",
            "Epoch 12: early stopping",
            "Epoch 3: val_loss improved from 0.38 to 0.31, saving model to best.keras",
            "Epoch 7: ReduceLROnPlateau reducing learning rate to 0.0005.",
        ] {
            assert_eq!(epoch_of(told), None, "{told}");
        }
        assert_eq!(
            without_colours("\u{1b}[1m12/12\u{1b}[0m loss"),
            "12/12 loss"
        );
    }
}
