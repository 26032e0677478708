//! The curves of groups as a drawing.

use super::*;
use crate::lab::RunId;
use crate::lab::plot::testing::seeds_of;

#[test]
fn a_group_is_drawn_as_its_mean_with_the_band_and_named_alone() {
    let mut runs = seeds_of(["A1", "A2", "A3"], 8);
    for (run, more) in runs.iter_mut().zip([0.0, 0.004, 0.008]) {
        for metrics in &mut run.epochs {
            metrics.validation_accuracy += more;
        }
    }
    let members: Vec<&Run> = runs.iter().collect();
    for (kind, words) in [
        (SpreadKind::Range, "validation, lowest to highest run"),
        (SpreadKind::Interval, "validation, 95% interval of the mean"),
    ] {
        let curve = GroupCurve::of(RunId("seeds/1".into()), "S1 ×3".into(), &members, kind);
        let group = DrawnGroup {
            curve: curve.unwrap(),
            runs: members.clone(),
            color: [0; 3],
        };
        let svg = groups_svg(&[group], &[]).unwrap();
        assert!(
            svg.contains(words) && !svg.contains("standard error"),
            "{svg}"
        );
    }
    let (id, name) = (RunId("seeds/1".into()), "S1 ×3".to_owned());
    let group = DrawnGroup {
        curve: GroupCurve::of(id, name, &members, SpreadKind::Range).unwrap(),
        runs: members,
        color: [0, 114, 178],
    };
    let svg = groups_svg(&[group], &[]).unwrap();
    let texts: Vec<&str> = svg
        .split('>')
        .filter_map(|part| part.split_once('<'))
        .map(|(text, _)| text.trim())
        .collect();
    assert!(texts.contains(&"S1 ×3"), "{texts:?}");
    for name in ["A1", "A2", "A3"] {
        assert!(
            !texts.iter().any(|text| text.starts_with(name)),
            "{texts:?}"
        );
    }
    // A band of the key, one about the mean accuracy and one about the mean loss.
    assert_eq!(svg.matches("fill-opacity").count(), 3);
    // The mean is of more runs than one, and no error of images stands beside its best epoch.
    let best = texts
        .iter()
        .find(|text| text.starts_with("the mean's best epoch"));
    assert!(best.is_some_and(|best| !best.contains('±')), "{texts:?}");
}
