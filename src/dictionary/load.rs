//! From files to a [`Dictionary`]. Only the form is checked; what the operators make of it is theirs to say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::allow::allow;
use super::classes::classes;
use super::code;
use super::diagnostic::Diagnostic;
use super::files::{Files, MANIFEST, is_shared, stray_folder};
use super::fold::fold_table;
use super::keys::Keys;
use super::lines::{Comments, lines};
use super::manifest::{self, Manifest};
use super::pack::{Cue, Dictionary, ExampleLine, Exception, LeftOut, Origin, Pack, Rule, Term};
use super::parameters::{Named, missing_file_advice};
use super::problems::Problems;
use super::rule::rule;
use super::segmentation::words;
use super::source::SourceText;

use super::terms::{cues, exceptions, terms};

/// The examples of a pack, below its folder.
const EXAMPLES: &str = "examples.jsonl";

impl Dictionary {
    /// Reads all files. What is broken is reported and left out, down to the single row, and the rest is read.
    pub fn load(files: &Files) -> (Self, Vec<Diagnostic>) {
        let mut problems = Problems::default();
        let mut dictionary = Self::default();
        for (path, bytes) in files.iter() {
            dictionary.shared_file(path, bytes, &mut problems);
        }
        for folder in files.stray_folders() {
            problems.push(stray_folder(&folder));
        }
        let mut packs = Vec::new();
        for (folder, _) in files.packs() {
            let mut folder = PackFolder::new(files, &folder);
            packs.extend(folder.read(&mut problems));
            dictionary.left_out.append(&mut folder.left_out);
        }
        packs.sort_by(|a: &Pack, b: &Pack| (&a.id, &a.origin).cmp(&(&b.id, &b.origin)));
        dictionary.packs = distinct(packs, &mut dictionary.left_out, &mut problems);
        (dictionary, problems.finish(files))
    }

    fn shared_file(&mut self, path: &str, bytes: &[u8], problems: &mut Problems) {
        let Some((folder, name)) = path.split_once('/') else {
            match path {
                "classes.tsv" => self.classes = classes(path, bytes, problems),
                "segmentation.txt" => self.segmentation = words(path, bytes, problems),
                _ => problems.push(unused(path)),
            }
            return;
        };
        match folder {
            "readers" => {}
            "rulebooks" if has_ending(path, "toml") => {
                if let Some(source) = SourceText::read(path, bytes, problems) {
                    self.rulebooks.push((path.to_owned(), source.text.to_owned()));
                }
            }
            "cues" | "fold" if !name.contains('/') && has_ending(name, "tsv") => {
                let name = name.trim_end_matches(".tsv");
                if folder == "cues" {
                    self.cues.push((name.to_owned(), cues(path, bytes, problems)));
                } else {
                    self.fold.push(fold_table(name, path, bytes, problems));
                }
            }
            shared if is_shared(shared) => problems.push(unused(path)),
            _ => {}
        }
    }
}

/// A folder with a `pack.toml`, and what was read from it so far: a file that several rules name is read once.
struct PackFolder<'f> {
    files: &'f Files,
    folder: &'f str,
    terms: BTreeMap<String, Vec<Term>>,
    exceptions: BTreeMap<String, Vec<Exception>>,
    cues: BTreeMap<String, Vec<Cue>>,
    used: BTreeSet<String>,
    left_out: Vec<LeftOut>,
}

impl<'f> PackFolder<'f> {
    fn new(files: &'f Files, folder: &'f str) -> Self {
        Self {
            files,
            folder,
            terms: BTreeMap::new(),
            exceptions: BTreeMap::new(),
            cues: BTreeMap::new(),
            used: BTreeSet::new(),
            left_out: Vec::new(),
        }
    }

    fn read(&mut self, problems: &mut Problems) -> Option<Pack> {
        let path = self.path(MANIFEST);
        let source = SourceText::read(&path, self.files.get(&path)?, problems)?;
        let manifest = manifest::parse(&source, problems);
        if !manifest.whole {
            // Nobody can tell which rules stand where it breaks off.
            let origin = Origin { file: path.as_str().into(), line: 0, column: 0 };
            self.left_out.push(LeftOut { names: Vec::new(), origin });
        }
        let pack = self.pack(&source, &manifest, problems);
        if manifest.whole {
            self.report_unused(problems);
        }
        pack
    }

    fn pack(&mut self, source: &SourceText<'_>, manifest: &Manifest<'_>, problems: &mut Problems) -> Option<Pack> {
        let keys = Keys::new(source, &manifest.root, "the pack", manifest::KEYS, problems);
        let title = manifest::title(&keys, problems);
        let mut rules = Vec::new();
        for (table, header) in manifest::tables(&keys, "rule", problems) {
            let origin = source.origin(header.start);
            let (mut rule, named) = rule(source, table, header, problems);
            if rule.is_none() {
                self.left_out.push(LeftOut { names: stated_names(table), origin });
            }
            for named in &named {
                self.named_file(source, named, rule.as_mut(), problems);
            }
            rules.extend(rule);
        }
        let allows = manifest::tables(&keys, "allow", problems);
        let allows = allows.into_iter().filter_map(|(table, header)| allow(source, table, header, problems)).collect();
        let examples = self.examples(problems);
        let Some(title) = title else {
            self.left_out.extend(rules.iter().map(LeftOut::from));
            return None;
        };
        let origin = source.origin(title.id.1.start);
        Some(Pack {
            id: title.id.0,
            edition: title.edition,
            title: title.heading,
            owner: title.owner,
            source: title.source,
            origin,
            rules,
            examples,
            allows,
        })
    }

    /// Reads a file that a rule names into the rule. The files of a rule that is left out are read too: their problems
    /// are worth knowing at the same time.
    fn named_file(&mut self, source: &SourceText<'_>, named: &Named, rule: Option<&mut Rule>, problems: &mut Problems) {
        let path = self.path(&named.name);
        let Some(bytes) = self.files.get(&path) else {
            let present = self.present();
            problems.push(
                source
                    .error(code::MISSING_FILE, &named.span, format!("the pack has no file `{}`", named.name))
                    .advise(missing_file_advice(named, &present)),
            );
            return;
        };
        self.used.insert(named.name.clone());
        match named.parameter {
            "exceptions" => {
                let read = self.exceptions.entry(path).or_insert_with_key(|path| exceptions(path, bytes, problems));
                if let Some(rule) = rule {
                    rule.exceptions.extend_from_slice(read);
                }
            }
            "not-when" => {
                let read = self.cues.entry(path).or_insert_with_key(|path| cues(path, bytes, problems));
                if let Some(rule) = rule {
                    rule.not_when.extend_from_slice(read);
                }
            }
            "cues" => {
                let read = self.terms.entry(path).or_insert_with_key(|path| terms(path, bytes, problems));
                if let Some(rule) = rule {
                    rule.cues.extend_from_slice(read);
                }
            }
            "earlier-terms" => {
                let read = self.terms.entry(path).or_insert_with_key(|path| terms(path, bytes, problems));
                if let Some(rule) = rule {
                    rule.earlier_terms.extend_from_slice(read);
                }
            }
            _ => {
                let read = self.terms.entry(path).or_insert_with_key(|path| terms(path, bytes, problems));
                if let Some(rule) = rule {
                    rule.terms.extend_from_slice(read);
                }
            }
        }
    }

    fn examples(&self, problems: &mut Problems) -> Vec<ExampleLine> {
        let path = self.path(EXAMPLES);
        let Some(bytes) = self.files.get(&path) else { return Vec::new() };
        let file: Arc<str> = path.into();
        lines(&file, bytes, Comments::Kept, problems)
            .into_iter()
            .map(|line| ExampleLine { origin: line.origin(&file, 0), json: line.text.to_owned() })
            .collect()
    }

    fn report_unused(&self, problems: &mut Problems) {
        for name in self.present() {
            if name != MANIFEST && name != EXAMPLES && !self.used.contains(name) {
                problems.push(unused(&self.path(name)));
            }
        }
    }

    /// Names of the pack's files.
    fn present(&self) -> Vec<&'f str> {
        let (files, folder) = (self.files, self.folder);
        files.iter().filter_map(|(path, _)| path.strip_prefix(folder)?.strip_prefix('/')).collect()
    }

    fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.folder)
    }
}

/// The id and the aliases that a rule states, be they proper ones or not.
fn stated_names(table: &DeTable<'_>) -> Vec<String> {
    let aliases = table.get("aliases").and_then(|value| match value.get_ref() {
        DeValue::Array(entries) => Some(entries.iter()),
        _ => None,
    });
    let all = table.get("id").into_iter().chain(aliases.into_iter().flatten());
    all.filter_map(|value| value.get_ref().as_str()).map(|name| name.trim().to_owned()).collect()
}

impl From<&Rule> for LeftOut {
    fn from(rule: &Rule) -> Self {
        let names = std::iter::once(&rule.id).chain(&rule.aliases).cloned().collect();
        Self { names, origin: rule.origin.clone() }
    }
}

/// Endings are lower case, as everything that names a file here.
fn has_ending(name: &str, ending: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, found)| found == ending)
}

fn unused(path: &str) -> Diagnostic {
    let origin = Origin { file: path.into(), line: 0, column: 0 };
    let advice = match path.split_once('/') {
        Some((folder, _)) if !is_shared(folder) => {
            "name it in `terms`, `exceptions`, `not-when`, `cues` or `earlier-terms` of a rule of this pack, or remove it"
        }
        _ => "docs/packs.md names the files that are read; rename it or remove it",
    };
    Diagnostic::warning(code::UNUSED_FILE, origin, "nothing uses this file").advise(advice)
}

/// Leaves out packs and rules whose id is taken: ids are stored with every decision and have to mean one thing.
fn distinct(packs: Vec<Pack>, left_out: &mut Vec<LeftOut>, problems: &mut Problems) -> Vec<Pack> {
    let mut ids: BTreeMap<String, Origin> = BTreeMap::new();
    let mut kept: Vec<Pack> = Vec::new();
    for pack in packs {
        match kept.iter().find(|other| other.id == pack.id) {
            Some(other) => {
                left_out.extend(pack.rules.iter().map(LeftOut::from));
                problems.push(
                    Diagnostic::error(
                        code::DUPLICATE_PACK,
                        pack.origin.clone(),
                        format!("the pack `{}` is in {} already", pack.id, other.origin.file),
                    )
                    .advise("give one of them another id; this one is left out"),
                );
            }
            None => kept.push(pack),
        }
    }
    for pack in &mut kept {
        pack.rules.retain(|rule| {
            let names = || std::iter::once(&rule.id).chain(&rule.aliases);
            if let Some((name, other)) = names().find_map(|name| ids.get(name).map(|other| (name, other))) {
                problems.push(
                    Diagnostic::error(
                        code::DUPLICATE_RULE,
                        rule.origin.clone(),
                        format!("`{name}` is the id or an alias of a rule in {}:{} already", other.file, other.line),
                    )
                    .advise("a rule's id and aliases belong to it alone, in all packs; this rule is left out"),
                );
                left_out.push(LeftOut::from(rule));
                return false;
            }
            for name in names() {
                ids.insert(name.clone(), rule.origin.clone());
            }
            true
        });
    }
    kept
}
