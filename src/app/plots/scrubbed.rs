//! The run whose epochs the scrubber under the plots moves along.

use super::PlotRole;
use crate::lab::RunId;
use crate::lab::plot::Curves;

/// What the scrubber under the plots moves along.
#[derive(Clone, Copy, Debug)]
pub struct Scrubbed<'a> {
    /// The run whose weights the tabs show. Beside a group it is one of the group's runs.
    pub run: &'a RunId,
    /// The epoch of these weights, where it was picked by hand.
    pub picked: Option<usize>,
}

impl Scrubbed<'_> {
    /// The curves of the run, where they are drawn, or else those of what is chosen.
    pub(super) fn curves<'a, 'b>(&self, all: &'a [Curves<'b>]) -> Option<&'a Curves<'b>> {
        let is_own = |curves: &&Curves<'_>| curves.id() == self.run;
        let is_chosen = |curves: &&Curves<'_>| curves.emphasis.role == PlotRole::Chosen;
        all.iter()
            .find(is_own)
            .or_else(|| all.iter().find(is_chosen))
    }

    /// Where the epoch lies along the plots that was picked by hand.
    pub(super) fn picked_x(&self, all: &[Curves<'_>]) -> Option<f64> {
        let epoch = self.picked?;
        let points = &self.curves(all)?.points;
        points
            .iter()
            .find(|point| point.epoch == epoch)
            .map(|point| point.x)
    }
}

#[cfg(test)]
mod tests {
    use super::super::strip::strip;
    use super::super::testing::run_of;
    use super::*;
    use crate::lab::Run;
    use crate::lab::plot::{Emphasis, Shading, XAxis};
    use crate::lab::sweep::{GroupCurve, SpreadKind};

    #[test]
    fn beside_a_group_it_moves_along_one_of_its_runs_and_the_values_follow() {
        // The mean of both ends with the shorter run.
        let runs: Vec<Run> = vec![run_of("A1", 12), run_of("A2", 8)];
        let members: Vec<&Run> = runs.iter().collect();
        let id = RunId("seeds/1".into());
        let mean = GroupCurve::of(id, "S1 ×2".into(), &members, SpreadKind::Range).unwrap();
        let emphasis = |role, shading| Emphasis {
            role,
            highlighted: false,
            faded: false,
            shading,
        };
        let along = XAxis::Epoch;
        let member = emphasis(PlotRole::Member, Shading::Nothing);
        let mut curves: Vec<Curves<'_>> = runs
            .iter()
            .map(|run| Curves::of_run(run, &run.name, [0; 3], along, member))
            .collect();
        let chosen = emphasis(PlotRole::Chosen, Shading::Spread);
        curves.push(Curves::of_group(&mean, [0; 3], along, chosen));
        let at = |epoch| {
            let scrubbed = Scrubbed {
                run: &runs[0].id,
                picked: Some(epoch),
            };
            scrubbed.picked_x(&curves)
        };
        assert_eq!(at(3), Some(3.0));
        assert_eq!(at(11), Some(11.0), "beyond the end of the mean");
        assert_eq!(at(13), None);
        let strip = strip(&curves, at(3), along);
        assert_eq!(strip.at, "at 3");
        assert!(strip.first.unwrap().text.starts_with("S1 ×2 training"));
    }
}
