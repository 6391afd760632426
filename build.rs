//! Rebuilds when a dictionary changes, since the folder is compiled in.

fn main() {
    println!("cargo:rerun-if-changed=dictionaries");
}
