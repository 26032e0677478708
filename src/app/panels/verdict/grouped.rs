//! What is said of a group of runs that differ in the seed alone, and of two such groups.

use super::VerdictView;
use crate::app::theme;
use crate::lab::format;
use crate::lab::sweep::{Group, Said, TwoGroups};
use crate::lab::verdict::VerdictKind;
use eframe::egui::{Align2, Color32, Pos2, Sense, Stroke, TextStyle, Ui, Visuals, pos2, vec2};

/// What the rows show in place of a verdict's.
pub struct Grouped {
    /// The large word.
    pub headline: String,
    /// The verdict that most runs of a group have in common, where there is one.
    pub kind: Option<VerdictKind>,
    /// What is said of two groups, where there are two.
    pub said: Option<Said>,
    /// The mean difference and its interval, in fractions.
    pub difference: Option<(f64, [f64; 2])>,
}

/// The verdict that more than half of these runs have, and how many of them.
fn shared(kinds: &[VerdictKind]) -> Option<(VerdictKind, usize)> {
    let count = |kind: &VerdictKind| kinds.iter().filter(|other| *other == kind).count();
    let most = kinds.iter().max_by_key(|kind| count(kind))?;
    (2 * count(most) > kinds.len()).then(|| (*most, count(most)))
}

/// Makes the rows' values from a group that is chosen alone, with the verdicts on its runs that have come to their
/// end.
pub fn view_of_group(group: &Group, kinds: &[VerdictKind]) -> VerdictView {
    let shared = shared(kinds);
    let of_seeds = shared.map(|(_, count)| format!("in {count} of {} seeds: ", kinds.len()));
    let what = match group.accuracy {
        Some(accuracy) => format!(
            "{}validation accuracy {} on average.",
            of_seeds.unwrap_or_default(),
            format::percent(accuracy.mean)
        ),
        None => "no run of this group has come to its end yet.".into(),
    };
    let left_out = group.left_out_words();
    let left_out = left_out.map_or_else(String::new, |words| format!(" {words}"));
    let figures = group.accuracies();
    let lowest = figures.iter().copied().reduce(f64::min);
    let highest = figures.iter().copied().reduce(f64::max);
    let how = match (group.estimate(), lowest.zip(highest)) {
        (Some(estimate), Some((lowest, highest))) => {
            let [low, high] = estimate.interval.map(format::percent);
            format!(
                "The settings are the same, and the single runs lie between {} and {}: this is what luck \
                 looks like. 95% interval of the mean {low} to {high}.{left_out} Choose a second group to set it \
                 against this one.",
                format::percent(lowest),
                format::percent(highest),
            )
        }
        _ => format!(
            "One seed says nothing about settings: another seed alone may move the accuracy by points.{left_out}"
        ),
    };
    let headline = match (shared, group.finished, group.seeds) {
        (Some((kind, _)), ..) => kind.headline().into(),
        (None, 1, 1) => "1 seed".into(),
        (None, all, seeds) if all == seeds => format!("{all} seeds"),
        (None, finished, seeds) => format!("{finished} of {seeds} seeds"),
    };
    view(
        group.name.clone(),
        what,
        how,
        Grouped {
            headline,
            kind: shared.map(|(kind, _)| kind),
            said: None,
            difference: None,
        },
    )
}

/// Makes the rows' values from what is said of two groups.
pub fn view_of_two([name, other]: [&str; 2], told: TwoGroups) -> VerdictView {
    let TwoGroups {
        said,
        what,
        how,
        evidence,
        difference,
    } = told;
    let grouped = Grouped {
        headline: said.word().into(),
        kind: None,
        said: Some(said),
        difference,
    };
    VerdictView {
        evidence,
        ..view(format!("{name} against {other}"), what, how, grouped)
    }
}

fn view(name: String, what: String, how: String, grouped: Grouped) -> VerdictView {
    VerdictView {
        grouped: Some(grouped),
        ..VerdictView::said(name, what, how)
    }
}

/// Green where the setting helped, red where it hurt, and that of the verdict on a single group.
pub fn color(grouped: &Grouped, visuals: &Visuals) -> Color32 {
    match grouped.said {
        Some(Said::Helped) => theme::good(visuals),
        Some(Said::Hurt) => theme::bad(visuals),
        Some(Said::NotTold | Said::TooFew | Said::Unlike) => visuals.text_color(),
        None => super::color(grouped.kind, visuals),
    }
}

/// Draws the interval of a difference: a line from its lower to its upper end, the mean as a dot, and 0 as an
/// upright.
pub fn interval_ui(ui: &mut Ui, grouped: &Grouped) {
    let Some((mean, [low, high])) = grouped.difference else {
        return;
    };
    let size = vec2(
        ui.available_width().min(theme::INTERVAL_WIDTH),
        ui.available_height(),
    );
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let font = TextStyle::Small.resolve(ui.style());
    let room = 44.0;
    let [from, to] = [rect.left() + room, rect.right() - room];
    // 0 is always in the picture, with a little room beyond both ends.
    let (least, most) = (low.min(0.0), high.max(0.0));
    let span = (most - least).max(1e-9);
    let at = |value: f64| from + ((value - least) / span) as f32 * (to - from);
    let visuals = ui.visuals();
    let color = color(grouped, visuals);
    let weak = visuals.weak_text_color();
    let y = rect.center().y;
    let painter = ui.painter();
    let zero = at(0.0);
    painter.vline(zero, rect.y_range(), Stroke::new(1.0, weak));
    painter.hline(
        at(low)..=at(high),
        y,
        Stroke::new(3.0, theme::faint(color, 0.6)),
    );
    for end in [low, high] {
        painter.vline(at(end), y - 4.0..=y + 4.0, Stroke::new(1.5, color));
    }
    painter.circle_filled(Pos2::new(at(mean), y), 4.0, color);
    let write = |place: f32, align: Align2, text: String| {
        painter.text(pos2(place, y), align, text, font.clone(), weak);
    };
    let points = |share: f64| format!("{:+.2}", 100.0 * share);
    write(at(least) - 5.0, Align2::RIGHT_CENTER, shown(least, &points));
    write(at(most) + 5.0, Align2::LEFT_CENTER, shown(most, &points));
    response.on_hover_text(
        "The line is the 95% interval of the mean difference in percentage points of validation accuracy, the \
         dot its middle. The upright is 0: an interval that leaves it out is more than luck.",
    );
}

/// 0 needs no sign.
fn shown(share: f64, points: &dyn Fn(f64) -> String) -> String {
    if share == 0.0 {
        "0".into()
    } else {
        points(share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_has_the_verdict_of_most_of_its_runs() {
        use VerdictKind::{GoodFit, Overfitting};
        let check = |kinds: &[VerdictKind], expected| assert_eq!(shared(kinds), expected);
        check(&[Overfitting; 5], Some((Overfitting, 5)));
        check(&[GoodFit, Overfitting, Overfitting], Some((Overfitting, 2)));
        // Half of them isn't most.
        check(&[GoodFit, Overfitting], None);
        check(&[], None);
    }
}
