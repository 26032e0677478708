//! Which curves the window shows, and how they stand to each other.

use super::{PlotRun, PlotsView};
use crate::lab::plot::{Curves, Emphasis, Role, Shading, XAxis};
use eframe::egui::Color32;

/// The curves of a view, the least important first, so that the most important is drawn on top.
/// `grey` is the colour of a curve from elsewhere.
pub(super) fn curves<'a>(view: &PlotsView<'a>, along: XAxis, grey: Color32) -> Vec<Curves<'a>> {
    let any_highlighted = view.runs.iter().any(|run| run.highlighted);
    let elsewhere = view
        .curves_from_elsewhere
        // A curve from elsewhere tells epochs alone.
        .filter(|_| along == XAxis::Epoch)
        .map(|(name, points)| {
            let emphasis = Emphasis {
                role: Role::Elsewhere,
                highlighted: false,
                faded: any_highlighted,
                shading: Shading::Nothing,
            };
            Curves::from_elsewhere(points, name, rgb(grey), emphasis)
        });
    let runs = view.runs.iter().map(|plot_run| {
        let run = plot_run.run;
        let emphasis = emphasis(plot_run, any_highlighted);
        Curves::of_run(run, &run.name, rgb(plot_run.color), along, emphasis)
    });
    let mut curves: Vec<Curves<'a>> = elsewhere.into_iter().chain(runs).collect();
    curves.sort_by_key(|curves| (curves.emphasis.highlighted, curves.emphasis.role));
    curves
}

fn emphasis(plot_run: &PlotRun<'_>, any_highlighted: bool) -> Emphasis {
    let role = match (plot_run.chosen, plot_run.ghost) {
        (true, _) => Role::Chosen,
        (false, true) => Role::Ghost,
        (false, false) => Role::Shown,
    };
    Emphasis {
        role,
        highlighted: plot_run.highlighted,
        faded: any_highlighted && !plot_run.highlighted,
        shading: match role {
            Role::Chosen => Shading::ErrorAndGap,
            Role::Elsewhere | Role::Ghost | Role::Shown => Shading::Nothing,
        },
    }
}

fn rgb(color: Color32) -> [u8; 3] {
    [color.r(), color.g(), color.b()]
}

#[cfg(test)]
mod tests {
    use super::super::testing::run_of;
    use super::*;
    use crate::lab::Run;

    fn plot_run(run: &Run, chosen: bool) -> PlotRun<'_> {
        PlotRun {
            run,
            color: Color32::RED,
            chosen,
            ghost: !chosen,
            highlighted: false,
        }
    }

    #[test]
    fn the_chosen_run_is_drawn_last_and_the_highlighted_one_after_it() {
        let (a, b, c) = (run_of("A1", 2), run_of("A2", 2), run_of("A3", 2));
        let mut runs = [plot_run(&a, true), plot_run(&b, false), plot_run(&c, false)];
        let names = |runs: &[PlotRun<'_>]| -> Vec<String> {
            let view = PlotsView {
                picked_epoch: None,
                runs,
                curves_from_elsewhere: None,
            };
            curves(&view, XAxis::Epoch, Color32::GRAY)
                .iter()
                .map(|curves| {
                    let faded = if curves.emphasis.faded { "-" } else { "" };
                    format!("{}{faded}", curves.name)
                })
                .collect()
        };
        assert_eq!(names(&runs), ["A2", "A3", "A1"]);
        runs[1].highlighted = true;
        assert_eq!(names(&runs), ["A3-", "A1-", "A2"]);
    }
}
