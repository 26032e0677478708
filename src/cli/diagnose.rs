//! `diagnose`: the verdict on curves from anywhere.

use super::Ending;
use super::args::DiagnoseArgs;
use crate::lab::curves::read_curve;
use crate::lab::verdict::verdict;
use anyhow::Result;

pub fn run(args: &DiagnoseArgs) -> Result<Ending> {
    let points = read_curve(&args.file)?;
    let verdict = verdict(&points, args.validation_size);
    if args.json {
        println!("{}", serde_json::to_string(&verdict)?);
        return Ok(Ending::Done);
    }
    println!("{}", verdict.sentence);
    for line in &verdict.evidence {
        println!("  {line}");
    }
    Ok(Ending::Done)
}
