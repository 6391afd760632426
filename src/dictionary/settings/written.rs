//! `zhijian.toml` as it is written, for the JSON Schema that editors complete and check with.
/// The JSON Schema.
pub fn schema() -> String {
    String::new()
}
