//! Which curves the window shows, and how they stand to each other.

use super::PlotsView;
use crate::lab::plot::{Curves, Emphasis, Role, Shading, XAxis};
use eframe::egui::Color32;

/// The curves of a view, the least important first, so that the most important is drawn on top.
pub(super) fn curves<'a>(view: &PlotsView<'a>, along: XAxis) -> Vec<Curves<'a>> {
    let any_highlighted = view.runs.iter().any(|run| run.highlighted)
        || view.groups.iter().any(|group| group.highlighted)
        || view.opened.iter().any(|run| run.highlighted);
    // A file of curves tells epochs alone.
    let opened = view.opened.iter().filter(|_| along == XAxis::Epoch);
    let opened = opened.map(|opened| {
        let emphasis = emphasis(opened.role, opened.highlighted, any_highlighted);
        Curves::of_file(opened.run, rgb(opened.color), emphasis)
    });
    let runs = view.runs.iter().map(|plot_run| {
        let run = plot_run.run;
        let emphasis = emphasis(plot_run.role, plot_run.highlighted, any_highlighted);
        Curves::of_run(run, &run.name, rgb(plot_run.color), along, emphasis)
    });
    let groups = view.groups.iter().map(|group| {
        let emphasis = Emphasis {
            shading: Shading::Spread,
            ..emphasis(group.role, group.highlighted, any_highlighted)
        };
        Curves::of_group(group.curve, rgb(group.color), along, emphasis)
    });
    let mut curves: Vec<Curves<'a>> = opened.chain(runs).chain(groups).collect();
    curves.sort_by_key(|curves| (curves.emphasis.highlighted, curves.emphasis.role));
    curves
}

fn emphasis(role: Role, highlighted: bool, any_highlighted: bool) -> Emphasis {
    Emphasis {
        role,
        highlighted,
        faded: any_highlighted && !highlighted,
        shading: match role {
            Role::Chosen => Shading::ErrorAndGap,
            Role::Member | Role::Ghost | Role::Shown => Shading::Nothing,
        },
    }
}

fn rgb(color: Color32) -> [u8; 3] {
    [color.r(), color.g(), color.b()]
}

#[cfg(test)]
mod tests {
    use super::super::PlotRun;
    use super::super::testing::run_of;
    use super::*;
    use crate::lab::Run;

    fn plot_run(run: &Run, chosen: bool) -> PlotRun<'_> {
        PlotRun {
            run,
            color: Color32::RED,
            role: if chosen { Role::Chosen } else { Role::Ghost },
            highlighted: false,
        }
    }

    #[test]
    fn the_chosen_run_is_drawn_last_and_the_highlighted_one_after_it() {
        let (a, b, c) = (run_of("A1", 2), run_of("A2", 2), run_of("A3", 2));
        let mut runs = [plot_run(&a, true), plot_run(&b, false), plot_run(&c, false)];
        let names = |runs: &[PlotRun<'_>]| -> Vec<String> {
            let view = PlotsView {
                groups: &[],
                runs,
                opened: &[],
                marks: &[],
                scrubbed: None,
                has_scrubber: false,
                is_plain: false,
            };
            curves(&view, XAxis::Epoch)
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
