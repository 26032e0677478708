//! `ablate`: what each of several remedies brings, with and without each other.

use super::Ending;
use super::args::{AblateArgs, MachineArgs, PlanArgs, RunSweepArgs, StoreArgs, SweepCommand};
use super::sweep;
use crate::lab::export::{Bar, bars_svg, save};
use crate::lab::store::Overwrite;
use crate::lab::sweep::{Axis, Effect, Metric, SweepError, Table, effects};
use anyhow::Result;

pub fn run(args: AblateArgs, store: &StoreArgs, machine: &MachineArgs) -> Result<Ending> {
    let axes: Vec<Axis> = args
        .factors
        .iter()
        .map(|factor| factor.axis())
        .collect::<Result<_, SweepError>>()?;
    if let Some(picture) = &args.picture {
        overwrite(args.force).check(picture)?;
    }
    let plan = PlanArgs {
        experiment: args.experiment,
        vary: axes,
        cell: Vec::new(),
        seeds: args.seeds,
        name: args.name,
        out: args.out.clone(),
        force: args.force,
        json: false,
    };
    // Standard output has JSON alone where that was asked for.
    sweep::plan_quietly(&plan, store, args.training.json)?;
    let run = RunSweepArgs {
        sweep: args.out.clone(),
        jobs: args.jobs,
        training: args.training,
    };
    let is_json = run.training.json;
    let ending = sweep::run(SweepCommand::Run(run), store, machine)?;
    if ending != Ending::Done {
        return Ok(ending);
    }
    let (planned, standing) = sweep::read(&args.out, store)?;
    let table = Table::of(&planned, &standing, args.metric);
    let found = effects(&planned, &table)?;
    if is_json {
        println!(
            "{}",
            serde_json::json!({ "event": "effects", "effects": found })
        );
    } else {
        print(&found, args.metric);
    }
    if let Some(picture) = &args.picture {
        let bars: Vec<Bar> = found.iter().map(bar).collect();
        save(
            picture,
            bars_svg(&bars, args.metric).as_bytes(),
            overwrite(args.force),
        )?;
        if !is_json {
            println!("Written: {}", picture.display());
        }
    }
    Ok(ending)
}

fn overwrite(is_forced: bool) -> Overwrite {
    if is_forced {
        Overwrite::Replace
    } else {
        Overwrite::Refuse
    }
}

fn bar(effect: &Effect) -> Bar {
    Bar {
        label: effect.factors.join(" × "),
        value: effect.mean,
        interval: effect.interval,
        is_real: is_real(effect),
    }
}

/// Whether the interval leaves zero out.
fn is_real(effect: &Effect) -> bool {
    effect
        .interval
        .is_some_and(|[low, high]| low > 0.0 || high < 0.0)
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
                let word = if is_real(effect) {
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
            "A line with × says how much more the one brings with the other than without, halved."
        );
    }
}
