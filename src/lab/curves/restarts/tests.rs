//! Curves of one network and of several, with the noise that real ones have.

use super::*;

/// Random numbers that are the same in every run of the tests.
struct Random(u64);

impl Random {
    fn from(&mut self, low: f64, high: f64) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        low + (high - low) * (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    fn whole(&mut self, low: usize, high: usize) -> usize {
        self.from(low as f64, high as f64) as usize
    }

    /// A factor around 1, of about this spread.
    fn noise(&mut self, spread: f64) -> f64 {
        let sum: f64 = (0..12).map(|_| self.from(0.0, 1.0)).sum();
        (spread * (sum - 6.0)).exp()
    }
}

/// How a network learns: by a power of the epoch, with a rise of validation loss at the end.
struct Course {
    start: f64,
    floor: f64,
    first: f64,
    power: f64,
    overfits: f64,
}

impl Course {
    fn any(random: &mut Random) -> Self {
        Self {
            start: random.from(0.4, 2.3),
            floor: random.from(0.01, 0.05),
            first: random.from(0.5, 3.0),
            power: random.from(0.7, 2.0),
            overfits: random.from(-0.02, 0.02).max(0.0),
        }
    }

    fn epochs(&self, count: usize, spread: f64, random: &mut Random) -> Vec<Falling> {
        let epoch = |epoch: usize| {
            let fall = self.start * (1.0 + epoch as f64 / self.first).powf(-self.power);
            let loss = (self.floor + fall) * random.noise(spread);
            let wrong = (0.3 * loss).min(0.9) * random.noise(spread);
            let validation = 0.15 + 0.6 * fall + self.overfits * epoch as f64;
            let validation = validation * random.noise(2.0 * spread);
            let wrong_there = (0.03 + 0.6 * wrong) * random.noise(2.0 * spread);
            [loss, wrong, validation, wrong_there].map(Some)
        };
        (0..count).map(epoch).collect()
    }
}

/// Figures that lie a part of the way back to those of the first epoch.
fn lift(epoch: &mut Falling, first: &Falling, part: f64) {
    for (figure, first) in epoch.iter_mut().zip(first) {
        *figure = figure
            .zip(*first)
            .map(|(it, first)| it + part * (first - it));
    }
}

/// What may happen to a network that goes on.
#[derive(Clone, Copy, Debug)]
enum Event {
    Nothing,
    /// An epoch as bad as the first, after which all is as before.
    Spike,
    /// The learning rate goes up again in every cycle.
    WarmRestarts,
    /// A learning rate that was raised, by hand or by a schedule.
    HigherRate,
    /// All is lost, for good.
    Collapse,
    /// Stronger augmentation or dropout, which training figures alone show.
    HarderTraining,
    /// Training loss isn't finite any more.
    NotFinite,
}

fn single(event: Event, random: &mut Random) -> Vec<Falling> {
    let count = random.whole(6, 60);
    let spread = random.from(0.0, 0.1);
    let mut epochs = Course::any(random).epochs(count, spread, random);
    let first = epochs[0];
    let place = random.whole(3, count - 1);
    let (high, time) = (random.from(0.15, 0.55), random.from(0.5, 6.0));
    match event {
        Event::Nothing => {}
        Event::Spike => lift(&mut epochs[place], &first, random.from(0.7, 1.5)),
        Event::WarmRestarts => {
            let cycle = random.whole(4, 12);
            for (number, epoch) in epochs.iter_mut().enumerate().skip(cycle) {
                let left = 1.0 - (number % cycle) as f64 / cycle as f64;
                lift(epoch, &first, high * left * left);
            }
        }
        Event::HigherRate => {
            for (after, epoch) in epochs[place..].iter_mut().enumerate() {
                lift(epoch, &first, high * (-(after as f64) / time).exp());
            }
        }
        Event::Collapse => {
            for epoch in &mut epochs[place..] {
                *epoch = [2.303 * random.noise(0.005), 0.9, 2.303, 0.9].map(Some);
            }
        }
        Event::HarderTraining => {
            for epoch in &mut epochs[place..] {
                let [_, _, validation, wrong] = *epoch;
                lift(epoch, &first, random.from(0.7, 1.0));
                epoch[2..].copy_from_slice(&[validation, wrong]);
            }
        }
        Event::NotFinite => {
            for epoch in &mut epochs[place..] {
                *epoch = [f64::NAN; 4].map(Some);
            }
        }
    }
    epochs
}

#[test]
fn one_run_is_never_divided() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for event in [
        Event::Nothing,
        Event::Spike,
        Event::WarmRestarts,
        Event::HigherRate,
        Event::Collapse,
        Event::HarderTraining,
        Event::NotFinite,
    ] {
        for _ in 0..2_000 {
            let epochs = single(event, &mut random);
            let found = beginnings(&epochs);
            assert_eq!(found.sure, [0; 0], "{event:?}: {epochs:?}");
        }
    }
}

/// What share of files with so many folds is divided where the folds begin.
fn share_found(folds: usize, spread: f64, is_equal: bool, random: &mut Random) -> f64 {
    const FILES: usize = 300;
    let mut right = 0;
    for _ in 0..FILES {
        let course = Course::any(random);
        let count = random.whole(4, 25);
        let mut epochs = Vec::new();
        let mut expected = Vec::new();
        for fold in 0..folds {
            if fold > 0 {
                expected.push(epochs.len());
            }
            // Early stopping ends each fold at another epoch.
            let more = if is_equal { 0 } else { random.whole(0, 12) };
            epochs.extend(course.epochs(count + more, spread, random));
        }
        right += usize::from(beginnings(&epochs).sure == expected);
    }
    right as f64 / FILES as f64
}

#[test]
fn folds_are_found_though_nothing_says_where_they_begin() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for folds in [2, 3, 5, 10] {
        for is_equal in [true, false] {
            for (spread, least) in [(0.0, 0.97), (0.03, 0.97), (0.06, 0.7)] {
                let share = share_found(folds, spread, is_equal, &mut random);
                assert!(share >= least, "{folds} folds, {spread}: {share}");
            }
        }
    }
}

#[test]
fn losses_alone_are_enough() {
    let losses = |epochs: &[Falling]| -> Vec<Falling> {
        let epochs = epochs.iter();
        epochs.map(|it| [it[0], None, it[2], None]).collect()
    };
    let mut random = Random(7);
    let course = Course {
        start: 0.9,
        floor: 0.01,
        first: 1.0,
        power: 1.5,
        overfits: 0.02,
    };
    let fold = || losses(&course.epochs(6, 0.0, &mut Random(7)));
    assert_eq!(beginnings(&[fold(), fold()].concat()).sure, [6]);
    // The training loss alone could leap for another reason.
    let only: Vec<Falling> = fold().iter().map(|it| [it[0], None, None, None]).collect();
    let found = beginnings(&[&only[..], &only].concat());
    assert_eq!((found.sure, found.doubtful), (vec![], Some(6)));
    assert_eq!(
        beginnings(&course.epochs(2, 0.0, &mut random)),
        Beginnings::default()
    );
}

#[test]
fn places_at_even_distances_are_completed() {
    for (found, count, expected) in [
        (&[5][..], 10, Some(vec![5])),
        (&[4, 8, 16], 20, Some(vec![4, 8, 12, 16])),
        (&[4], 20, None),
        (&[4], 12, Some(vec![4, 8])),
        // The loss doesn't rise there.
        (&[3, 6], 12, None),
        (&[5], 11, None),
        (&[2, 4], 6, None),
        (&[], 10, None),
    ] {
        assert_eq!(
            evenly(found, count, |place| place != 9),
            expected,
            "{found:?} of {count}"
        );
    }
}

#[test]
fn a_million_epochs_are_looked_through_at_once() {
    let epochs: Vec<Falling> = (0..1_000_000)
        .map(|epoch| {
            let loss = if epoch == 0 {
                9.0
            } else {
                1.0 + 0.5 * f64::from(epoch % 2)
            };
            [Some(loss), None, Some(loss), None]
        })
        .collect();
    let begin = std::time::Instant::now();
    assert_eq!(beginnings(&epochs).sure, [0; 0]);
    assert!(begin.elapsed().as_secs() < 10);
}
