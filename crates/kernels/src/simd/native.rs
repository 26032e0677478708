//! Vectors for processors whose instructions are called by name.

use super::Simd;

/// Makes a vector type of intrinsics.
macro_rules! simd {
    (
        $(#[$doc:meta])* $name:ident($vector:ty), $lanes:literal lanes, $pixels:literal pixels,
        $splat:path, $load:path, $store:path, $add:path, $sub:path, $mul:path;
        $a:ident $b:ident $c:ident $d:ident $to:ident:
        add_product $add_product:expr,
        sub_product $sub_product:expr,
        at_least $at_least:expr,
        largest $largest:expr,
        where_equal $where_equal:expr,
        where_above $where_above:expr,
        store_bytes $store_bytes:expr
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub struct $name($vector);

        impl Simd for $name {
            const LANES: usize = $lanes;
            const PIXELS: usize = $pixels;

            #[inline(always)]
            unsafe fn splat(value: f32) -> Self {
                // SAFETY: the caller has checked for the instructions.
                Self(unsafe { $splat(value) })
            }

            #[inline(always)]
            unsafe fn load(from: *const f32) -> Self {
                // SAFETY: the caller has checked for the instructions and has the numbers.
                Self(unsafe { $load(from) })
            }

            #[inline(always)]
            unsafe fn store(self, to: *mut f32) {
                // SAFETY: the caller has checked for the instructions and has the room.
                unsafe { $store(to, self.0) }
            }

            #[inline(always)]
            unsafe fn add(self, other: Self) -> Self {
                // SAFETY: the caller has checked for the instructions.
                Self(unsafe { $add(self.0, other.0) })
            }

            #[inline(always)]
            unsafe fn sub(self, other: Self) -> Self {
                // SAFETY: the caller has checked for the instructions.
                Self(unsafe { $sub(self.0, other.0) })
            }

            #[inline(always)]
            unsafe fn mul(self, other: Self) -> Self {
                // SAFETY: the caller has checked for the instructions.
                Self(unsafe { $mul(self.0, other.0) })
            }

            #[inline(always)]
            unsafe fn add_product(self, a: Self, b: Self) -> Self {
                let ($a, $b, $c) = (self.0, a.0, b.0);
                // SAFETY: the caller has checked for the instructions.
                Self(unsafe { $add_product })
            }

            #[inline(always)]
            unsafe fn sub_product(self, a: Self, b: Self) -> Self {
                let ($a, $b, $c) = (self.0, a.0, b.0);
                // SAFETY: the caller has checked for the instructions.
                Self(unsafe { $sub_product })
            }

            #[inline(always)]
            unsafe fn at_least(self, floor: Self) -> Self {
                let ($a, $b) = (self.0, floor.0);
                // SAFETY: the caller has checked for the instructions.
                Self(unsafe { $at_least })
            }

            #[inline(always)]
            unsafe fn largest(self, other: Self) -> Self {
                let ($a, $b) = (self.0, other.0);
                // SAFETY: the caller has checked for the instructions.
                Self(unsafe { $largest })
            }

            #[inline(always)]
            unsafe fn where_equal(self, other: Self, then: Self, otherwise: Self) -> Self {
                let ($a, $b, $c, $d) = (self.0, other.0, then.0, otherwise.0);
                // SAFETY: the caller has checked for the instructions.
                Self(unsafe { $where_equal })
            }

            #[inline(always)]
            unsafe fn where_above(self, other: Self, then: Self, otherwise: Self) -> Self {
                let ($a, $b, $c, $d) = (self.0, other.0, then.0, otherwise.0);
                // SAFETY: the caller has checked for the instructions.
                Self(unsafe { $where_above })
            }

            #[inline(always)]
            unsafe fn store_bytes(self, to: *mut u8) {
                let ($a, $to) = (self.0, to);
                // SAFETY: the caller has checked for the instructions and has the room.
                unsafe { $store_bytes }
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
pub(in super::super) use x86::{Avx2, Avx512, Sse2};

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::Simd;
    use std::arch::x86_64::*;

    simd!(
        /// The vector of all x86-64 processors, which have no FMA.
        Sse2(__m128), 4 lanes, 6 pixels,
        _mm_set1_ps, _mm_loadu_ps, _mm_storeu_ps, _mm_add_ps, _mm_sub_ps, _mm_mul_ps;
        a b c d to:
        add_product _mm_add_ps(a, _mm_mul_ps(b, c)),
        sub_product _mm_sub_ps(a, _mm_mul_ps(b, c)),
        at_least _mm_max_ps(b, a),
        largest _mm_or_ps(_mm_max_ps(a, b), _mm_cmpunord_ps(a, b)),
        where_equal select(_mm_cmpeq_ps(a, b), c, d),
        where_above select(_mm_cmpgt_ps(a, b), c, d),
        store_bytes {
            let words = _mm_cvttps_epi32(a);
            let halves = _mm_packs_epi32(words, words);
            let four = _mm_cvtsi128_si32(_mm_packus_epi16(halves, halves));
            to.cast::<i32>().write_unaligned(four);
        }
    );

    #[inline(always)]
    fn select(mask: __m128, then: __m128, otherwise: __m128) -> __m128 {
        // SAFETY: all x86-64 processors have SSE2.
        unsafe { _mm_or_ps(_mm_and_ps(mask, then), _mm_andnot_ps(mask, otherwise)) }
    }

    simd!(
        /// The vector of processors with AVX2 and FMA.
        Avx2(__m256), 8 lanes, 6 pixels,
        _mm256_set1_ps, _mm256_loadu_ps, _mm256_storeu_ps,
        _mm256_add_ps, _mm256_sub_ps, _mm256_mul_ps;
        a b c d to:
        add_product _mm256_fmadd_ps(b, c, a),
        sub_product _mm256_fnmadd_ps(b, c, a),
        // The second operand is the one that stays where either is NaN.
        at_least _mm256_max_ps(b, a),
        // A number with all bits set is NaN.
        largest _mm256_or_ps(_mm256_max_ps(a, b), _mm256_cmp_ps::<_CMP_UNORD_Q>(a, b)),
        where_equal _mm256_blendv_ps(d, c, _mm256_cmp_ps::<_CMP_EQ_OQ>(a, b)),
        where_above _mm256_blendv_ps(d, c, _mm256_cmp_ps::<_CMP_GT_OQ>(a, b)),
        store_bytes {
            let words = _mm256_cvttps_epi32(a);
            let (low, high) =
                (_mm256_castsi256_si128(words), _mm256_extracti128_si256::<1>(words));
            let halves = _mm_packs_epi32(low, high);
            _mm_storel_epi64(to.cast(), _mm_packus_epi16(halves, halves));
        }
    );

    simd!(
        /// The vector of processors with AVX-512F.
        Avx512(__m512), 16 lanes, 13 pixels,
        _mm512_set1_ps, _mm512_loadu_ps, _mm512_storeu_ps,
        _mm512_add_ps, _mm512_sub_ps, _mm512_mul_ps;
        a b c d to:
        add_product _mm512_fmadd_ps(b, c, a),
        sub_product _mm512_fnmadd_ps(b, c, a),
        at_least _mm512_max_ps(b, a),
        // A sum is NaN where a summand is.
        largest _mm512_mask_add_ps(
            _mm512_max_ps(a, b),
            _mm512_cmp_ps_mask::<_CMP_UNORD_Q>(a, b),
            a,
            b,
        ),
        where_equal _mm512_mask_blend_ps(_mm512_cmp_ps_mask::<_CMP_EQ_OQ>(a, b), d, c),
        where_above _mm512_mask_blend_ps(_mm512_cmp_ps_mask::<_CMP_GT_OQ>(a, b), d, c),
        store_bytes _mm_storeu_si128(to.cast(), _mm512_cvtepi32_epi8(_mm512_cvttps_epi32(a)))
    );
}

#[cfg(target_arch = "aarch64")]
pub(in super::super) use arm::Neon;

#[cfg(target_arch = "aarch64")]
mod arm {
    use super::Simd;
    use std::arch::aarch64::*;

    simd!(
        /// The vector of processors with NEON.
        Neon(float32x4_t), 4 lanes, 12 pixels,
        vdupq_n_f32, vld1q_f32, vst1q_f32, vaddq_f32, vsubq_f32, vmulq_f32;
        a b c d to:
        add_product vfmaq_f32(a, b, c),
        sub_product vfmsq_f32(a, b, c),
        at_least vmaxq_f32(a, b),
        largest vmaxq_f32(a, b),
        where_equal vbslq_f32(vceqq_f32(a, b), c, d),
        where_above vbslq_f32(vcgtq_f32(a, b), c, d),
        store_bytes {
            let halves = vmovn_u32(vcvtq_u32_f32(a));
            let bytes = vmovn_u16(vcombine_u16(halves, halves));
            let four = vget_lane_u32::<0>(vreinterpret_u32_u8(bytes));
            to.cast::<u32>().write_unaligned(four);
        }
    );
}
