//! From arguments to files.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use encoding_rs::Encoding;
use glob::MatchOptions;

use crate::conversation::Survey;

use super::chunks::Chunks;
use super::error::InputError;
use super::format::Format;
use super::options::InputOptions;

/// The files to be read, in the order of the arguments, each once.
#[derive(Debug, Clone)]
pub struct Inputs {
    files: Vec<InputFile>,
    options: Arc<InputOptions>,
    encoding: Option<&'static Encoding>,
    progress: Arc<AtomicU64>,
}

/// One file, or standard input.
#[derive(Debug, Clone)]
pub(super) struct InputFile {
    pub(super) name: Arc<str>,
    /// `None`: standard input.
    pub(super) path: Option<PathBuf>,
    /// `None`: it has none, being a pipe.
    size: Option<u64>,
    /// How it is read, where that is not how all are.
    pub(super) own: Option<(Arc<InputOptions>, Option<&'static Encoding>)>,
}

impl Inputs {
    /// Finds the files of arguments: each is a file, a folder (then all files in it that have a
    /// known ending, sorted by path, hidden ones left out), a pattern, or `-`.
    pub fn resolve(arguments: &[String], options: &InputOptions) -> Result<Inputs, InputError> {
        let encoding = encoding_of(options)?;
        let mut found = Found::default();
        for argument in arguments {
            found.argument(argument)?;
        }
        if found.files.is_empty() {
            return Err(InputError::NoInput);
        }
        Ok(Inputs {
            files: found.files,
            options: Arc::new(options.clone()),
            encoding,
            progress: Arc::new(AtomicU64::new(0)),
        })
    }

    /// Reads files in their own ways: `own` says of a name how it is read, where that is not how all are.
    pub fn each(mut self, own: impl Fn(&str) -> Option<Arc<InputOptions>>) -> Result<Inputs, InputError> {
        for file in &mut self.files {
            file.own = match own(&file.name) {
                Some(options) => Some((Arc::clone(&options), encoding_of(&options)?)),
                None => None,
            };
        }
        Ok(self)
    }

    /// Each file by itself, and noted how it is understood.
    pub fn surveyed(&self) -> impl Iterator<Item = (Inputs, Arc<Survey>)> {
        self.files.iter().map(|file| {
            let survey = Arc::new(Survey::default());
            let (options, encoding) = file.own.clone().unwrap_or((Arc::clone(&self.options), self.encoding));
            let options = Arc::new(InputOptions { survey: Some(Arc::clone(&survey)), ..(*options).clone() });
            let files = vec![InputFile { own: None, ..file.clone() }];
            (Inputs { files, options, encoding, progress: Arc::default() }, survey)
        })
    }

    /// The names of the files, as they appear in chunks and errors.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| &*file.name)
    }

    /// How many bytes the files have, compressed as they are; nothing if one is a pipe.
    pub fn total_bytes(&self) -> Option<u64> {
        self.files.iter().map(|file| file.size).sum()
    }

    /// How many of these bytes have been read so far.
    pub fn progress(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.progress)
    }

    /// Reads the files, one after the other.
    pub fn chunks(&self) -> Chunks {
        Chunks::new(self.files.clone(), Arc::clone(&self.options), self.encoding, self.progress())
    }
}

fn encoding_of(options: &InputOptions) -> Result<Option<&'static Encoding>, InputError> {
    options.encoding.as_deref().map(encoding).transpose()
}

/// Whether there is an encoding of this label.
pub fn is_encoding(label: &str) -> bool {
    encoding(label).is_ok()
}

pub(super) fn encoding(label: &str) -> Result<&'static Encoding, InputError> {
    let label = label.trim();
    // Of the names in use here, the one that the standard's list lacks.
    let known = if label.eq_ignore_ascii_case("cp936") { "gb18030" } else { label };
    Encoding::for_label_no_replacement(known.as_bytes())
        .ok_or_else(|| InputError::UnknownEncoding { label: label.chars().take(64).collect() })
}

#[derive(Default)]
struct Found {
    files: Vec<InputFile>,
    seen: HashSet<PathBuf>,
}

impl Found {
    fn argument(&mut self, argument: &str) -> Result<(), InputError> {
        if argument == "-" {
            let seen = !self.seen.insert(PathBuf::from("-"));
            if !seen {
                self.files.push(InputFile { name: "-".into(), path: None, size: None, own: None });
            }
            return Ok(());
        }
        let path = Path::new(argument);
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.folder(argument, path),
            Ok(metadata) => {
                self.file(path, &metadata);
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.pattern(argument),
            Err(error) => Err(cannot_open(path, error)),
        }
    }

    fn pattern(&mut self, argument: &str) -> Result<(), InputError> {
        let options = MatchOptions { require_literal_leading_dot: true, ..MatchOptions::default() };
        let paths = glob::glob_with(argument, options)
            .map_err(|error| InputError::BadPattern { argument: argument.to_owned(), reason: error.to_string() })?;
        let mut any = false;
        for path in paths {
            let path = path.map_err(|error| {
                let path = error.path().to_path_buf();
                cannot_open(&path, error.into())
            })?;
            let metadata = fs::metadata(&path).map_err(|error| cannot_open(&path, error))?;
            if metadata.is_dir() {
                any |= self.walk(&path)?;
            } else {
                self.file(&path, &metadata);
                any = true;
            }
        }
        if any {
            return Ok(());
        }
        Err(InputError::NoSuchFile { argument: argument.to_owned() })
    }

    fn folder(&mut self, argument: &str, path: &Path) -> Result<(), InputError> {
        if self.walk(path)? {
            return Ok(());
        }
        Err(InputError::EmptyFolder { argument: argument.to_owned() })
    }

    /// Adds the files of a folder and says whether there were any. Links to folders are not
    /// followed, so there is no way round in circles.
    fn walk(&mut self, folder: &Path) -> Result<bool, InputError> {
        let mut entries = fs::read_dir(folder)
            .and_then(Iterator::collect::<io::Result<Vec<_>>>)
            .map_err(|error| cannot_open(folder, error))?;
        entries.sort_by_key(fs::DirEntry::file_name);
        let mut any = false;
        for entry in entries {
            let path = entry.path();
            // What spreadsheet programs leave beside a workbook that is open begins with ~$.
            if [&b"."[..], b"~$"].iter().any(|start| entry.file_name().as_encoded_bytes().starts_with(start)) {
                continue;
            }
            let kind = entry.file_type().map_err(|error| cannot_open(&path, error))?;
            if kind.is_dir() {
                any |= self.walk(&path)?;
            } else if Format::is_of_folder(&path) {
                let metadata = fs::metadata(&path).map_err(|error| cannot_open(&path, error))?;
                if metadata.is_file() {
                    self.file(&path, &metadata);
                    any = true;
                }
            }
        }
        Ok(any)
    }

    fn file(&mut self, path: &Path, metadata: &fs::Metadata) {
        // Without a canonical name a pipe is read as often as it is named.
        let key = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        if self.seen.insert(key) {
            self.files.push(InputFile {
                name: path.display().to_string().into(),
                path: Some(path.to_path_buf()),
                size: metadata.is_file().then_some(metadata.len()),
                own: None,
            });
        }
    }
}

pub(super) fn cannot_open(path: &Path, source: io::Error) -> InputError {
    InputError::CannotOpen { file: path.display().to_string().into(), source }
}
