//! Writing packs: a folder appears whole or not at all, and a file is replaced whole.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context as _, bail};

use super::output::{Output, partial_name};
use crate::dictionary::Files;

/// Writes files as a new folder; one that holds something already is left alone.
pub(super) fn create(folder: &Path, files: &Files) -> anyhow::Result<()> {
    if !is_free(folder)? {
        bail!("{}: is there already, and nothing is written over; give another name", folder.display());
    }
    let partial = partial_name(folder);
    let cannot = |path: &Path| format!("{}: cannot be written", path.display());
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent).with_context(|| cannot(parent))?;
    }
    match fs::create_dir(&partial) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("{}: is left from a run that was interrupted; remove it first", partial.display());
        }
        Err(error) => return Err(error).with_context(|| cannot(&partial)),
    }
    let written = fill(&partial, files).and_then(|()| {
        // An empty folder may be in the way, and not every system renames over one.
        let _ = fs::remove_dir(folder);
        fs::rename(&partial, folder).with_context(|| cannot(folder))
    });
    if written.is_err() {
        // What was written so far is of no use to anybody.
        let _ = fs::remove_dir_all(&partial);
    }
    written
}

/// Whether there is no such folder, or an empty one.
pub(super) fn is_free(folder: &Path) -> anyhow::Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error).with_context(|| format!("{}: cannot be used", folder.display())),
    }
}

fn fill(folder: &Path, files: &Files) -> anyhow::Result<()> {
    for (path, bytes) in files.iter() {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).with_context(|| format!("{}: cannot be made", parent.display()))?;
        }
        fs::write(&path, bytes).with_context(|| format!("{}: cannot be written", path.display()))?;
    }
    Ok(())
}

/// Puts files in the place of others: all are written beside their names first, so that a full disk changes nothing.
pub(super) fn replace<'f>(folder: &Path, files: impl IntoIterator<Item = (&'f str, &'f [u8])>) -> anyhow::Result<()> {
    let mut outputs = Vec::new();
    for (path, bytes) in files {
        let mut output = Output::create(&folder.join(path))?;
        output.write(bytes)?;
        outputs.push(output);
    }
    outputs.into_iter().try_for_each(Output::finish)
}
