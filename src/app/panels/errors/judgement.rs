//! What may be said of two networks that were compared image by image: whether chance explains their
//! difference. With one seed each, nothing may be said of their settings. No egui.

use super::tables::images;
use crate::lab::format;
use crate::lab::run::difference::Kinship;
use crate::lab::statistics::mcnemar;

/// Two networks, and how many images only the one of them gets right.
#[derive(Clone, Copy)]
pub struct Duel<'a> {
    /// The names of the two runs.
    pub names: [&'a str; 2],
    /// How many images only the first gets right, and how many only the second.
    pub only: [usize; 2],
}

impl Duel<'_> {
    /// What the difference is worth, in sentences.
    pub fn judgement(self, kinship: Kinship) -> String {
        format!("{} {}", self.evidence(), self.reach(kinship))
    }

    /// How unlike the two networks are, and how often chance makes such a difference.
    fn evidence(self) -> String {
        let ([first, second], [by_first, by_second]) = (self.names, self.only);
        let all = by_first + by_second;
        if all == 0 {
            return format!("{first} and {second} are right about the same images.");
        }
        let counts = format!(
            "Of {} that only one of them gets right, {first} gets {by_first} and {second} \
             {by_second}.",
            images(all)
        );
        let p = mcnemar(by_first, by_second);
        // The last digits of a computed p may be off.
        let cases = if p > 1.0 - 1e-9 {
            "all".into()
        } else if p < 0.001 {
            "less than 0.1% of".into()
        } else {
            format!(
                "{}% of",
                format::rounded(100.0 * format::significant(p, 3), 1)
            )
        };
        format!(
            "{counts} Two equally good networks would differ by this or more in {cases} cases \
             (exact McNemar, {}).",
            format::p_value(p)
        )
    }

    /// How far that reaches.
    fn reach(self, kinship: Kinship) -> &'static str {
        match kinship {
            Kinship::Repeated => {
                "Same settings and same seed: what differs is the epoch, or how devices round."
            }
            Kinship::OtherSeed => "Same settings: this is what luck looks like.",
            Kinship::OtherSplit => {
                "Same settings: this is what luck looks like, with other images to train on as well."
            }
            Kinship::OtherSettings => {
                "This is about these two networks only: another seed alone may move this by as \
                 much; repeat to know."
            }
            Kinship::Ensemble => {
                "This is about averaging these networks, and says nothing about settings."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(only: [usize; 2], kinship: Kinship, expected: &str) {
        let names = ["A1", "A2"];
        assert_eq!(Duel { names, only }.judgement(kinship), expected);
    }

    #[test]
    fn one_seed_each_says_nothing_of_settings() {
        check(
            [0, 4],
            Kinship::OtherSettings,
            "Of 4 images that only one of them gets right, A1 gets 0 and A2 4. Two equally good \
             networks would differ by this or more in 12.5% of cases (exact McNemar, p = 0.125). \
             This is about these two networks only: another seed alone may move this by as much; \
             repeat to know.",
        );
        check(
            [11, 1],
            Kinship::OtherSettings,
            "Of 12 images that only one of them gets right, A1 gets 11 and A2 1. Two equally good \
             networks would differ by this or more in 0.6% of cases (exact McNemar, p = 0.00635). \
             This is about these two networks only: another seed alone may move this by as much; \
             repeat to know.",
        );
    }

    #[test]
    fn where_only_the_seed_differs_it_is_luck() {
        check(
            [200, 50],
            Kinship::OtherSeed,
            "Of 250 images that only one of them gets right, A1 gets 200 and A2 50. Two equally \
             good networks would differ by this or more in less than 0.1% of cases (exact McNemar, \
             p < 0.0001). Same settings: this is what luck looks like.",
        );
        check(
            [1, 0],
            Kinship::OtherSplit,
            "Of 1 image that only one of them gets right, A1 gets 1 and A2 0. Two equally good \
             networks would differ by this or more in all cases (exact McNemar, p = 1). Same \
             settings: this is what luck looks like, with other images to train on as well.",
        );
        check(
            [0, 0],
            Kinship::Repeated,
            "A1 and A2 are right about the same images. Same settings and same seed: what differs \
             is the epoch, or how devices round.",
        );
    }
}
