//! An edition of a rulebook as written: `rulebooks/<id>/<edition>.toml`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// What a case with several violations costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum CasePolicy {
    /// As much as its most severe violation alone.
    MostSevere,
}

/// An edition of a scoring rulebook for zhijian.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "rulebook edition")]
pub(super) struct EditionFile {
    /// The rulebook's id, which is its folder's name.
    #[schemars(with = "String")]
    pub(super) id: Spanned<String>,
    /// The edition's name.
    #[schemars(with = "String")]
    pub(super) edition: Spanned<String>,
    /// Chinese title.
    pub(super) title: String,
    /// Document that it comes from.
    pub(super) source: String,
    /// What readers of the file should know.
    #[serde(default)]
    pub(super) notes: String,
    /// The day from which it scores (YYYY-MM-DD); it ends where the next edition begins.
    #[schemars(with = "String", regex(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))]
    pub(super) effective_from: Spanned<String>,
    /// What a case with several violations costs.
    pub(super) case_policy: CasePolicy,
    /// What is scored.
    #[serde(default)]
    #[schemars(with = "Vec<ItemTable>")]
    pub(super) item: Vec<Spanned<ItemTable>>,
}

/// What one kind of violation costs.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ItemTable {
    /// The item's id; that of a manual item is the id of the violation.
    #[schemars(with = "String")]
    pub(super) id: Spanned<String>,
    /// Chinese title.
    pub(super) title: String,
    /// Ids of the rules that it scores; `a` covers `a/b` too.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) rules: Vec<Spanned<String>>,
    /// Whether only a person finds it.
    #[serde(default)]
    pub(super) manual: bool,
    /// The deduction, a decimal with at most 3 places. Only a manual item may go without: its figure is then unknown.
    #[serde(default)]
    #[schemars(with = "String", regex(pattern = "^[0-9]+([.][0-9]{1,3})?$"))]
    pub(super) points: Option<Spanned<String>>,
    /// Whether the figure is a default that no source states.
    #[serde(default)]
    pub(super) assumed: bool,
    /// Where it comes from.
    #[serde(default)]
    pub(super) source: String,
}

/// The JSON Schema of a rulebook file, as committed in `docs/schema/rulebook.schema.json`.
pub fn schema() -> String {
    let schema = schemars::schema_for!(EditionFile);
    // A schema is a tree of strings and numbers, which always prints.
    serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
}

#[cfg(test)]
mod tests {
    use std::{env, fs};

    use super::*;

    const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schema/rulebook.schema.json");

    #[test]
    fn committed_schema_is_the_generated_one() -> std::io::Result<()> {
        if env::var_os("ZHIJIAN_BLESS").is_some() {
            fs::write(COMMITTED, schema())?;
        }
        let committed = fs::read_to_string(COMMITTED).unwrap_or_default().replace("\r\n", "\n");
        assert_eq!(committed, schema(), "refresh it with: ZHIJIAN_BLESS=1 cargo test --lib schema");
        Ok(())
    }
}
