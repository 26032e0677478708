//! The binary: parse, then open the window or run a command.

use std::process::ExitCode;

/// The system's allocator gives large tensors back to the kernel and pays for it in page faults
/// at every step; mimalloc keeps them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    overfit_lab::program::main()
}
