//! The list of runs that wait.

use super::super::tests::planned;
use super::*;

fn shelved(name: &str, axes: &[&str], seeds: &[u64]) -> Arc<Shelved> {
    let sweep = planned(axes, seeds).unwrap();
    Arc::new(Shelved::new(name.into(), sweep).unwrap())
}

/// The runs 1 to `count`, which all wait.
fn waiting(count: usize) -> impl Iterator<Item = (usize, Turn)> {
    (1..=count).map(|number| (number, Turn::Waiting))
}

/// A list of the runs of S1 (seeds 1 to 3), then S2 (two cells with seed 9).
fn list() -> Waiting {
    let mut list = Waiting::default();
    assert_eq!(list.add(&shelved("S1", &[], &[1, 2, 3]), waiting(3)), 3);
    assert_eq!(
        list.add(&shelved("S2", &["dropout=0,0.5"], &[9]), waiting(2)),
        2
    );
    list
}

fn names(list: &Waiting) -> Vec<String> {
    let runs = list.runs().iter();
    runs.map(|run| run.sweep.run_name(run.number)).collect()
}

fn id(list: &Waiting, index: usize) -> RunId {
    list.runs()[index].id.clone()
}

#[test]
fn runs_wait_in_order_and_each_once() {
    let mut list = list();
    assert_eq!(names(&list), ["S1.1", "S1.2", "S1.3", "S2-1.9", "S2-2.9"]);
    // The first cell with the seeds 1 and 9 is the base experiment again.
    assert_eq!(
        list.add(&shelved("S3", &["dropout=0,0.5"], &[1, 9]), waiting(4)),
        1
    );
    assert_eq!(list.counts().waiting, 6);
    assert!(list.counts().seconds.unwrap() > 0.0);
}

#[test]
fn runs_are_taken_moved_and_removed() {
    let mut list = list();
    let first = list.take_next().unwrap();
    assert_eq!(first.number, 1);
    // What is in work stays in front.
    list.move_to(&first.id, 4);
    let last = id(&list, 4);
    list.move_to(&last, 1);
    assert_eq!(names(&list), ["S1.1", "S2-2.9", "S1.2", "S1.3", "S2-1.9"]);
    let second = id(&list, 1);
    list.move_to(&second, 3);
    assert_eq!(names(&list), ["S1.1", "S1.2", "S2-2.9", "S1.3", "S2-1.9"]);
    let third = id(&list, 3);
    list.remove(&third);
    assert_eq!(list.take_next().unwrap().id, id(&list, 1));
    list.clear();
    assert_eq!(names(&list), ["S1.1", "S1.2"]);
    assert_eq!((list.counts().in_work, list.counts().waiting), (2, 0));
    assert!(list.take_next().is_none());
}

#[test]
fn a_look_puts_runs_where_they_stand_and_takes_finished_ones_off() {
    let mut list = list();
    list.look(&mut |run| match run.number {
        1 => None,
        2 => Some(Turn::Elsewhere("process 7".into())),
        _ => Some(run.turn.clone()),
    });
    assert_eq!(names(&list), ["S1.2", "S1.3", "S2-2.9"]);
    assert_eq!((list.counts().elsewhere, list.counts().waiting), (2, 1));
    list.look_again();
    assert_eq!(list.counts().waiting, 3);
}

#[test]
fn an_end_decides_what_becomes_of_a_run() {
    let mut list = list();
    let taken: Vec<RunId> = (0..4).map(|_| list.take_next().unwrap().id).collect();
    list.ended(&taken[0], &JobEnd::Trained(taken[0].clone()));
    list.ended(&taken[1], &JobEnd::Stopped);
    let failed = JobEnd::Failed {
        run: None,
        message: "no".into(),
    };
    list.ended(&taken[2], &failed);
    list.ended(&taken[3], &JobEnd::Elsewhere("process 7".into()));
    let turns: Vec<Turn> = list.runs().iter().map(|run| run.turn.clone()).collect();
    assert_eq!(
        turns,
        [
            Turn::Waiting,
            Turn::Failed("no".into()),
            Turn::Elsewhere("process 7".into()),
            Turn::Waiting
        ]
    );
    assert_eq!(list.retry_failed(), [taken[2].clone()]);
    list.heard(&taken[3], &RunState::Interrupted);
    assert_eq!(list.counts().waiting, 4);
    list.heard(&taken[3], &RunState::Elsewhere("process 8".into()));
    assert_eq!(list.counts().elsewhere, 1);
    let end = RunState::Finished(StopReason::Completed);
    list.heard(&taken[3], &end);
    assert!(!list.has(&taken[3]));
}

#[test]
fn a_list_is_read_as_it_was_written() {
    let mut list = list();
    let last = id(&list, 4);
    list.move_to(&last, 1);
    let path = Path::new("queue.json");
    let sweeps = [
        shelved("S1", &[], &[1, 2, 3]),
        shelved("S2", &["dropout=0,0.5"], &[9]),
    ];
    let mut find = |name: &str| {
        let found = sweeps.iter().find(|sweep| sweep.name == name).cloned();
        found.ok_or(SweepError::NoSeeds)
    };
    let (read, errors) = Waiting::parse(&list.to_json(), path, &mut find).unwrap();
    assert_eq!((names(&read), errors.len()), (names(&list), 0));
    // Runs of a sweep that is gone are left out.
    let gone = list.to_json().replace("S2", "S5");
    let (read, errors) = Waiting::parse(&gone, path, &mut find).unwrap();
    assert_eq!((names(&read).len(), errors.len()), (3, 1));
    for text in [
        "",
        "{}",
        "{\"format\":\"overfit-lab-queue\",\"version\":2,\"waiting\":[]}",
        "{\"format\":\"overfit-lab-queue\",\"version\":1,\"waiting\":[{\"sweep\":\"S1\",\"runs\":[-1]}]}",
    ] {
        let message = Waiting::parse(text, path, &mut find)
            .unwrap_err()
            .to_string();
        assert!(message.contains("queue.json"), "{message}");
    }
    // A number beyond the last is no run's.
    let beyond = "{\"format\":\"overfit-lab-queue\",\"version\":1,\"waiting\":[{\"sweep\":\"S1\",\"runs\":[0,3,99]}]}";
    let (read, _) = Waiting::parse(beyond, path, &mut find).unwrap();
    assert_eq!(names(&read), ["S1.3"]);
}
