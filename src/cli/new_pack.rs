//! `dictionary new`.

use std::fmt::Write as _;
use std::io::Write as _;

use anyhow::bail;

use super::Outcome;
use super::columns::printable;
use super::dictionary_arguments::NewArguments;
use super::pack_folder;
use crate::dictionary::Files;
use crate::dictionary::scaffold::new_pack;

/// `dictionary new`.
pub(super) fn run(arguments: &NewArguments) -> anyhow::Result<Outcome> {
    let id = &arguments.id;
    if Files::built_in().get(&format!("{id}/pack.toml")).is_some() {
        bail!("--id {id}: a built-in pack has this id, and a folder with it takes its place; choose another id");
    }
    let files = new_pack(&arguments.id, arguments.title.as_deref())?;
    pack_folder::create(&arguments.dir, &files)?;
    let folder = printable(&arguments.dir.display().to_string());
    let mut out = format!("新词典包 {} 在 {folder}\n", arguments.id);
    for (path, _) in files.iter() {
        let _ = writeln!(out, "  {path}");
    }
    let _ = writeln!(out, "检查 zhijian dictionary check {folder}");
    let _ = writeln!(out, "试用 zhijian screen 会话文件 --dictionaries {folder}");
    std::io::stdout().write_all(out.as_bytes())?;
    Ok(Outcome::Done)
}
