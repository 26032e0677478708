//! The verdict in words: accuracies in % with two decimals, gaps in percentage points with one,
//! losses with four significant digits.

use super::judge::{Evidence, Judgement};
use super::{Figures, Verdict, VerdictKind, best, gap, most_accurate, standard_error};
use crate::lab::format::{bare_points, loss, percent, percent_with_error};

/// A validation loss higher by this factor is called worse, a lower one still.
const VISIBLY_WORSE: f64 = 1.05;
/// A validation loss lower by this factor is called better.
const VISIBLY_BETTER: f64 = 0.99;
/// A loss up to this many times the lowest still looks like one that falls.
const NEAR_LOWEST: f64 = 1.1;

/// A training loss higher than its lowest by this factor is more than a bad epoch.
const COLLAPSED: f64 = 1.5;

/// The verdict where there are fewer epochs than are needed.
pub fn too_early(points: &[Figures], needed: usize, validation_size: usize) -> Verdict {
    let missing = needed.saturating_sub(points.len());
    let more = match missing {
        1 => "1 more epoch is needed".to_owned(),
        missing => format!("{missing} more epochs are needed"),
    };
    let so_far = points
        .last()
        .map(|last| {
            let accuracy = percent_with_error(last.validation_accuracy, validation_size);
            format!("; validation accuracy {accuracy} so far")
        })
        .unwrap_or_default();
    Verdict {
        kind: VerdictKind::TooEarly,
        since: None,
        best_epoch: best(points).map(|point| point.epoch),
        most_accurate: most_accurate(points).map(|point| point.epoch),
        gap: gap(points),
        sentence: format!("Too early to tell: {more}{so_far}"),
        what: format!("Too early to tell: {more}{so_far}"),
        how: String::new(),
        evidence: vec![format!(
            "{} of the {needed} epochs that a verdict needs",
            points.len()
        )],
    }
}

/// The verdict where a loss is not finite, first at `point`.
pub fn diverged(points: &[Figures], point: &Figures, validation_size: usize) -> Verdict {
    let (name, value) = if point.train_loss.is_finite() {
        ("validation loss", point.validation_loss)
    } else {
        ("training loss", point.train_loss)
    };
    let value = if value.is_nan() {
        "not a number"
    } else {
        "infinite"
    };
    let best = best(points);
    let keep = match best {
        Some(best) => format!("; best epoch {}", best_words(best)),
        None => String::new(),
    };
    let mut evidence = vec![format!("Epoch {}: {name} is {value}", point.epoch)];
    evidence.extend(accuracy_lines(points, validation_size));
    Verdict {
        kind: VerdictKind::Diverged,
        since: None,
        best_epoch: best.map(|point| point.epoch),
        most_accurate: most_accurate(points).map(|point| point.epoch),
        gap: gap(points),
        sentence: format!(
            "Diverged at epoch {}: {name} is {value}; try a learning rate ten times lower{keep}",
            point.epoch
        ),
        what: format!("Diverged at epoch {}: {name} is {value}", point.epoch),
        how: String::new(),
        evidence,
    }
}

/// The verdict where there is one.
pub fn judged(points: &[Figures], state: &Judgement, validation_size: usize) -> Verdict {
    let since = state.since.and_then(|index| points.get(index));
    let evidence = &state.evidence;
    let mut parts = vec![match state.kind {
        VerdictKind::Overfitting => overfitting(points, state),
        VerdictKind::Underfitting => underfitting(points, evidence),
        VerdictKind::GoodFit => good_fit(points, evidence),
        VerdictKind::Improving
        | VerdictKind::TooEarly
        | VerdictKind::Diverged
        | VerdictKind::Unclear => improving(points, evidence),
    }];
    let best = best(points);
    parts.extend(gap_words(points, validation_size));
    parts.extend(best.map(|best| format!("best epoch {}", best_words(best))));
    Verdict {
        kind: state.kind,
        since: since.map(|point| point.epoch),
        best_epoch: best.map(|point| point.epoch),
        most_accurate: most_accurate(points).map(|point| point.epoch),
        gap: gap(points),
        sentence: parts.join("; "),
        what: parts.join("; "),
        how: String::new(),
        evidence: evidence_lines(points, evidence, validation_size),
    }
}

fn overfitting(points: &[Figures], state: &Judgement) -> String {
    let (Some(last), Some(since)) = (points.last(), state.since) else {
        return "Overfitting".to_owned();
    };
    let from = &points[since.saturating_sub(1).min(points.len() - 1)];
    let since = points.get(since).unwrap_or(last).epoch;
    let change = arrow(from.validation_loss, last.validation_loss);
    // What it says must be seen in the numbers that it shows.
    if last.validation_loss > VISIBLY_WORSE * from.validation_loss {
        return format!("Overfitting since epoch {since}: validation loss {change}");
    }
    let training = arrow(from.train_loss, last.train_loss);
    let moves = if last.train_loss < from.train_loss {
        "falls"
    } else {
        "goes"
    };
    format!(
        "Overfitting since epoch {since}: validation loss stands still ({change}) while training loss {moves} {training}"
    )
}

fn underfitting(points: &[Figures], evidence: &Evidence) -> String {
    let Some(last) = points.last() else {
        return "Underfitting".to_owned();
    };
    let rising = if evidence.training_rises {
        " and still rises"
    } else {
        ""
    };
    let said = format!(
        "Underfitting: training accuracy is only {}{rising}, validation's is {}",
        percent(last.train_accuracy),
        percent(last.validation_accuracy)
    );
    let lowest = points.iter().map(|point| point.train_loss);
    let lowest = lowest.fold(f64::INFINITY, f64::min);
    if last.train_loss > COLLAPSED * lowest {
        let rise = arrow(lowest, last.train_loss);
        format!("{said}; training loss rose {rise}, so try a lower learning rate")
    } else {
        said
    }
}

fn good_fit(points: &[Figures], evidence: &Evidence) -> String {
    let lowest = best(points).map_or(0.0, |best| best.validation_loss);
    let last = points.last().map_or(0.0, |last| last.validation_loss);
    let small = if evidence.gap <= evidence.gap_limit {
        format!(
            " and the gap is small beside {} of errors",
            percent(evidence.validation_error)
        )
    } else {
        " and training no longer leaves it behind".to_owned()
    };
    format!(
        "Good fit: validation loss no longer falls ({}, lowest {}){small}",
        loss(last),
        loss(lowest)
    )
}

fn improving(points: &[Figures], evidence: &Evidence) -> String {
    let Some(last) = points.last() else {
        return "Still improving".to_owned();
    };
    let from = &points[points.len().saturating_sub(evidence.stretch + 1)];
    let lowest = best(points).unwrap_or(last);
    let near_lowest = last.validation_loss <= NEAR_LOWEST * lowest.validation_loss;
    if near_lowest && last.validation_loss < VISIBLY_BETTER * from.validation_loss {
        format!(
            "Still improving: validation loss {} since epoch {}",
            arrow(from.validation_loss, last.validation_loss),
            from.epoch
        )
    } else {
        format!(
            "Still improving, but unevenly: validation loss {}, lowest {} at epoch {}; it moves by {} from epoch to epoch",
            loss(last.validation_loss),
            loss(lowest.validation_loss),
            lowest.epoch,
            share(evidence.scatter),
        )
    }
}

fn evidence_lines(points: &[Figures], evidence: &Evidence, validation_size: usize) -> Vec<String> {
    let mut lines = Vec::new();
    if let (Some(best), Some(last)) = (best(points), points.last()) {
        lines.push(format!(
            "Validation loss: lowest {} at epoch {}, last {}",
            loss(best.validation_loss),
            best.epoch,
            loss(last.validation_loss)
        ));
    }
    lines.push(format!(
        "Smoothed, it stands {} above its minimum; with a scatter of {} from epoch to epoch, a rise counts from {}",
        share(evidence.rise.exp_m1()),
        share(evidence.scatter),
        share(evidence.rise_limit.exp_m1())
    ));
    lines.push(format!(
        "Over the last {} epochs validation loss changed by {} an epoch, training loss by {} in all",
        evidence.stretch,
        signed_share(evidence.pace.slope.exp_m1()),
        signed_share((evidence.training_pace.slope * evidence.stretch as f64).exp_m1())
    ));
    lines.extend(accuracy_lines(points, validation_size));
    lines.push(format!(
        "Smoothed gap: {} pp; small up to {} pp, with {} of validation images wrong",
        bare_points(100.0 * evidence.gap),
        bare_points(100.0 * evidence.gap_limit),
        percent(evidence.validation_error)
    ));
    lines
}

fn accuracy_lines(points: &[Figures], validation_size: usize) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(last) = points.last() {
        lines.push(format!(
            "Training accuracy {}, validation accuracy {}",
            percent(last.train_accuracy),
            percent_with_error(last.validation_accuracy, validation_size)
        ));
    }
    if let Some(highest) = most_accurate(points) {
        lines.push(format!(
            "Highest validation accuracy: {} at epoch {}",
            percent(highest.validation_accuracy),
            highest.epoch
        ));
    }
    lines
}

fn gap_words(points: &[Figures], validation_size: usize) -> Option<String> {
    let gap = bare_points(gap(points)?);
    let error = 100.0 * standard_error(points.last()?.validation_accuracy, validation_size);
    Some(if error.is_finite() {
        format!("gap {gap} pp ± {error:.1}")
    } else {
        format!("gap {gap} pp")
    })
}

fn best_words(best: &Figures) -> String {
    format!("{}, {}", best.epoch, percent(best.validation_accuracy))
}

fn arrow(from: f64, to: f64) -> String {
    format!("{} → {}", loss(from), loss(to))
}

/// A relative change, coarsely.
fn share(fraction: f64) -> String {
    if fraction < 10.0 {
        format!("{:.1}%", 100.0 * fraction)
    } else {
        format!("{:.0} times", fraction.min(1e9))
    }
}

fn signed_share(fraction: f64) -> String {
    let sign = if fraction < 0.0 { "−" } else { "+" };
    format!("{sign}{}", share(fraction.abs()))
}
