//! How a function written once is compiled for each path and chosen at run time.

/// Makes `unsafe fn name(path, …)`, compiled for each path's instructions: what it runs is either
/// generic over the path's vectors, `= generic::<V>`, or plain loops, `= plain`. Its docs say what
/// it asks for, the path above all.
macro_rules! by_path {
    (
        $(#[$doc:meta])*
        $visible:vis unsafe fn $name:ident($($arg:ident: $type:ty),* $(,)?) = $generic:ident::<V>
    ) => {
        $crate::model::kernels::dispatch::by_path! {
            @make $(#[$doc])* $visible $name($($arg: $type),*)
            [$generic::<$crate::model::kernels::simd::Avx512>]
            [$generic::<$crate::model::kernels::simd::Avx2>]
            [$generic::<$crate::model::kernels::simd::Neon>]
            [$generic::<$crate::model::kernels::simd::Portable>]
        }
    };
    (
        $(#[$doc:meta])*
        $visible:vis unsafe fn $name:ident($($arg:ident: $type:ty),* $(,)?) = $plain:ident
    ) => {
        $crate::model::kernels::dispatch::by_path! {
            @make $(#[$doc])* $visible $name($($arg: $type),*)
            [$plain] [$plain] [$plain] [$plain]
        }
    };
    (
        @make $(#[$doc:meta])* $visible:vis $name:ident($($arg:ident: $type:ty),*)
        [$($avx512:tt)*] [$($avx2:tt)*] [$($neon:tt)*] [$($portable:tt)*]
    ) => {
        $(#[$doc])*
        $visible unsafe fn $name(path: $crate::model::kernels::Path, $($arg: $type),*) {
            use $crate::model::kernels::Path;
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f")]
            unsafe fn avx512($($arg: $type),*) {
                // SAFETY: the caller's.
                unsafe { $($avx512)*($($arg),*) }
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            unsafe fn avx2($($arg: $type),*) {
                // SAFETY: the caller's.
                unsafe { $($avx2)*($($arg),*) }
            }
            #[cfg(target_arch = "aarch64")]
            #[target_feature(enable = "neon")]
            unsafe fn neon($($arg: $type),*) {
                // SAFETY: the caller's.
                unsafe { $($neon)*($($arg),*) }
            }
            // SAFETY: the caller's.
            unsafe {
                match path {
                    #[cfg(target_arch = "x86_64")]
                    Path::Avx512 => avx512($($arg),*),
                    #[cfg(target_arch = "x86_64")]
                    Path::Avx2 => avx2($($arg),*),
                    #[cfg(target_arch = "aarch64")]
                    Path::Neon => neon($($arg),*),
                    _ => $($portable)*($($arg),*),
                }
            }
        }
    };
}

pub(super) use by_path;
