//! What a column is, told by its name: `train_loss`, `Train Loss`, `loss/train`, `val_acc`,
//! `metrics/accuracy_top1`. A name is taken to pieces; the pieces say which images a figure was
//! measured on and what it is.

/// The images that a name says a figure was measured on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Training images.
    Training,
    /// Training images whose labels are right, as this program's own runs with label noise have
    /// them.
    Clean,
    /// Validation images.
    Validation,
    /// Test images, which many loops validate on.
    Test,
}

/// What was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Metric {
    /// The mean cross-entropy.
    Loss,
    /// The fraction that is right.
    Accuracy,
    /// The fraction that is wrong.
    Error,
    /// How many images there were.
    Count,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The epoch.
    Epoch,
    /// The number of the batch.
    Step,
    /// A nameless column, or pandas's index, that may count epochs.
    Index,
    /// Which images the row's figures were measured on.
    Phase,
    /// Which run a row belongs to.
    Run,
    /// A figure.
    Figure {
        /// What was measured.
        metric: Metric,
        /// On which images, where the name says it.
        role: Option<Role>,
        /// How far the name is from the usual one: of two columns the one with the lower rank counts.
        rank: u32,
    },
}

/// Pieces that say nothing about what a figure is.
const FILLERS: [&str; 12] = [
    "avg",
    "average",
    "mean",
    "epoch",
    "metric",
    "metrics",
    "ce",
    "cls",
    "overall",
    "percent",
    "percentage",
    "pct",
];
const EPOCHS: [&str; 8] = [
    "epoch",
    "epochs",
    "ep",
    "epoch_number",
    "epoch_num",
    "epoch_no",
    "epoch_index",
    "current_epoch",
];
const STEPS: [&str; 5] = ["step", "steps", "global_step", "iteration", "iter"];
const PHASES: [&str; 7] = [
    "phase",
    "split",
    "mode",
    "stage",
    "subset",
    "set",
    "partition",
];
const RUNS: [&str; 8] = [
    "run", "run_id", "run_name", "fold", "kfold", "trial", "seed", "fold_id",
];
const INDEXES: [&str; 3] = ["", "unnamed_0", "index"];
/// Names of the cross-entropy, the usual one first.
const LOSSES: [&str; 8] = [
    "loss",
    "cross_entropy",
    "crossentropy",
    "cross_entropy_loss",
    "nll",
    "nll_loss",
    "logloss",
    "mlogloss",
];
/// Names of the accuracy, the usual ones first.
const ACCURACIES: [&str; 17] = [
    "accuracy",
    "acc",
    "sparse_categorical_accuracy",
    "categorical_accuracy",
    "binary_accuracy",
    "multiclass_accuracy",
    "top1",
    "top_1",
    "acc1",
    "accuracy_top1",
    "accuracy_top_1",
    "acc_top1",
    "top1_acc",
    "top1_accuracy",
    "top_1_accuracy",
    "prec1",
    "multiclassaccuracy",
];
/// Names of the error rate.
const ERRORS: [&str; 7] = [
    "error",
    "err",
    "error_rate",
    "err1",
    "top1_error",
    "top1_err",
    "merror",
];
/// Names of the number of images, which this program's own files have.
const COUNTS: [&str; 2] = ["count", "measured_images"];

/// The role that a word names.
pub(super) fn role(word: &str) -> Option<Role> {
    Some(match word.to_ascii_lowercase().as_str() {
        "train" | "training" | "trn" => Role::Training,
        "clean" => Role::Clean,
        "val" | "valid" | "validation" | "dev" | "eval" | "evaluation" => Role::Validation,
        "test" | "testing" => Role::Test,
        _ => return None,
    })
}

/// How far a word is from the usual name of its role.
fn role_rank(word: &str) -> u32 {
    match word {
        "dev" => 1,
        "eval" | "evaluation" => 2,
        "test" | "testing" => 3,
        _ => 0,
    }
}

/// A name's pieces, in small letters: `trainLoss`, `Train Loss` and `train/loss` have the same two.
pub(super) fn pieces(name: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut before = ' ';
    for char in name.chars() {
        let begins = !char.is_alphanumeric() || (char.is_uppercase() && before.is_lowercase());
        if begins && pieces.last().is_some_and(|piece| !piece.is_empty()) {
            pieces.push(String::new());
        }
        if char.is_alphanumeric()
            && let Some(piece) = pieces.last_mut()
        {
            piece.extend(char.to_lowercase());
        }
        before = char;
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// What a column of this name holds. None where it is nothing that a verdict is made of.
pub(super) fn meaning(name: &str) -> Option<Meaning> {
    let pieces = pieces(name);
    let whole = pieces.join("_");
    let is = |names: &[&str]| names.contains(&whole.as_str());
    if is(&EPOCHS) || whole == "epoch_epoch" {
        return Some(Meaning::Epoch);
    }
    if is(&STEPS) {
        return Some(Meaning::Step);
    }
    if is(&INDEXES) {
        return Some(Meaning::Index);
    }
    if is(&PHASES) {
        return Some(Meaning::Phase);
    }
    if is(&RUNS) {
        return Some(Meaning::Run);
    }
    figure(&pieces)
}

fn figure(pieces: &[String]) -> Option<Meaning> {
    let mut found: Option<(Role, u32)> = None;
    let mut rest: Vec<&str> = Vec::new();
    for piece in pieces {
        match role(piece) {
            Some(_) if found.is_some() => return None,
            Some(role) => found = Some((role, role_rank(piece))),
            None if FILLERS.contains(&piece.as_str()) => {}
            None => rest.push(piece),
        }
    }
    let (metric, rank) = metric(&rest)?;
    Some(Meaning::Figure {
        metric,
        role: found.map(|(role, _)| role),
        // A name that says the images goes before one that doesn't.
        rank: rank + 100 * found.map_or(4, |(_, rank)| rank),
    })
}

fn metric(rest: &[&str]) -> Option<(Metric, u32)> {
    let named = |rest: &[&str]| {
        let name = rest.join("_");
        let place = |names: &[&str]| names.iter().position(|it| *it == name);
        let of = |metric, from, names| place(names).map(|place| (metric, from + place as u32));
        of(Metric::Loss, 0, &LOSSES)
            .or_else(|| of(Metric::Accuracy, 0, &ACCURACIES))
            .or_else(|| of(Metric::Error, 30, &ERRORS))
            .or_else(|| of(Metric::Count, 0, &COUNTS))
    };
    named(rest).or_else(|| {
        // Keras numbers the metrics of a model that was compiled again: `accuracy_1`.
        let (last, before) = rest.split_last()?;
        let number: u32 = last.parse().ok().filter(|number| *number < 40)?;
        named(before).map(|(metric, rank)| (metric, rank + 50 + number))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(names: &[&str], metric: Metric, role: Option<Role>) {
        for name in names {
            match meaning(name) {
                Some(Meaning::Figure {
                    metric: found,
                    role: of,
                    ..
                }) => assert_eq!((found, of), (metric, role), "{name}"),
                other => panic!("{name}: {other:?}"),
            }
        }
    }

    #[test]
    fn figures_are_told_by_their_names() {
        let training = Some(Role::Training);
        let validation = Some(Role::Validation);
        check(
            &[
                "train_loss",
                "Train Loss",
                "train/loss",
                "loss/train",
                "trainLoss",
                " training_loss_epoch",
                "avg_train_loss",
                "train-mlogloss",
                "Train Loss (nats)".split(" (").next().unwrap(),
            ],
            Metric::Loss,
            training,
        );
        check(
            &[
                "val_loss",
                "epoch/val_loss",
                "valid_loss",
                "eval_loss",
                "Val. Loss",
                "dev_loss",
            ],
            Metric::Loss,
            validation,
        );
        check(&["test_loss", "Test Loss"], Metric::Loss, Some(Role::Test));
        check(&["loss", "epoch_loss", "loss_1"], Metric::Loss, None);
        check(
            &[
                "accuracy",
                "acc",
                "accuracy_1",
                "metrics/accuracy_top1",
                "Accuracy (%)",
            ],
            Metric::Accuracy,
            None,
        );
        check(
            &[
                "val_acc",
                "eval_top1",
                "val_sparse_categorical_accuracy",
                "validation_accuracy",
                "val_top-1",
            ],
            Metric::Accuracy,
            validation,
        );
        check(&["train_error", "train_err"], Metric::Error, training);
        check(&["error_rate"], Metric::Error, None);
        check(&["validation_count"], Metric::Count, validation);
        check(&["clean/loss"], Metric::Loss, Some(Role::Clean));
    }

    #[test]
    fn other_names_mean_nothing() {
        for name in [
            "metrics/accuracy_top5",
            "val_f1_score",
            "train_loss_step",
            "batch_loss",
            "batch/loss",
            "lr",
            "learning_rate",
            "val_loss_ema",
            "val_train_loss",
            "time",
            "corrupted/loss",
            "train_epoch",
            "wrong_confidence",
        ] {
            assert_eq!(meaning(name), None, "{name}");
        }
        for name in ["epoch", "Epoch ", "epoch/epoch", "\"epoch\"", "Epoch #"] {
            assert_eq!(meaning(name), Some(Meaning::Epoch), "{name}");
        }
        for name in ["", "Unnamed: 0", "index"] {
            assert_eq!(meaning(name), Some(Meaning::Index), "{name}");
        }
        assert_eq!(meaning("_step"), Some(Meaning::Step));
    }

    #[test]
    fn the_usual_name_goes_before_others() {
        let rank = |name: &str| match meaning(name) {
            Some(Meaning::Figure { rank, .. }) => rank,
            other => panic!("{name}: {other:?}"),
        };
        for (first, second) in [
            ("val_loss", "eval_loss"),
            ("eval_loss", "test_loss"),
            ("val_acc", "val_acc_1"),
            ("val_accuracy", "val_error"),
            ("train_loss", "loss"),
            ("acc_1", "acc_5"),
        ] {
            assert!(rank(first) < rank(second), "{first}, {second}");
        }
    }
}
