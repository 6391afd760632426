//! The bytes of a dictionaries folder, compiled in or from disk, with their paths below it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use include_dir::{Dir, DirEntry, include_dir};

use super::code;
use super::diagnostic::Diagnostic;
use super::manifest::declared_id;
use super::pack::Origin;

static BUILT_IN: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/dictionaries");

/// The name of the file that makes a folder a pack.
pub(super) const MANIFEST: &str = "pack.toml";

/// Endings of the files that are read; others (licences, notes) may lie beside them.
const ENDINGS: [&str; 4] = [".toml", ".tsv", ".txt", ".jsonl"];

/// Folders of a dictionaries folder that are no packs. `readers` belongs to the readers of conversations.
const SHARED: [&str; 4] = ["cues", "fold", "readers", "rulebooks"];

/// One file.
#[derive(Debug, Clone)]
struct File {
    bytes: Cow<'static, [u8]>,
    /// Where it was read from; `None` when it is compiled in or was made up.
    disk: Option<PathBuf>,
}

/// The files of a dictionaries folder by their path below it, with `/`.
#[derive(Debug, Clone, Default)]
pub struct Files {
    files: BTreeMap<String, File>,
}

impl Files {
    /// The folder that is compiled into the program.
    pub fn built_in() -> Self {
        let mut files = Self::default();
        let mut pending = vec![&BUILT_IN];
        while let Some(folder) = pending.pop() {
            for entry in folder.entries() {
                match entry {
                    DirEntry::Dir(folder) => pending.push(folder),
                    DirEntry::File(file) => {
                        // A name that is not UTF-8 cannot end in one of the endings that are read.
                        if let Some(path) = file.path().to_str().filter(|path| is_read(path)) {
                            let path = path.replace('\\', "/");
                            files.files.insert(path, File { bytes: Cow::Borrowed(file.contents()), disk: None });
                        }
                    }
                }
            }
        }
        files
    }

    /// Adds a file, or replaces it.
    pub fn insert(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.files.insert(path.into(), File { bytes: Cow::Owned(bytes.into()), disk: None });
    }

    /// Replaces the bytes of a file, which stays where it is on the disk; or adds it.
    pub fn replace(&mut self, path: String, bytes: Vec<u8>) {
        let disk = self.files.get(&path).and_then(|file| file.disk.clone());
        self.files.insert(path, File { bytes: Cow::Owned(bytes), disk });
    }

    pub(super) fn insert_from_disk(&mut self, path: String, bytes: Vec<u8>, disk: PathBuf) {
        self.files.insert(path, File { bytes: Cow::Owned(bytes), disk: Some(disk) });
    }

    /// The bytes of a file.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(|file| &*file.bytes)
    }

    /// All files, ordered by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, file)| (path.as_str(), &*file.bytes))
    }

    /// What to call a file when talking to a person: its path on the disk if it has one.
    pub fn shown(&self, path: &str) -> String {
        match self.files.get(path) {
            Some(File { disk: Some(disk), .. }) => disk.display().to_string(),
            Some(_) => format!("<built-in>/{path}"),
            None => path.to_owned(),
        }
    }

    /// Puts the files of another folder beside or in place of these.
    ///
    /// A pack replaces the pack with the same id as a whole: its edition stands for exactly its own terms. Shared files
    /// (`cues/`, `fold/`, `rulebooks/`, `classes.tsv`, `segmentation.txt`) replace each other file by file. A folder
    /// without `pack.toml` is reported and left out, so that it cannot slip under the edition of another pack.
    pub fn overlay(&mut self, other: Self) -> Vec<Diagnostic> {
        let packs = other.packs();
        let replaced: Vec<String> = self
            .packs()
            .into_iter()
            .filter(|(folder, id)| packs.iter().any(|(other, other_id)| other == folder || other_id == id))
            .map(|(folder, _)| format!("{folder}/"))
            .collect();
        self.files.retain(|path, _| !replaced.iter().any(|folder| path.starts_with(folder.as_str())));
        let stray: BTreeSet<String> = other.stray_folders().into_iter().collect();
        for (path, file) in other.files {
            if !stray.contains(top(&path).unwrap_or_default()) {
                self.files.insert(path, file);
            }
        }
        stray.iter().map(|folder| stray_folder(folder)).collect()
    }

    /// Fills in the lines of problems that lack them. They have to be sorted.
    pub fn show_lines(&self, diagnostics: &mut [Diagnostic]) {
        for group in diagnostics.chunk_by_mut(|a, b| a.origin.file == b.origin.file) {
            let Some(bytes) = group.first().and_then(|first| self.get(&first.origin.file)) else { continue };
            let mut lines = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).split(|byte| *byte == b'\n');
            let mut at = 0;
            let mut line: &[u8] = b"";
            for diagnostic in group {
                let wanted = diagnostic.origin.line;
                if wanted == 0 || diagnostic.line_text.is_some() {
                    continue;
                }
                while at < wanted {
                    line = lines.next().unwrap_or_default();
                    at += 1;
                }
                let text = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line));
                diagnostic.line_text = Some(text.into());
            }
        }
    }

    /// Folders that hold packs, and the ids of these.
    pub(super) fn packs(&self) -> Vec<(String, String)> {
        let manifests = self.files.iter().filter_map(|(path, file)| {
            let folder = path.strip_suffix(MANIFEST)?.strip_suffix('/')?;
            (!folder.contains('/') && !is_shared(folder)).then_some((folder, file))
        });
        manifests
            .map(|(folder, file)| (folder.to_owned(), declared_id(&file.bytes).unwrap_or_else(|| folder.to_owned())))
            .collect()
    }

    /// Folders that are neither shared nor a pack.
    pub(super) fn stray_folders(&self) -> Vec<String> {
        let tops: BTreeSet<&str> = self.files.keys().filter_map(|path| top(path)).collect();
        tops.into_iter()
            .filter(|folder| !is_shared(folder) && !self.files.contains_key(&format!("{folder}/{MANIFEST}")))
            .map(str::to_owned)
            .collect()
    }

    /// Takes a folder that holds one pack directly for a dictionaries folder with this pack in it.
    pub(super) fn lift_single_pack(self, fallback: &str) -> Self {
        let Some(manifest) = self.files.get(MANIFEST) else { return self };
        let id = declared_id(&manifest.bytes).unwrap_or_else(|| fallback.to_owned());
        Self { files: self.files.into_iter().map(|(path, file)| (format!("{id}/{path}"), file)).collect() }
    }
}

impl<P: Into<String>, B: Into<Vec<u8>>> FromIterator<(P, B)> for Files {
    fn from_iter<I: IntoIterator<Item = (P, B)>>(files: I) -> Self {
        let mut all = Self::default();
        for (path, bytes) in files {
            all.insert(path, bytes);
        }
        all
    }
}

/// Whether a file of this name is read at all.
pub(super) fn is_read(name: &str) -> bool {
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Whether a folder with this name is no pack.
pub(super) fn is_shared(folder: &str) -> bool {
    SHARED.contains(&folder)
}

/// The problem of a folder without a manifest.
pub(super) fn stray_folder(folder: &str) -> Diagnostic {
    let file = format!("{folder}/{MANIFEST}");
    Diagnostic::error(
        code::MISSING_FILE,
        Origin { file: file.into(), line: 0, column: 0 },
        format!("the folder `{folder}` has no {MANIFEST}"),
    )
    .advise(format!("a pack is a folder with a {MANIFEST} in it; none of this folder's files is used"))
}

fn top(path: &str) -> Option<&str> {
    path.split_once('/').map(|(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(files: &Files) -> Vec<&str> {
        files.iter().map(|(path, _)| path).collect()
    }

    #[test]
    fn built_in_rulebook_is_there() {
        let files = Files::built_in();
        assert!(files.get("rulebooks/cloud-cs/20180125.toml").is_some());
        assert!(files.shown("rulebooks/cloud-cs/20180125.toml").starts_with("<built-in>/"));
    }

    #[test]
    fn overlaid_pack_replaces_the_whole_pack_of_its_id() {
        let mut base: Files = [
            ("cloud-cs/pack.toml", "id = \"cloud-cs\"\nedition = \"1\""),
            ("cloud-cs/terms/old.tsv", "old"),
            ("other/pack.toml", "id = \"other\""),
            ("cues/hold.tsv", "old"),
            ("classes.tsv", "old"),
        ]
        .into_iter()
        .collect();
        let own: Files =
            [("mine/pack.toml", "id = \"cloud-cs\""), ("mine/terms/new.tsv", "new"), ("cues/hold.tsv", "new")]
                .into_iter()
                .collect();
        assert_eq!(base.overlay(own), []);
        assert_eq!(
            paths(&base),
            ["classes.tsv", "cues/hold.tsv", "mine/pack.toml", "mine/terms/new.tsv", "other/pack.toml"]
        );
        assert_eq!(base.get("cues/hold.tsv"), Some(&b"new"[..]));
        assert_eq!(base.get("classes.tsv"), Some(&b"old"[..]));
    }

    #[test]
    fn folder_without_manifest_cannot_slip_under_an_edition() {
        let mut base: Files =
            [("cloud-cs/pack.toml", "id = \"cloud-cs\""), ("cloud-cs/terms/a.tsv", "official")].into_iter().collect();
        let problems = base.overlay([("cloud-cs/terms/a.tsv", "mine")].into_iter().collect());
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].code, code::MISSING_FILE);
        assert_eq!(base.get("cloud-cs/terms/a.tsv"), Some(&b"official"[..]));
    }

    #[test]
    fn single_pack_is_lifted_under_its_id() {
        let files: Files = [("pack.toml", "id = \"shop\""), ("terms/a.tsv", "")].into_iter().collect();
        assert_eq!(paths(&files.lift_single_pack("x")), ["shop/pack.toml", "shop/terms/a.tsv"]);
        let broken: Files = [("pack.toml", "id = 3")].into_iter().collect();
        assert_eq!(paths(&broken.lift_single_pack("folder")), ["folder/pack.toml"]);
    }

    #[test]
    fn lines_are_shown_without_byte_order_mark_and_line_ends() {
        let files: Files = [("a.tsv", &b"\xef\xbb\xbfone\r\ntwo\r\n\xff"[..])].into_iter().collect();
        let mut all: Vec<_> = [1, 1, 2, 3, 9]
            .map(|line| Diagnostic::error("x", Origin { file: "a.tsv".into(), line, column: 1 }, ""))
            .into();
        files.show_lines(&mut all);
        let lines: Vec<_> = all.iter().map(|one| one.line_text.as_deref().unwrap_or("-")).collect();
        assert_eq!(lines, ["one", "one", "two", "\u{fffd}", ""]);
    }
}
