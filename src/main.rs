//! The command `zhijian`.

/// Conversations are read by one thread and let go by another, many small pieces each.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    zhijian::cli::run()
}
