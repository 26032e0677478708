//! Tests each vector of this machine against the arithmetic of one number.

use super::*;
use crate::InstructionSet;
use proptest::prelude::*;

const NUMBERS: [f32; 9] = [
    0.0,
    -0.0,
    1.5,
    -2.25,
    3.0e8,
    1.0e-3,
    f32::NAN,
    f32::INFINITY,
    f32::NEG_INFINITY,
];

fn same(found: f32, expected: f32) -> bool {
    found == expected || found.is_nan() && expected.is_nan()
}

/// Checks the result of each operation, lane by lane, against the arithmetic of one number.
///
/// # Safety
/// The machine must have the instructions of `V`.
unsafe fn check<V: Simd>(lanes: &[[f32; 4]; MOST_LANES], fused: bool) {
    let values = |operand: usize| {
        let all = lanes.map(|lane| lane[operand]);
        // SAFETY: the caller has the instructions, and no vector is longer than the array.
        unsafe { V::load(all.as_ptr()) }
    };
    let [a, b, c, d] = [values(0), values(1), values(2), values(3)];
    let product = |a: f32, b: f32, c: f32| {
        if fused { b.mul_add(c, a) } else { a + b * c }
    };
    let larger = |a: f32, b: f32| if b > a { b } else { a };
    type Expected<'a> = &'a dyn Fn([f32; 4]) -> f32;
    // SAFETY: the caller has the instructions.
    let cases: [(&str, V, Expected); 9] = unsafe {
        [
            ("add", a.add(b), &|[a, b, ..]| a + b),
            ("sub", a.sub(b), &|[a, b, ..]| a - b),
            ("mul", a.mul(b), &|[a, b, ..]| a * b),
            ("add_product", a.add_product(b, c), &|[a, b, c, _]| {
                product(a, b, c)
            }),
            ("sub_product", a.sub_product(b, c), &|[a, b, c, _]| {
                product(a, -b, c)
            }),
            ("at_least", a.at_least(V::splat(0.0)), &|[a, ..]| {
                larger(a, 0.0)
            }),
            ("largest", a.largest(b), &|[a, b, ..]| {
                if b.is_nan() { b } else { larger(a, b) }
            }),
            ("where_equal", a.where_equal(b, c, d), &|[a, b, c, d]| {
                if a == b { c } else { d }
            }),
            ("where_above", a.where_above(b, c, d), &|[a, b, c, d]| {
                if a > b { c } else { d }
            }),
        ]
    };
    for (name, vector, expected) in cases {
        let mut found = [0.0; MOST_LANES];
        // SAFETY: the caller has the instructions, and no vector is longer than the array.
        unsafe { vector.store(found.as_mut_ptr()) };
        for (lane, found) in lanes.iter().zip(found).take(V::LANES) {
            assert!(same(found, expected(*lane)), "{name} of {lane:?}: {found}");
        }
    }
    for count in 0..=V::LANES {
        let numbers: Vec<f32> = (1..=count as u8).map(f32::from).collect();
        let mut bytes = vec![77_u8; count + 1];
        let mut stored = vec![77.0_f32; count + 1];
        // SAFETY: the caller has the instructions; there are at least `count` numbers, and room for
        // as many.
        unsafe {
            let vector = V::load_first(numbers.as_ptr(), count);
            vector.store_first(stored.as_mut_ptr(), count);
            vector.store_first_bytes(bytes.as_mut_ptr(), count);
        }
        assert_eq!(&stored[..count], numbers);
        assert_eq!((stored[count], bytes[count]), (77.0, 77));
        assert!(
            bytes
                .iter()
                .zip(&numbers)
                .all(|(&byte, &number)| f32::from(byte) == number)
        );
    }
}

proptest! {
    #[test]
    fn vectors_do_to_each_lane_what_numbers_do(
        lanes: [[prop::sample::Index; 4]; MOST_LANES],
    ) {
        let lanes = lanes.map(|lane| lane.map(|index| NUMBERS[index.index(NUMBERS.len())]));
        // SAFETY: the portable vectors run anywhere, and the others only where their instructions
        // are available.
        unsafe {
            check::<plain::Lanes4>(&lanes, false);
            check::<Portable>(&lanes, false);
            for isa in InstructionSet::available() {
                match isa {
                    #[cfg(target_arch = "x86_64")]
                    InstructionSet::Avx512 => check::<Avx512>(&lanes, true),
                    #[cfg(target_arch = "x86_64")]
                    InstructionSet::Avx2 => check::<Avx2>(&lanes, true),
                    #[cfg(target_arch = "aarch64")]
                    InstructionSet::Neon => check::<Neon>(&lanes, true),
                    _ => {}
                }
            }
        }
    }
}
