//! Putting what was read into the files of a dictionary.

use std::collections::{BTreeMap, BTreeSet};

use super::super::files::Files;
use super::super::pack::{Dictionary, Term};
use super::merge::{Missing, merge};
use super::packs::{Base, Packs};
use super::read::{Reading, Row};
use super::sheet::{Heading, ListProblem, Place};
use super::vocabulary::column;

/// Where a list goes.
#[derive(Debug, Clone, Copy)]
pub struct Target<'t> {
    /// The files of the dictionary, without a problem; none for one that is not there yet.
    pub files: &'t Files,
    /// The files of which packs are made that are not there, where they have a pack of the id.
    pub built_in: &'t Files,
    /// The pack of rows that name none; without it that of a dictionary with one pack.
    pub usual: Option<&'t str>,
    /// The only pack that rows may name.
    pub only: Option<&'t str>,
    /// The title of a pack that is made of lists alone; without it its id.
    pub title: Option<&'t str>,
    /// Where such a pack comes from, for instance the name of the file.
    pub source: &'t str,
}

/// A dictionary with a list in it.
#[derive(Debug)]
pub struct Applied {
    /// All files.
    pub files: Files,
    /// Paths of those that differ from before.
    pub written: BTreeSet<String>,
    /// Packs that were not there, and what they were made from.
    pub made: BTreeMap<String, Base>,
    /// Rows that belong nowhere, and rows refused.
    pub problems: Vec<ListProblem>,
    /// Terms that only the dictionary has, and that stay since some rows are bad.
    pub kept: usize,
    /// Indices of rows by path and line of the written file.
    lines: BTreeMap<String, BTreeMap<u32, usize>>,
}

impl Reading {
    /// Puts the rows into a dictionary. The rows of a file are all of its terms: one that has no row goes, unless there is a bad
    /// row, which may have been this one. `refused` are problems of rows that are found only when the terms are compiled;
    /// these rows count as bad.
    pub fn apply(&self, target: &Target<'_>, refused: &BTreeMap<usize, ListProblem>) -> Applied {
        let (dictionary, _) = Dictionary::load(target.files);
        let mut packs = Packs::new(&dictionary, target.built_in, target.usual, target.only);
        let mut problems = Vec::new();
        let mut lists = BTreeMap::<String, Vec<(usize, &Term)>>::new();
        for (index, row) in self.rows.iter().enumerate() {
            if let Some(problem) = refused.get(&index) {
                problems.push(problem.clone());
                continue;
            }
            match packs.file_of(row) {
                Ok(file) => lists.entry(file).or_default().push((index, &row.term)),
                Err((column, code, message, advice)) => {
                    problems.push(ListProblem { code, place: row.at(column), message, advice });
                }
            }
        }
        let missing = if self.bad_rows == 0 && problems.is_empty() { Missing::Removed } else { Missing::Kept };
        let mut files = target.files.clone();
        packs.begin(&mut files, target.title, target.source);
        let mut kept = 0;
        let mut lines = BTreeMap::new();
        for (path, rows) in lists {
            let terms: Vec<&Term> = rows.iter().map(|(_, term)| *term).collect();
            let old = files.get(&path);
            let merged = merge(old, &terms, missing);
            kept += merged.kept;
            let changed = old != Some(merged.bytes.as_slice());
            let places = merged.lines.iter().filter_map(|(line, at)| Some((*line, rows.get(*at)?.0))).collect();
            lines.insert(path.clone(), places);
            if changed {
                files.replace(path, merged.bytes);
            }
        }
        let differs = |(path, bytes): &(&str, &[u8])| target.files.get(path) != Some(*bytes);
        let written = files.iter().filter(differs).map(|(path, _)| path.to_owned()).collect();
        Applied { files, written, made: packs.made, problems, kept, lines }
    }

    /// The problem that compiling found in a line of a file, said of the row that wrote the line. None where no row did.
    pub fn refuse(
        &self,
        applied: &Applied,
        (file, line): (&str, u32),
        problem: (&'static str, String, String),
    ) -> Option<(usize, ListProblem)> {
        let index = *applied.lines.get(file)?.get(&line)?;
        let (code, message, advice) = problem;
        let place = self.rows.get(index)?.at(column::TERM);
        Some((index, ListProblem { code, place, message, advice }))
    }
}

impl Row {
    fn at(&self, column: usize) -> Place {
        let heading: Option<Heading> = self.headings.get(column).cloned().flatten();
        Place { column: heading, ..self.place.clone() }
    }
}
