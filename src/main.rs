//! The command `zhijian`.

fn main() -> std::process::ExitCode {
    zhijian::cli::run()
}
