//! The sentences that stand above the pictures of a sweep.

use super::axes::Along;
use super::{InTraining, Progress};
use crate::experiment::Field;
use crate::lab::charts::CellCurve;
use crate::lab::format;
use crate::lab::statistics::LEAST_SEEDS;
use crate::lab::sweep::{CellRow, Compared, Effect, Factor, Metric, Table, setting_in_words};

/// The most names that are listed in a sentence.
const MOST_NAMED: usize = 4;

/// The factors of an effect in words: `batch norm × dropout`.
pub(super) fn factors(effect: &Effect) -> String {
    let names: Vec<String> = effect.factors.iter().map(|name| label(name)).collect();
    names.join(" × ")
}

/// Names of settings as people call them: `batch-norm` is batch norm.
fn label(names: &str) -> String {
    let parts = names.split(" and ").map(|name| {
        let field = Field::from_name(name);
        field.map_or_else(|| name.to_owned(), |field| field.label().to_owned())
    });
    parts.collect::<Vec<_>>().join(" and ")
}

fn setting((field, value): &(Field, String)) -> String {
    setting_in_words(*field, value)
}

/// A cell of an ablation by what it has on: `batch norm, dropout 0.5`.
pub(super) fn switched_on(row: &CellRow) -> String {
    let is_on = |(_, value): &&(Field, String)| !matches!(value.as_str(), "0" | "off" | "none");
    let texts: Vec<String> = row.settings.iter().filter(is_on).map(setting).collect();
    match texts.is_empty() {
        true => "none of them".into(),
        false => texts.join(", "),
    }
}

/// Names as a list in a sentence: `a`, `a and b`, `a, b and c`.
fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn seeds(count: usize) -> String {
    match count {
        1 => "1 seed".into(),
        count => format!("{} seeds", format::whole(count)),
    }
}

/// What the bars of an ablation say.
pub(super) fn of_effects(effects: &[Effect], table: &Table) -> String {
    let figure = table.metric.title();
    let count = effects.first().map_or(0, |effect| effect.n);
    if count == 0 {
        return "The bars come with the first seed that has been trained with all combinations."
            .into();
    }
    let is_remedy = |name: &String| name.parse::<Factor>().is_ok();
    let what = if effects
        .iter()
        .flat_map(|effect| &effect.factors)
        .all(is_remedy)
    {
        "a remedy brings"
    } else {
        "the second value of a setting brings over its first one"
    };
    let mut said = format!(
        "Each bar is what {what} in {figure}, on average over all combinations of the others; the line on it is the \
         95% interval.{} A blue bar is more than luck: its interval leaves 0 out.",
        side_in_words(table.metric)
    );
    if count == 1 {
        return said
            + " There is one seed so far, and one seed says nothing about luck: wait for more, or train more.";
    }
    let main: Vec<&Effect> = effects.iter().filter(|e| e.factors.len() == 1).collect();
    let named = |is_named: &dyn Fn(&Effect) -> bool| -> Vec<String> {
        let named = main
            .iter()
            .filter(|effect| effect.is_real() && is_named(effect));
        let words = named.map(|effect| {
            let brings = table.metric.show_difference(effect.mean);
            format!("{} ({brings})", factors(effect))
        });
        words.collect()
    };
    let is_good = |effect: &Effect| (effect.mean > 0.0) == table.metric.is_better_high();
    let groups = match table.metric {
        // No epoch is better than another.
        Metric::Epoch => [
            (named(&|_| true), ["moves it", "move it"]),
            (Vec::new(), [""; 2]),
        ],
        _ => [
            (named(&is_good), ["helps", "help"]),
            (named(&|effect| !is_good(effect)), ["harms", "harm"]),
        ],
    };
    let mut parts: Vec<String> = groups
        .into_iter()
        .filter(|(names, _)| !names.is_empty())
        .map(|(names, [one, several])| {
            let verb = if names.len() == 1 { one } else { several };
            format!("{} {verb} by more than luck", listed(&names))
        })
        .collect();
    let chance = main.iter().filter(|effect| !effect.is_real());
    let chance: Vec<String> = chance.map(|effect| factors(effect)).collect();
    if parts.is_empty() {
        let is_any_pair_real = effects
            .iter()
            .any(|effect| effect.factors.len() > 1 && effect.is_real());
        let none = match is_any_pair_real {
            true => "none of them by itself can be told from luck",
            false => "none of them can be told from luck",
        };
        parts.push(none.into());
    } else if !chance.is_empty() {
        parts.push(format!("{} can't be told from luck", listed(&chance)));
    }
    said += &format!(" With {}: {}.", seeds(count), parts.join("; "));
    if count < LEAST_SEEDS {
        said += " Two seeds agree too easily by accident to say more: train three at least.";
    }
    said + &together_in_words(effects, table.metric)
}

/// Says that bars to the left are better, for the figures of which less is better.
fn side_in_words(metric: Metric) -> &'static str {
    match metric {
        Metric::Accuracy | Metric::Epoch => "",
        Metric::Loss => " A bar to the left is a lower loss, which is better.",
        Metric::Gap => " A bar to the left is a smaller gap, which is less overfitting.",
    }
}

/// What the bars of two factors say, where there are any.
fn together_in_words(effects: &[Effect], metric: Metric) -> String {
    let pairs: Vec<&Effect> = effects.iter().filter(|e| e.factors.len() > 1).collect();
    if pairs.is_empty() {
        return String::new();
    }
    let mut said = String::from(
        " A bar with × says how much more one of the two brings than its own bar says, in runs that have the other, too \
         (right of 0), or how much less (left of 0).",
    );
    let real = pairs.into_iter().filter(|effect| effect.is_real());
    let real: Vec<String> = real.map(factors).collect();
    if !real.is_empty() {
        let verb = if real.len() == 1 { "is" } else { "are" };
        said += &format!(" More than luck {verb} {}", listed(&real));
        said += match metric {
            Metric::Epoch => ".",
            _ => ": what they bring together isn't simply the sum of what each brings alone.",
        };
    }
    said
}

/// How the comparison with the first cell is said.
fn compared_words(compared: &Compared, row: &CellRow, table: &Table, with: &str) -> String {
    let difference = table.metric.show_difference(compared.mean_difference);
    let name = row.in_words();
    let Some([low, high]) = compared.interval else {
        return format!(
            "The difference of {name} from {with} is {difference} with one seed, which says nothing about luck."
        );
    };
    let verdict = if compared.is_real() {
        "that is more than luck"
    } else if compared.fewest < LEAST_SEEDS {
        "two seeds agree too easily to say more"
    } else {
        "that may be luck"
    };
    format!(
        "The difference of {name} from {with} is {difference} (95% interval {} to {}, {}): {verdict}.",
        table.metric.show_bare(low),
        table.metric.show_bare(high),
        seeds(compared.count),
    )
}

/// The row with the best figure, where any has one: the lowest loss, gap or epoch, or the highest accuracy.
fn best(table: &Table) -> Option<&CellRow> {
    let sign = if table.metric.is_better_high() {
        1.0
    } else {
        -1.0
    };
    let rows = table
        .rows
        .iter()
        .filter_map(|row| Some((row, sign * row.mean()?)));
    rows.max_by(|(_, a), (_, b)| a.total_cmp(b))
        .map(|(row, _)| row)
}

/// The best cell, and whether it may have come first by luck.
fn best_words(table: &Table, compared: &[Compared]) -> String {
    let Some(best) = best(table) else {
        return "No run is finished yet.".into();
    };
    let mean = table.metric.show(best.mean().unwrap_or_default());
    let first = table
        .rows
        .first()
        .map(CellRow::in_words)
        .unwrap_or_default();
    let found = format!("Best: {}, with {mean}.", best.in_words());
    match compared.iter().find(|compared| compared.cell == best.cell) {
        Some(compared) => format!("{found} {}", compared_words(compared, best, table, &first)),
        None => found,
    }
}

/// What a figure against one setting says.
pub(super) fn of_axis(along: &Along, table: &Table, compared: &[Compared]) -> String {
    let shown = format!(
        "Each dot is the mean {} over the seeds, and the line through it the 95% interval of that mean.",
        table.metric.title()
    );
    if along.field != Some(Field::TrainSize) {
        return format!("{shown} {}", best_words(table, compared));
    }
    // More images are expected to help: the last is compared with the first.
    let last = table.rows.last();
    let last = last.and_then(|row| Some((row, compared.iter().find(|c| c.cell == row.cell)?)));
    match (last, table.rows.first()) {
        (Some((row, compared)), Some(first)) => format!(
            "{shown} {}",
            compared_words(compared, row, table, &first.in_words())
        ),
        _ => shown,
    }
}

/// What a heat map says.
pub(super) fn of_map(table: &Table, compared: &[Compared]) -> String {
    format!(
        "Each square is the mean {} over the seeds of its two values; the stronger its colour, the higher. {}",
        table.metric.title(),
        best_words(table, compared)
    )
}

/// What several lines against one setting say.
pub(super) fn of_lines(along: &Along, lines: &Along) -> String {
    format!(
        "The same figures over {}, a line for each value of {}. Where intervals overlap by much, the lines may \
         lie apart by luck.",
        along.title, lines.title
    )
}

/// What the bars of single cells say.
pub(super) fn of_cells(table: &Table, compared: &[Compared]) -> String {
    let first = table
        .rows
        .first()
        .map(CellRow::in_words)
        .unwrap_or_default();
    let mut said = format!(
        "Each bar is the difference in {} from {first}; the line on it is the 95% interval.",
        table.metric.title()
    );
    let real: Vec<String> = compared
        .iter()
        .filter(|compared| compared.is_real())
        .filter_map(|compared| table.rows.get(compared.cell).map(CellRow::in_words))
        .collect();
    let has_seeds = compared.iter().any(|compared| compared.interval.is_some());
    said += &match real.len() {
        _ if !has_seeds => {
            " One seed says nothing about luck: wait for more, or train more.".into()
        }
        0 => " None of it can be told from luck.".into(),
        1 => format!(" More than luck: {}.", real[0]),
        count if count <= MOST_NAMED => format!(" More than luck: {}.", real.join("; ")),
        count => format!(" {count} of them are more than luck, drawn in blue."),
    };
    said
}

/// What the small multiples say.
pub(super) fn of_curves(cells: &[CellCurve]) -> String {
    let shown = "The mean curves of each combination over its seeds, all on one scale. Where the solid line turns \
                 upwards while the dashed one falls, the network overfits.";
    let rise = |cell: &CellCurve| {
        let losses = cell.points.iter().filter_map(|point| point.validation_loss);
        let losses: Vec<f64> = losses.collect();
        let lowest = losses.iter().copied().fold(f64::INFINITY, f64::min);
        Some((cell.name.clone(), losses.last()? / lowest - 1.0))
    };
    let mut rises: Vec<(String, f64)> = cells.iter().filter_map(rise).collect();
    rises.sort_by(|(_, a), (_, b)| a.total_cmp(b));
    match &rises[..] {
        [(calmest, least), .., (wildest, most)] if *most > 0.05 => format!(
            "{shown} By the end, validation loss has risen most above its lowest with {wildest} (by {}), and least \
             with {calmest} (by {}).",
            format::whole_percent(*most),
            format::whole_percent(*least),
        ),
        _ => shown.into(),
    }
}

impl Progress {
    /// How far the sweep is, in a sentence or two.
    pub fn sentence(&self, now: InTraining) -> String {
        let whole = |count| format::whole(count);
        let mut said = format!(
            "{} of {} runs are finished",
            whole(self.finished),
            whole(self.planned)
        );
        for (count, what) in [
            (self.running, "in training"),
            (self.waiting, "waiting"),
            (self.failed, "failed"),
        ] {
            if count > 0 {
                said += &format!(", {} {what}", whole(count));
            }
        }
        said.push('.');
        if let Some(seconds) = self.seconds_left(now).filter(|_| !self.is_over()) {
            said += &format!(" About {} of training are left.", format::duration(seconds));
        }
        if let Some((run, message)) = &self.first_failure {
            let run = run
                .as_ref()
                .map_or_else(|| "A run".into(), ToString::to_string);
            said += &format!(" {run} failed: {message}.");
        }
        said
    }
}
