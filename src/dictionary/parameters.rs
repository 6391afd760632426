//! `[rule.parameters]` as written. Operators judge it; only the files that it names are looked up here.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::code;
use super::keys::parameter_value;
use super::nearest;
use super::pack::{Parameter, Value};
use super::problems::Problems;
use super::source::SourceText;

/// Parameters whose values are files of the pack.
pub(super) const FILE_PARAMETERS: [&str; 5] = ["terms", "exceptions", "not-when", "cues", "earlier-terms"];

/// A parameter that names a file: the name, and where it stands.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) parameter: &'static str,
    pub(super) name: String,
    pub(super) span: Range<usize>,
}

/// The parameters in the order written, and the files that they name.
pub(super) fn parameters(
    source: &SourceText<'_>,
    table: &DeTable<'_>,
    problems: &mut Problems,
) -> (Vec<Parameter>, Vec<Named>) {
    let mut all = Vec::new();
    let mut files = Vec::new();
    for (key, value) in table {
        let name: &str = key.get_ref();
        match parameter_value(source, name, value) {
            Ok(written) => {
                let parameter = FILE_PARAMETERS.into_iter().find(|parameter| *parameter == name);
                match (parameter, value.get_ref(), &written) {
                    (Some(parameter), DeValue::Array(entries), Value::List(names)) => {
                        let spans = entries.iter().map(toml::Spanned::span);
                        files.extend(names.iter().zip(spans).map(|(name, span)| Named {
                            parameter,
                            name: name.clone(),
                            span,
                        }));
                    }
                    (Some(_), ..) => problems.push(
                        source
                            .error(code::WRONG_TYPE, &value.span(), format!("`{name}` has to be a list of file names"))
                            .advise(format!("write {name} = [\"{}\"]", example(name))),
                    ),
                    _ => {}
                }
                all.push((
                    value.span().start,
                    Parameter { name: name.to_owned(), value: written, origin: source.origin(key.span().start) },
                ));
            }
            Err(problem) => problems.push(problem),
        }
    }
    all.sort_by_key(|(start, _)| *start);
    (all.into_iter().map(|(_, parameter)| parameter).collect(), files)
}

/// What to do about a file that is named and not there, given the files that are.
pub(super) fn missing_file_advice(named: &Named, present: &[&str]) -> String {
    let ending = format!("/{}", named.name.trim_end_matches(".tsv"));
    let mut same_name: Vec<&str> =
        present.iter().copied().filter(|path| path.trim_end_matches(".tsv").ends_with(&ending)).collect();
    let example = example(named.parameter);
    let folder = example.split('/').next().unwrap_or_default();
    // A file in the customary folder is likelier meant than one of the same name elsewhere.
    same_name.sort_by_key(|path| !path.starts_with(folder));
    match same_name.first().copied().or_else(|| nearest::nearest(&named.name, present.iter().copied())) {
        Some(path) => format!("did you mean `{path}`?"),
        None => format!("files are named from the pack's folder on, for instance `{example}`"),
    }
}

/// A customary place for files that a parameter names.
fn example(parameter: &str) -> &'static str {
    match parameter {
        "exceptions" => "exceptions/jargon.tsv",
        "not-when" => "cues/mid-way.tsv",
        "cues" => "terms/cue.tsv",
        _ => "terms/jargon.tsv",
    }
}
