//! Measures the program beside Keras, and prints a table of both.

use super::engine::peers::{Peers, SideBySide};
use super::{BenchArgs, BenchKind};
use crate::training::device::DeviceChoice;

/// Measures and prints, where a Python was given. A Python that can't measure is no error: the line says
/// why.
pub fn print(args: &BenchArgs, device: DeviceChoice, what: BenchKind) {
    let Some(python) = &args.peers else { return };
    let peers = Peers {
        python,
        rounds: args.rounds,
    };
    let (name, measured) = match what {
        BenchKind::Train => ("train", peers.training(device)),
        BenchKind::Infer => ("infer", peers.prediction(device)),
        BenchKind::Augment => ("augment", peers.augmentation()),
        _ => return,
    };
    match measured {
        Ok(both) => print_table(name, &both),
        Err(err) => println!("{name:<9} not measured beside Keras: {err}"),
    }
}

fn print_table(name: &str, both: &SideBySide) {
    println!("{name:<9} beside {}, in turn, images/s", both.peer);
    println!(
        "{name:<9} {:<24} {:>9} {:>9}   each",
        "", "median", "maximum"
    );
    for (who, rounds) in [("Overfit Lab", &both.ours), ("Keras", &both.keras)] {
        let each: Vec<String> = rounds.figures().iter().map(|f| format!("{f:.0}")).collect();
        println!(
            "{name:<9} {who:<24} {:>9.0} {:>9.0}   {}",
            rounds.median(),
            rounds.maximum(),
            each.join(" ")
        );
    }
    println!(
        "{name:<9} {:<24} {:>9.2} {:>9.2}",
        "our median ÷ Keras's",
        both.to_median(),
        both.to_maximum()
    );
}
