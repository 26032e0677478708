//! `sweep plan`: which runs answer a question, and what they take.

use super::Ending;
use crate::cli::UsageError;
use crate::cli::args::{PlanArgs, StoreArgs};
use crate::cli::submit::overwrite;
use crate::lab::store::id_of;
use crate::lab::sweep::{Cells, Cost, Places, Standing, Sweep, SweepError, cost};
use crate::lab::{format, sweep};
use anyhow::{Context, Result, anyhow};
use serde::Serialize;
use std::path::{Path, PathBuf};

pub fn run(args: &PlanArgs, store: &StoreArgs) -> Result<Ending> {
    let (planned, cost, file) = plan(args, store)?;
    if args.json {
        println!("{}", serde_json::to_string(&Planned::new(&file, &cost))?);
    } else {
        print(&planned, &cost, &file);
        println!(
            "Train them with: overfit-lab sweep run {}{}",
            format::shell_path(&args.out),
            store.in_words()
        );
    }
    Ok(Ending::Done)
}

/// Plans a sweep for another command, which goes on with it. Says what was planned unless that is quiet.
pub fn plan_quietly(args: &PlanArgs, store: &StoreArgs, is_quiet: bool) -> Result<()> {
    let (planned, cost, file) = plan(args, store)?;
    if !is_quiet {
        print(&planned, &cost, &file);
    }
    Ok(())
}

/// Plans a sweep and writes its file.
fn plan(args: &PlanArgs, store: &StoreArgs) -> Result<(Sweep, Cost, PathBuf)> {
    let base = args.experiment.build()?;
    let cells = if args.cell.is_empty() {
        Cells::Product(args.vary.clone())
    } else {
        Cells::List(args.cell.clone())
    };
    let name = args.name.clone().unwrap_or_else(|| id_of(&args.out).0);
    let seeds = args.seeds.after(base.settings().seed);
    let planned = Sweep::plan(name, base, cells, seeds).map_err(|err| match err {
        SweepError::Data(err) => anyhow::Error::from(err),
        err => UsageError::new(err).into(),
    })?;
    let file = args.out.join(sweep::FILE_NAME);
    crate::disk::create_folders(&args.out).with_context(|| {
        format!(
            "can't make the sweep's folder {}; choose another one with --out",
            args.out.display()
        )
    })?;
    // The same plan may be made again, and goes on.
    if !Sweep::read(&file).is_ok_and(|found| found == planned) {
        overwrite(args.force).check(&file).map_err(|_| {
            anyhow!(
                "{} holds another plan; give this one a folder of its own with --out, or put it in place of that with \
                 --force, which takes no run away",
                args.out.display()
            )
        })?;
        planned.write(&file)?;
    }
    let standing = Standing::of(&planned, &Places::of(store.open()?))?;
    let cost = cost(&planned, &standing);
    Ok((planned, cost, file))
}

/// What `--json` says of a plan.
#[derive(Serialize)]
struct Planned<'a> {
    sweep: String,
    #[serde(flatten)]
    cost: &'a Cost,
}

impl<'a> Planned<'a> {
    fn new(file: &Path, cost: &'a Cost) -> Self {
        Self {
            sweep: file.display().to_string(),
            cost,
        }
    }
}

fn print(planned: &Sweep, cost: &Cost, file: &Path) {
    let cells = planned.cells().len();
    let seeds = planned.seeds().len();
    println!(
        "{} of {} with {}: {}.",
        counted(cells, "combination"),
        planned.name(),
        counted(seeds, "seed"),
        counted(cost.planned, "run"),
    );
    for cell in planned.cells().iter().take(SHOWN) {
        println!("  {}", cell.label());
    }
    if cells > SHOWN {
        println!("  … and {} more", format::whole(cells - SHOWN));
    }
    let left = cost.planned - cost.in_store;
    println!(
        "{} in the store already; {} to train.",
        format::whole(cost.in_store),
        format::whole(left)
    );
    if left > 0
        && let (Some(seconds), Some(bytes)) = (cost.seconds, cost.bytes)
    {
        println!(
            "They will take about {} here, and {} on the disk.",
            format::duration(seconds),
            format::bytes(bytes)
        );
    }
    println!("Written: {}", file.display());
}

/// How many cells are listed.
const SHOWN: usize = 12;

pub(super) fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {what}{plural}", format::whole(count))
}
