//! `ablate`: what each of several remedies brings, with and without each other.

use super::Ending;
use super::args::{AblateArgs, MachineArgs, StoreArgs};
use super::sweep::{Question, answer};
use crate::lab::charts::Bar;
use crate::lab::export::bars_svg;
use crate::lab::findings::effect_bar;
use crate::lab::sweep::{Effect, Metric, SweepError, effects};
use anyhow::Result;
use serde_json::json;

pub fn run(args: AblateArgs, store: &StoreArgs, machine: &MachineArgs) -> Result<Ending> {
    let axes = args.factors.iter().map(|factor| factor.axis());
    let question = Question {
        experiment: args.experiment,
        vary: axes.collect::<Result<_, SweepError>>()?,
        cell: Vec::new(),
        out: args.out,
    };
    let is_json = args.answer.training.json;
    answer(question, args.answer, store, machine, |sweep, table| {
        let found = effects(sweep, table)?;
        if is_json {
            println!("{}", json!({ "event": "effects", "effects": found }));
        } else {
            print(&found, table.metric);
            for note in table.notes() {
                println!("{note}");
            }
        }
        let bars: Vec<Bar> = found.iter().map(effect_bar).collect();
        Ok(bars_svg(&bars, table.metric))
    })
}

fn print(effects: &[Effect], metric: Metric) {
    println!(
        "What each brings, in {}, averaged over the others:",
        metric.title()
    );
    let labels: Vec<String> = effects
        .iter()
        .map(|effect| effect.factors.join(" × "))
        .collect();
    let width = labels
        .iter()
        .map(|label| label.chars().count())
        .max()
        .unwrap_or(0);
    for (effect, label) in effects.iter().zip(&labels) {
        let difference = metric.show_difference(effect.mean);
        let interval = effect.interval.map_or_else(
            || "one seed says nothing about settings".into(),
            |[low, high]| {
                let word = if effect.is_real() {
                    "more than chance"
                } else {
                    "can't be told from chance"
                };
                format!(
                    "95% interval {} to {}, {} seeds: {word}",
                    metric.show_bare(low),
                    metric.show_bare(high),
                    effect.n
                )
            },
        );
        println!("  {label:<width$}  {difference:>14}  {interval}");
    }
    if effects.iter().any(|effect| effect.factors.len() > 1) {
        println!(
            "A line with × says how much more one of the two brings than its own line says, in runs that have the other, \
             too; below 0 it brings less."
        );
    }
}
