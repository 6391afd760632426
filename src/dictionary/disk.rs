//! Reading a dictionaries folder from the disk, within bounds. The only place of this layer that reads anything.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::code;
use super::diagnostic::Diagnostic;
use super::files::{Files, is_read};
use super::pack::Origin;
use super::problems::Problems;

/// How much of a folder is read. The bounds are generous for dictionaries and keep a mistaken path (a home folder, a disk
/// image) from filling the memory.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    file_bytes: u64,
    all_bytes: u64,
    entries: usize,
    depth: usize,
}

const BOUNDS: Bounds = Bounds { file_bytes: 64 << 20, all_bytes: 512 << 20, entries: 10_000, depth: 8 };

impl Files {
    /// Reads a folder: a dictionaries folder, or a single pack (a folder with a `pack.toml` of its own).
    ///
    /// A file has at most 64 MiB, all together 512 MiB; there are at most 10,000 files and folders, at most 8 deep. Hidden
    /// files are passed over, and symbolic links are followed only inside the folder. What is refused is reported and the
    /// rest is read.
    pub fn read(folder: &Path) -> (Self, Vec<Diagnostic>) {
        read_within(folder, BOUNDS)
    }
}

fn read_within(folder: &Path, bounds: Bounds) -> (Files, Vec<Diagnostic>) {
    let mut problems = Problems::default();
    let root = match fs::canonicalize(folder) {
        Ok(root) => root,
        Err(error) => {
            problems.push(unreadable(&folder.display().to_string(), &error));
            return (Files::default(), problems.finish(&Files::default()));
        }
    };
    let name = root.file_name().and_then(OsStr::to_str).unwrap_or("pack").to_owned();
    let mut walk =
        Walk { root, shown: folder, bounds, files: Files::default(), seen: 0, bytes: 0, full: false, problems };
    walk.folder(folder, "", 1);
    let files = walk.files.lift_single_pack(&name);
    let problems = walk.problems.finish(&files);
    (files, problems)
}

struct Walk<'a> {
    /// The folder without symbolic links, to tell what leads out of it.
    root: PathBuf,
    /// The folder as the user calls it.
    shown: &'a Path,
    bounds: Bounds,
    files: Files,
    seen: usize,
    bytes: u64,
    /// Whether a bound on the whole folder was reached.
    full: bool,
    problems: Problems,
}

impl Walk<'_> {
    fn folder(&mut self, folder: &Path, prefix: &str, depth: usize) {
        let listed = fs::read_dir(folder).and_then(|entries| {
            entries.map(|entry| entry.map(|entry| entry.file_name())).collect::<io::Result<Vec<_>>>()
        });
        let mut names = match listed {
            Ok(names) => names,
            Err(error) => {
                let shown = if prefix.is_empty() { self.shown.display().to_string() } else { prefix.to_owned() };
                return self.problems.push(unreadable(&shown, &error));
            }
        };
        // The order of a folder's entries is the file system's; the result must not be.
        names.sort();
        for name in names {
            if self.full {
                return;
            }
            let Some(name) = name.to_str() else {
                let shown = format!("{prefix}{}", name.to_string_lossy());
                self.problems.push(
                    Diagnostic::error(code::NOT_UTF8, whole(&shown), "the file's name is not UTF-8")
                        .advise("rename it; names are part of rules and reports"),
                );
                continue;
            };
            if !name.starts_with('.') {
                self.entry(&folder.join(name), &format!("{prefix}{name}"), depth);
            }
        }
    }

    fn entry(&mut self, path: &Path, relative: &str, depth: usize) {
        match self.inside(path) {
            Ok(true) => {}
            Ok(false) => {
                return self.problems.push(
                    Diagnostic::error(code::LINK_OUTSIDE, whole(relative), "a symbolic link leads out of the folder")
                        .advise("copy what it points at into the folder"),
                );
            }
            Err(error) => return self.problems.push(unreadable(relative, &error)),
        }
        let about = match fs::metadata(path) {
            Ok(about) => about,
            Err(error) => return self.problems.push(unreadable(relative, &error)),
        };
        // Folders count too: links to the folder itself could otherwise make it endless.
        self.seen += 1;
        if self.seen > self.bounds.entries {
            self.full = true;
            return self.problems.push(
                Diagnostic::error(
                    code::TOO_MANY_FILES,
                    whole(relative),
                    format!("more than {} files and folders; the rest is not read", self.bounds.entries),
                )
                .advise("is this the right folder?"),
            );
        }
        if about.is_dir() {
            if depth >= self.bounds.depth {
                return self.problems.push(
                    Diagnostic::error(
                        code::TOO_DEEP,
                        whole(relative),
                        format!("more than {} folders inside each other", self.bounds.depth),
                    )
                    .advise("packs lie directly below the dictionaries folder; is this the right folder?"),
                );
            }
            return self.folder(path, &format!("{relative}/"), depth + 1);
        }
        if is_read(relative) {
            if about.is_file() {
                self.file(path, relative);
            } else {
                self.problems.push(unreadable(relative, &io::Error::other("not a regular file")));
            }
        }
    }

    fn file(&mut self, path: &Path, relative: &str) {
        let limit = self.bounds.file_bytes;
        let mut bytes = Vec::new();
        // One byte more than allowed tells a file that is too large from one that just fits.
        match File::open(path).and_then(|file| file.take(limit.saturating_add(1)).read_to_end(&mut bytes)) {
            Ok(_) => {}
            Err(error) => return self.problems.push(unreadable(relative, &error)),
        }
        let length = bytes.len() as u64;
        if length > limit {
            return self.problems.push(too_large(relative, "the file is", limit));
        }
        self.bytes = self.bytes.saturating_add(length);
        if self.bytes > self.bounds.all_bytes {
            self.full = true;
            return self.problems.push(too_large(relative, "all files together are", self.bounds.all_bytes));
        }
        self.files.insert_from_disk(relative.to_owned(), bytes, self.shown.join(relative));
    }

    /// Whether an entry is no symbolic link, or one that stays inside the folder.
    fn inside(&self, path: &Path) -> io::Result<bool> {
        if fs::symlink_metadata(path)?.is_symlink() {
            return Ok(fs::canonicalize(path)?.starts_with(&self.root));
        }
        Ok(true)
    }
}

fn whole(file: &str) -> Origin {
    Origin { file: file.into(), line: 0, column: 0 }
}

fn unreadable(file: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error(code::UNREADABLE, whole(file), format!("cannot be read: {error}"))
        .advise("check the path and who may read it")
}

fn too_large(file: &str, what: &str, limit: u64) -> Diagnostic {
    Diagnostic::error(code::TOO_LARGE, whole(file), format!("{what} larger than {} MiB", limit >> 20))
        .advise("split it into several term files, or look what it really is")
}

#[cfg(test)]
mod tests {
    use super::*;

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    fn folder(files: &[(&str, &str)]) -> io::Result<tempfile::TempDir> {
        let folder = tempfile::tempdir()?;
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap_or(folder.path()))?;
            fs::write(path, text)?;
        }
        Ok(folder)
    }

    fn codes(problems: &[Diagnostic]) -> Vec<(&str, &str)> {
        problems.iter().map(|problem| (problem.code, &*problem.origin.file)).collect()
    }

    #[test]
    fn reads_what_belongs_there_and_passes_over_the_rest() -> Outcome {
        let folder = folder(&[
            ("cloud-cs/pack.toml", "id = \"cloud-cs\""),
            ("cloud-cs/terms/a.tsv", "term\n"),
            ("cloud-cs/README.md", "#"),
            (".git/config.toml", ""),
        ])?;
        let (files, problems) = Files::read(folder.path());
        assert_eq!(problems, []);
        let paths: Vec<_> = files.iter().map(|(path, _)| path).collect();
        assert_eq!(paths, ["cloud-cs/pack.toml", "cloud-cs/terms/a.tsv"]);
        let shown = files.shown("cloud-cs/pack.toml");
        assert_eq!(shown, folder.path().join("cloud-cs/pack.toml").display().to_string());
        Ok(())
    }

    #[test]
    fn single_pack_keeps_its_path_on_the_disk() -> Outcome {
        let folder = folder(&[("pack.toml", "id = \"shop\"\n")])?;
        let (files, problems) = Files::read(folder.path());
        assert_eq!(problems, []);
        assert_eq!(files.shown("shop/pack.toml"), folder.path().join("pack.toml").display().to_string());
        Ok(())
    }

    #[test]
    fn folder_that_is_not_there_is_a_problem() {
        let (files, problems) = Files::read(Path::new("/nowhere/at all"));
        assert_eq!(files.iter().count(), 0);
        assert_eq!(codes(&problems), [("unreadable", "/nowhere/at all")]);
    }

    #[test]
    fn bounds_refuse_and_the_rest_is_read() -> Outcome {
        let bounds = Bounds { file_bytes: 4, all_bytes: 6, entries: 4, depth: 2 };
        let large = folder(&[("a/x.tsv", "12345"), ("b/y.tsv", "1234")])?;
        let (files, problems) = read_within(large.path(), bounds);
        assert_eq!(codes(&problems), [("too-large", "a/x.tsv")]);
        assert!(files.get("b/y.tsv").is_some());
        let much = folder(&[("a/x.tsv", "1234"), ("a/y.tsv", "1234")])?;
        assert_eq!(codes(&read_within(much.path(), bounds).1), [("too-large", "a/y.tsv")]);
        let many = folder(&[("1.md", ""), ("2.md", ""), ("3.md", ""), ("4.md", ""), ("5.md", "")])?;
        assert_eq!(codes(&read_within(many.path(), bounds).1), [("too-many-files", "5.md")]);
        let deep = folder(&[("a/b/c/x.tsv", "")])?;
        assert_eq!(codes(&read_within(deep.path(), bounds).1), [("too-deep", "a/b")]);
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_only_inside() -> Outcome {
        use std::os::unix::fs::symlink;
        let outside = folder(&[("secret.tsv", "x")])?;
        let folder = folder(&[("a/x.tsv", "1")])?;
        symlink(folder.path().join("a/x.tsv"), folder.path().join("a/y.tsv"))?;
        symlink(outside.path().join("secret.tsv"), folder.path().join("a/z.tsv"))?;
        symlink(folder.path(), folder.path().join("a/loop"))?;
        symlink("nowhere.tsv", folder.path().join("gone.tsv"))?;
        let (files, problems) = Files::read(folder.path());
        assert!(files.get("a/y.tsv").is_some());
        assert!(files.get("a/z.tsv").is_none());
        let found: Vec<&str> = problems.iter().map(|problem| problem.code).collect();
        assert!(found.contains(&"link-outside") && found.contains(&"unreadable") && found.contains(&"too-deep"));
        Ok(())
    }
}
