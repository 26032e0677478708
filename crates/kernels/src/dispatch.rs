//! Compiles a function that is written once for each set of instructions, and chooses at run time.

/// Makes `unsafe fn name(isa, …)`, compiled for each set of instructions. The function runs either
/// `= generic::<V>`, which is generic over the vectors of the instructions, or `= plain`, which has
/// plain loops. The docs of the function say what it asks of its callers: above all, that the
/// machine has the instructions.
macro_rules! by_isa {
    (
        $(#[$doc:meta])*
        $visible:vis unsafe fn $name:ident($($arg:ident: $type:ty),* $(,)?) = $generic:ident::<V>
    ) => {
        $crate::dispatch::by_isa! {
            @make $(#[$doc])* $visible $name($($arg: $type),*)
            [$generic::<$crate::simd::Avx512>]
            [$generic::<$crate::simd::Avx2>]
            [$generic::<$crate::simd::Neon>]
            [$generic::<$crate::simd::Portable>]
        }
    };
    (
        $(#[$doc:meta])*
        $visible:vis unsafe fn $name:ident($($arg:ident: $type:ty),* $(,)?) = $plain:ident
    ) => {
        $crate::dispatch::by_isa! {
            @make $(#[$doc])* $visible $name($($arg: $type),*)
            [$plain] [$plain] [$plain] [$plain]
        }
    };
    (
        @make $(#[$doc:meta])* $visible:vis $name:ident($($arg:ident: $type:ty),*)
        [$($avx512:tt)*] [$($avx2:tt)*] [$($neon:tt)*] [$($portable:tt)*]
    ) => {
        $(#[$doc])*
        $visible unsafe fn $name(isa: $crate::InstructionSet, $($arg: $type),*) {
            use $crate::InstructionSet;
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f")]
            unsafe fn avx512($($arg: $type),*) {
                // SAFETY: the caller keeps this function's contract.
                unsafe { $($avx512)*($($arg),*) }
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            unsafe fn avx2($($arg: $type),*) {
                // SAFETY: the caller keeps this function's contract.
                unsafe { $($avx2)*($($arg),*) }
            }
            #[cfg(target_arch = "aarch64")]
            #[target_feature(enable = "neon")]
            unsafe fn neon($($arg: $type),*) {
                // SAFETY: the caller keeps this function's contract.
                unsafe { $($neon)*($($arg),*) }
            }
            // SAFETY: the caller keeps this function's contract.
            unsafe {
                match isa {
                    #[cfg(target_arch = "x86_64")]
                    InstructionSet::Avx512 => avx512($($arg),*),
                    #[cfg(target_arch = "x86_64")]
                    InstructionSet::Avx2 => avx2($($arg),*),
                    #[cfg(target_arch = "aarch64")]
                    InstructionSet::Neon => neon($($arg),*),
                    _ => $($portable)*($($arg),*),
                }
            }
        }
    };
}

pub(super) use by_isa;
