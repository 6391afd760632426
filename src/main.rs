//! The command `zhijian`.

/// Conversations are read by one thread and let go by another, many small pieces each.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    // Pages of 2 MiB, of which much stays unused, take a quarter more memory and no less time (docs/performance.md). Where the
    // system knows no such pages there is nothing to turn off.
    #[cfg(target_os = "linux")]
    let _ = nix::sys::prctl::set_thp_disable(true);
    zhijian::cli::run()
}
