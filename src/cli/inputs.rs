//! What the commands that read conversations have in common: how input is read, that nothing is written over it, and
//! interruption.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, bail};

use super::arguments::{InputArguments, InputFormat};
use super::exports::SESSION_GAP;
use super::output::partial_name;
use crate::conversation::{Format, InputOptions, Inputs, Mapping, RowOrder, Sessions, Templates, TemplatesError, Zone};

/// How input is read as the flags say. `zone`: that of times without an offset.
pub(super) fn input_options(arguments: &InputArguments, zone: &Zone) -> anyhow::Result<InputOptions> {
    let columns = arguments.map.as_deref().unwrap_or_default();
    let mapping = Mapping::parse(columns, arguments.role_words.as_deref().unwrap_or_default())?;
    let sessions = sessions(arguments.session_by.as_deref(), arguments.session_gap.as_deref(), zone)?;
    let gap = arguments.session_gap.as_deref().unwrap_or(SESSION_GAP);
    let usual = InputOptions::default();
    Ok(InputOptions {
        format: arguments.input_format.map(|format| match format {
            InputFormat::Jsonl => Format::Jsonl,
            InputFormat::Csv => Format::Csv,
            InputFormat::Tsv => Format::Tsv,
            InputFormat::Xlsx => Format::Workbook,
            InputFormat::Chat => Format::Chat,
            InputFormat::Parquet => Format::Parquet,
        }),
        encoding: arguments.encoding.clone(),
        max_ratio: arguments.max_ratio.map_or(usual.max_ratio, |ratio| (ratio > 0).then_some(ratio)),
        mapping,
        sheet: arguments.sheet.clone(),
        sessions,
        templates: templates(&arguments.template)?,
        chat_sessions: Arc::new(Sessions::of_chats(gap, zone.clone())?),
        rows: if arguments.grouped { RowOrder::Grouped } else { RowOrder::Scattered },
        temp_dir: arguments.temp_dir.clone(),
        ..usual
    })
}

/// How the lines of plain chat exports are read; `None`: as is recognised.
pub(super) fn templates(written: &[String]) -> Result<Option<Templates>, TemplatesError> {
    match written {
        [] => Ok(None),
        written => Templates::parse(written.iter().map(String::as_str)).map(Some),
    }
}

/// How rows are parted into conversations; `None`: by their ids.
pub(super) fn sessions(by: Option<&str>, gap: Option<&str>, zone: &Zone) -> anyhow::Result<Option<Arc<Sessions>>> {
    let Some(by) = by else { return Ok(None) };
    Ok(Some(Arc::new(Sessions::parse(by, gap.unwrap_or(SESSION_GAP), zone.clone())?)))
}

/// The format of this name.
pub(super) fn format_of(name: &str) -> Option<Format> {
    Format::from_word(name)
}

/// Refuses to write over what is read, or twice to one file, or in a form that the name promises and nobody makes.
/// `outputs`: options with their paths.
pub(super) fn keep_apart(outputs: &[(&str, Option<&Path>)], inputs: &Inputs) -> anyhow::Result<()> {
    let mut taken: Vec<(PathBuf, String)> = inputs
        .names()
        .filter_map(|name| Some((Path::new(name).canonicalize().ok()?, format!("`{name}` is an input"))))
        .collect();
    for (option, path) in outputs {
        let Some(path) = path.filter(|path| path.as_os_str() != "-") else { continue };
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        let is_never_written =
            matches!(ending.as_deref(), Some("gz" | "zst" | "tsv" | "xls" | "ods" | "parquet" | "pq"))
                || (ending.as_deref() == Some("xlsx") && *option != "-o");
        if let Some(ending) = ending.as_deref().filter(|_| is_never_written) {
            let name = path.display();
            bail!("{option} {name}: nothing is written as .{ending}; give a name that ends in .jsonl");
        }
        // Devices and pipes may be written to and read from at once.
        if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
            continue;
        }
        let Some(place) = place_of(path) else { continue };
        let partial = partial_name(&place);
        if let Some((_, what)) = taken.iter().find(|(other, _)| *other == place || *other == partial) {
            bail!("{option} {}: {what} too, and would be lost; give another name", path.display());
        }
        taken.push((place, format!("{option} is written there")));
        taken.push((partial, format!("{option} is written there first")));
    }
    Ok(())
}

/// Where a file is, or will be, whatever links lead there.
fn place_of(path: &Path) -> Option<PathBuf> {
    path.canonicalize().ok().or_else(|| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some(folder.canonicalize().ok()?.join(path.file_name()?))
    })
}

/// A flag that Ctrl-C sets; a second Ctrl-C ends the program at once.
pub(super) fn interruption() -> anyhow::Result<Arc<AtomicBool>> {
    let flag = Arc::new(AtomicBool::new(false));
    let set = Arc::clone(&flag);
    ctrlc::set_handler(move || {
        if set.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    })
    .context("cannot listen for Ctrl-C")?;
    Ok(flag)
}
