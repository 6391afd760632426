//! `dictionary export` and `dictionary import`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::Path;

use anyhow::{Context as _, bail};

use super::Outcome;
use super::columns::printable;
use super::dictionaries::{self, Loaded};
use super::dictionary_arguments::{ExportArguments, ImportArguments};
use super::output::Output;
use super::{difference, pack_folder};
use crate::conversation::decoded;
use crate::dictionary::diff::{Diff, diff};
use crate::dictionary::term_list::{Applied, Base, ListProblem, MAX_BYTES, Reading, Sheet, Target};
use crate::dictionary::term_list::{export as rows, read_csv, write_csv};
use crate::dictionary::{Dictionary, Files, Severity};
use crate::screening::{Overrides, RuleSet, RuleSetOptions};

/// What workbooks begin with.
const WORKBOOK: [&[u8]; 2] = [b"PK", &[0xD0, 0xCF, 0x11, 0xE0]];

/// Problems that are shown.
const SHOWN: usize = 1_000;

/// Files that are named.
const NAMED: usize = 10;

/// `dictionary export`.
pub(super) fn export(arguments: &ExportArguments) -> anyhow::Result<Outcome> {
    let loaded = dictionaries::load_alone(&arguments.dir)?;
    let known: Vec<&str> = loaded.dictionary.packs.iter().map(|pack| pack.id.as_str()).collect();
    if let Some(unknown) = arguments.packs.iter().find(|pack| !known.contains(&pack.as_str())) {
        bail!("there is no pack `{unknown}`; there are {}", known.join(", "));
    }
    let wanted = |id: &String| arguments.packs.is_empty() || arguments.packs.contains(id);
    let rows = rows(&loaded.dictionary, |pack| wanted(&pack.id));
    let ending = arguments.output.extension().and_then(std::ffi::OsStr::to_str).unwrap_or_default();
    let bytes = match ending.to_lowercase().as_str() {
        "csv" => write_csv(&rows),
        "xlsx" => workbook(&rows)?,
        _ => bail!("{}: give a name that ends in .xlsx or .csv", arguments.output.display()),
    };
    let mut output = Output::create(&arguments.output)?;
    output.write(&bytes)?;
    output.finish()?;
    let shown = printable(&arguments.output.display().to_string());
    writeln!(std::io::stdout(), "{} 行词条写入 {shown}", rows.len())?;
    Ok(Outcome::Done)
}

#[cfg(feature = "tables")]
fn workbook(rows: &[crate::dictionary::term_list::ListRow]) -> anyhow::Result<Vec<u8>> {
    Ok(crate::dictionary::term_list::write_workbook(rows)?)
}

#[cfg(feature = "tables")]
fn sheets(bytes: &[u8]) -> anyhow::Result<Vec<Sheet>> {
    Ok(crate::dictionary::term_list::read_workbook(bytes)?)
}

#[cfg(not(feature = "tables"))]
fn workbook(_: &[crate::dictionary::term_list::ListRow]) -> anyhow::Result<Vec<u8>> {
    bail!(LACKS_WORKBOOKS)
}

#[cfg(not(feature = "tables"))]
fn sheets(_: &[u8]) -> anyhow::Result<Vec<Sheet>> {
    bail!(LACKS_WORKBOOKS)
}

#[cfg(not(feature = "tables"))]
const LACKS_WORKBOOKS: &str = "this build reads and writes no Excel workbooks; use .csv, or build it with the feature \
    `tables`: cargo install --path . --features tables";

/// `dictionary import`.
pub(super) fn import(arguments: &ImportArguments) -> anyhow::Result<Outcome> {
    let file = printable(&arguments.file.display().to_string());
    let reading = read(&arguments.file).with_context(|| file.clone())?;
    let into = Destination::find(arguments)?;
    let built_in = Files::built_in();
    let source = arguments.file.file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned());
    let target = Target {
        files: &into.files,
        built_in: &built_in,
        usual: arguments.id.as_deref().or(into.single.as_deref()),
        only: into.single.as_deref(),
        title: arguments.title.as_deref(),
        source: &source,
    };
    let mut applied = reading.apply(&target, &BTreeMap::new());
    let refused = compile(&reading, &applied, &built_in)?;
    if !refused.is_empty() {
        applied = reading.apply(&target, &refused);
    }
    let problems = reading.problems.iter().chain(&applied.problems);
    let shown: String = problems.take(SHOWN).map(|problem| printable_lines(&problem.render(&file)) + "\n\n").collect();
    super::complain(format_args!("{shown}"));
    let bad = reading.bad_rows + applied.problems.len();
    let good = reading.len().saturating_sub(applied.problems.len());
    let mut out = format!("{file}:{good} 行词条,{bad} 行有错\n");
    remarks(&reading, &applied, bad, &mut out);
    if good == 0 || (arguments.strict && bad > 0) {
        let _ = writeln!(out, "没有写入任何文件");
        std::io::stdout().write_all(out.as_bytes())?;
        return Ok(Outcome::NotDone);
    }
    let found = changes(&into.files, &applied, &built_in);
    let mut words = String::new();
    difference::write(&found, &mut words);
    let _ = writeln!(out, "\n{words}");
    if arguments.dry_run {
        let _ = writeln!(out, "试运行,没有写入");
    } else {
        into.write(arguments, &applied)?;
        let pack = into.whole_pack(&applied);
        let shown = |path: &String| printable(pack.as_ref().and_then(|pack| below(path, pack)).unwrap_or(path));
        let written: Vec<String> = applied.written.iter().map(shown).collect();
        let _ = match written.as_slice() {
            [] => writeln!(out, "没有文件要写"),
            many if many.len() > NAMED => {
                writeln!(out, "已写入 {}:{} 个文件", printable(&arguments.into.display().to_string()), many.len())
            }
            written => {
                writeln!(out, "已写入 {}:{}", printable(&arguments.into.display().to_string()), written.join("、"))
            }
        };
        remind(&found, &applied, &mut out);
    }
    std::io::stdout().write_all(out.as_bytes())?;
    Ok(Outcome::Done)
}

/// A text that may have lines, with nothing in it that a terminal obeys.
fn printable_lines(text: &str) -> String {
    text.lines().map(printable).collect::<Vec<_>>().join("\n")
}

fn read(path: &Path) -> anyhow::Result<Reading> {
    let mut bytes = Vec::new();
    // One byte more than allowed tells a file that is too large from one that just fits.
    File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        bail!("it is larger than {} MiB; split it", MAX_BYTES >> 20);
    }
    if WORKBOOK.iter().any(|start| bytes.starts_with(start)) {
        return Ok(Reading::new(&sheets(&bytes)?, Vec::new()));
    }
    let (sheet, problems) = read_csv(&decoded(&bytes))?;
    Ok(Reading::new(&[sheet], problems))
}

/// The folder into which a list goes.
struct Destination {
    files: Files,
    /// The id of the pack, where the folder is one.
    single: Option<String>,
    /// Whether nothing is there yet.
    free: bool,
}

impl Destination {
    fn find(arguments: &ImportArguments) -> anyhow::Result<Self> {
        if pack_folder::is_free(&arguments.into)? {
            return Ok(Self { files: Files::default(), single: None, free: true });
        }
        let Loaded { dictionary, files, .. } = dictionaries::load_alone(&arguments.into)?;
        let is_pack = arguments.into.join("pack.toml").is_file();
        let single = dictionary.packs.first().filter(|_| is_pack).map(|pack| pack.id.clone());
        if let (Some(id), Some(single)) = (&arguments.id, &single)
            && id != single
        {
            bail!("--id {id}: the folder holds the pack `{single}`");
        }
        Ok(Self { files, single, free: false })
    }

    /// The pack that the folder is, or becomes as a whole.
    fn whole_pack(&self, applied: &Applied) -> Option<String> {
        let mut made = applied.made.keys();
        let alone = made.next().filter(|_| self.free && made.next().is_none());
        self.single.as_ref().or(alone).cloned()
    }

    /// Writes what differs: new packs as folders, other files in place of the old ones.
    fn write(&self, arguments: &ImportArguments, applied: &Applied) -> anyhow::Result<()> {
        let folder = &arguments.into;
        let whole = self.whole_pack(applied);
        let files_of = |pack: &str| -> Files {
            let own = applied.files.iter().filter_map(|(path, bytes)| Some((below(path, pack)?, bytes)));
            own.collect()
        };
        if self.free {
            return match &whole {
                Some(pack) => pack_folder::create(folder, &files_of(pack)),
                None => pack_folder::create(folder, &applied.files),
            };
        }
        for pack in applied.made.keys() {
            pack_folder::create(&folder.join(pack), &files_of(pack))?;
        }
        let is_new = |path: &str| applied.made.keys().any(|pack| below(path, pack).is_some());
        let replaced = applied.written.iter().filter(|path| !is_new(path)).filter_map(|path| {
            let shown = whole.as_ref().and_then(|pack| below(path, pack)).unwrap_or(path);
            Some((shown, applied.files.get(path)?))
        });
        pack_folder::replace(folder, replaced)
    }
}

/// A path from the pack's folder on, if it lies there.
fn below<'p>(path: &'p str, pack: &str) -> Option<&'p str> {
    path.strip_prefix(pack)?.strip_prefix('/')
}

/// Rows whose terms do not compile.
fn compile(reading: &Reading, applied: &Applied, built_in: &Files) -> anyhow::Result<BTreeMap<usize, ListProblem>> {
    let mut files = built_in.clone();
    files.overlay(applied.files.clone());
    let (dictionary, mut problems) = Dictionary::load(&files);
    let written = |file: &str| applied.written.contains(file);
    let packs = dictionary.packs.iter().filter(|pack| {
        let folder = pack.origin.file.split_once('/').map_or("", |(folder, _)| folder);
        applied.written.iter().any(|path| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
    });
    // Rules that are off are not compiled.
    let enable = packs.flat_map(|pack| &pack.rules).map(|rule| rule.id.clone()).collect();
    let overrides = Overrides { enable, ..Overrides::default() };
    let options = RuleSetOptions { zone: dictionaries::zone(super::arguments::ZONE)?, overrides };
    problems.extend(RuleSet::compile(&dictionary, &options)?.1);
    let errors = problems.into_iter().filter(|problem| problem.severity == Severity::Error);
    let of_rows = errors.filter(|problem| written(&problem.origin.file)).filter_map(|problem| {
        let place = (&*problem.origin.file, problem.origin.line);
        reading.refuse(applied, place, (problem.code, problem.message, problem.advice))
    });
    Ok(of_rows.collect())
}

/// What import does to the packs that it touches; one that was made of a built-in one is compared with that.
fn changes(old: &Files, applied: &Applied, built_in: &Files) -> Diff {
    let (mut old, (mut new, _)) = (Dictionary::load(old).0, Dictionary::load(&applied.files));
    if applied.made.values().any(|base| *base == Base::BuiltIn) {
        let base = Dictionary::load(built_in).0.packs.into_iter();
        old.packs.extend(base.filter(|pack| applied.made.get(&pack.id) == Some(&Base::BuiltIn)));
    }
    for dictionary in [&mut old, &mut new] {
        *dictionary = Dictionary { packs: std::mem::take(&mut dictionary.packs), ..Dictionary::default() };
    }
    diff(&old, &new)
}

/// What somebody who kept the list might not expect.
fn remarks(reading: &Reading, applied: &Applied, bad: usize, out: &mut String) {
    let named = |names: &[String]| names.iter().map(|name| printable(name)).collect::<Vec<_>>().join("、");
    if !reading.passed_over.is_empty() {
        let _ = writeln!(out, "  没有表头、未读的工作表:{}", named(&reading.passed_over));
    }
    if !reading.unknown_columns.is_empty() {
        let _ = writeln!(out, "  不认识、未读的列:{}", named(&reading.unknown_columns));
    }
    if bad > 0 && applied.kept > 0 {
        let _ = writeln!(out, "  有错的行可能就是这些词条,所以清单里没有的 {} 条都保留,没有删除", applied.kept);
    }
    for (pack, base) in &applied.made {
        let _ = match base {
            Base::BuiltIn => writeln!(out, "  词典包 {pack} 还没有,以内置的为底"),
            _ => writeln!(out, "  词典包 {pack} 还没有,由清单新建"),
        };
    }
}

/// An edition stands for exactly its own terms.
fn remind(found: &Diff, applied: &Applied, out: &mut String) {
    let renewed = |id: &str| found.packs.iter().any(|pack| pack.pack == id);
    let packs: BTreeSet<&str> = found.rules.iter().map(|rule| rule.pack.as_str()).filter(|id| !renewed(id)).collect();
    for pack in packs {
        let _ = writeln!(out, "发布前请给 {pack} 换一个版本(pack.toml 的 edition)");
    }
    for (pack, _) in applied.made.iter().filter(|(_, base)| **base == Base::List) {
        let _ = writeln!(out, "请补齐 {pack} 的 pack.toml(说明页、队列、来源)和示例,再运行 zhijian dictionary check");
    }
}
