//! `pack.toml` as it is written, for the JSON Schema that editors complete and check with.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::pack::{OperatorKind, Queue, RuleKind};

/// A pack of rules for zhijian (`pack.toml`).
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "pack.toml")]
pub struct PackFile {
    /// Stable name, the first half of `pack@edition`.
    #[schemars(regex(pattern = "^[a-z0-9-]+$"))]
    pub id: String,
    /// Edition, the second half of `pack@edition`; any text.
    #[schemars(length(min = 1))]
    pub edition: String,
    /// Chinese title.
    #[schemars(length(min = 1))]
    pub title: String,
    /// Who answers for the pack.
    #[schemars(length(min = 1))]
    pub owner: String,
    /// Document or practice that it comes from.
    #[schemars(length(min = 1))]
    pub source: String,
    /// Its rules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rule: Vec<RuleTable>,
    /// The warnings of `dictionary check` that are meant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<AllowTable>,
}

/// A warning of `dictionary check` that is meant, with the reason.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AllowTable {
    /// The code of the warning; docs/lint.md lists them.
    #[schemars(regex(pattern = "^[a-z0-9-]+$"))]
    pub code: String,
    /// Only where it is about this rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub rule: Option<String>,
    /// Only where it is about this term or exception, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub term: Option<String>,
    /// Why it is meant.
    #[schemars(length(min = 1))]
    pub reason: String,
}

/// A named kind of violation or signal.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("anyOf" = [
    { "required": ["queue"] },
    { "required": ["kind"], "properties": { "kind": { "const": "signal" } } }
]))]
pub struct RuleTable {
    /// Stable public name, stored with every human decision.
    #[schemars(regex(pattern = "^[a-z0-9-]+(/[a-z0-9-]+)?$"))]
    pub id: String,
    /// Chinese title.
    #[schemars(length(min = 1))]
    pub title: String,
    /// The operator that finds it.
    pub operator: OperatorKind,
    /// Violation (default) or signal.
    #[serde(default = "violation")]
    pub kind: RuleKind,
    /// How a candidate reaches the inspectors; required for a violation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Queue")]
    pub queue: Option<Queue>,
    /// The day from which the rule holds (YYYY-MM-DD).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", regex(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))]
    pub since: Option<String>,
    /// Ids that this rule had before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Whether the rule is on where nobody says otherwise.
    #[serde(default = "on")]
    pub enabled: bool,
    /// Document or practice that it comes from.
    #[serde(default)]
    pub source: String,
    /// Manual page: what it is.
    #[serde(default)]
    pub what: String,
    /// Manual page: why it matters.
    #[serde(default)]
    pub why: String,
    /// Manual page: how it is found.
    #[serde(default)]
    pub how: String,
    /// Manual page: what it misses.
    #[serde(default)]
    pub misses: String,
    /// Wording to use instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub suggestion: Option<String>,
    /// The operator's parameters; docs/packs.md lists them.
    #[serde(default)]
    pub parameters: ParametersTable,
}

/// What the operator needs to know.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ParametersTable {
    /// Term files, from the pack's folder on: `terms/jargon.tsv`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<String>,
    /// Exception files, from the pack's folder on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<String>,
    /// Cue files, from the pack's folder on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_when: Vec<String>,
    /// Term files of what a required wording has to follow, from the pack's folder on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cues: Vec<String>,
    /// Term files of what may have been said before a cue in place of after it, from the pack's folder on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier_terms: Vec<String>,
    /// All others.
    #[serde(flatten)]
    pub others: BTreeMap<String, ParameterValue>,
}

/// A parameter's value: no fractions, shares are in permille.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum ParameterValue {
    /// A text, a day or a duration.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A switch.
    Boolean(bool),
    /// A list of texts.
    List(Vec<String>),
}

fn violation() -> RuleKind {
    RuleKind::Violation
}

fn on() -> bool {
    true
}

/// The JSON Schema of `pack.toml`, as committed in `docs/schema/pack.schema.json`.
pub fn schema() -> String {
    let schema = schemars::schema_for!(PackFile);
    // A schema is a tree of strings and numbers, which always prints.
    serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::{env, fs};

    use super::*;

    const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schema/pack.schema.json");

    #[test]
    fn committed_schema_is_the_generated_one() -> std::io::Result<()> {
        if env::var_os("ZHIJIAN_BLESS").is_some() {
            fs::write(COMMITTED, schema())?;
        }
        let committed = fs::read_to_string(COMMITTED).unwrap_or_default().replace("\r\n", "\n");
        assert_eq!(committed, schema(), "refresh it with: ZHIJIAN_BLESS=1 cargo test --lib schema");
        Ok(())
    }

    fn names(value: &serde_json::Value) -> BTreeSet<&str> {
        value["properties"].as_object().map(|all| all.keys().map(String::as_str).collect()).unwrap_or_default()
    }

    #[test]
    fn schema_and_reader_know_the_same_keys() -> serde_json::Result<()> {
        let schema: serde_json::Value = serde_json::from_str(&schema())?;
        let of = |keys: &[&'static str]| keys.iter().copied().collect::<BTreeSet<_>>();
        assert_eq!(names(&schema), of(super::super::manifest::KEYS));
        assert_eq!(names(&schema["$defs"]["RuleTable"]), of(super::super::rule::KEYS));
        assert_eq!(names(&schema["$defs"]["AllowTable"]), of(super::super::allow::KEYS));
        assert_eq!(names(&schema["$defs"]["ParametersTable"]), of(&super::super::parameters::FILE_PARAMETERS));
        Ok(())
    }

    #[test]
    fn written_form_takes_what_the_reader_takes() -> Result<(), toml::de::Error> {
        let pack: PackFile = toml::from_str(super::super::load_tests::PACK)?;
        assert_eq!(pack.rule.len(), 2);
        assert_eq!(pack.rule[0].parameters.others["echo-penalty"], ParameterValue::Integer(150));
        Ok(())
    }
}
