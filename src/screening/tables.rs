//! What all rule sets of one dictionary have in common: tables, words and cues, compiled once.

use std::sync::Arc;

use super::rule_set::HMM;
use crate::dictionary::{Diagnostic, Dictionary, FoldTable};
use crate::operator::Dialogue;
use crate::text::{Classes, Fold, FoldRow, Readings, Segmenter, Skeleton};

/// The tables of a dictionary.
#[derive(Debug)]
pub(super) struct Tables {
    pub(super) fold: Fold,
    pub(super) skeleton: Skeleton,
    pub(super) readings: Arc<Readings>,
    pub(super) classes: Classes,
    pub(super) segmenter: Segmenter,
    pub(super) dialogue: Dialogue,
}

impl Tables {
    /// Compiles what can be used, and reports the rest.
    pub(super) fn new(dictionary: &Dictionary) -> (Self, Vec<Diagnostic>) {
        let table = |name: &str| rows(&dictionary.fold, |table| table.name == name);
        let fold = Fold::new(&rows(&dictionary.fold, FoldTable::folds));
        let skeleton = Skeleton::new(&table(FoldTable::LOOK_ALIKE));
        let [parts, syllables, rarity] = [FoldTable::SPLIT, FoldTable::PINYIN, FoldTable::RARITY].map(table);
        let readings = Arc::new(Readings::new(&fold, &parts, &syllables, &rarity));
        let mut classes = Classes::default();
        for class in &dictionary.classes {
            classes.add(&class.name, class.words.iter().map(|word| fold.fold(word)));
        }
        let mut problems = Vec::new();
        let dialogue = Dialogue::compile(&dictionary.cues, &fold, &classes, &mut problems);
        let words = dictionary.segmentation.iter().map(|word| (word.word.clone(), word.frequency)).collect();
        let segmenter = Segmenter::new(words, HMM);
        (Self { fold, skeleton, readings, classes, segmenter, dialogue }, problems)
    }
}

fn rows(tables: &[FoldTable], wanted: impl Fn(&FoldTable) -> bool) -> Vec<FoldRow> {
    let rows = tables.iter().filter(|table| wanted(table)).flat_map(|table| &table.rows);
    rows.map(|(from, to)| FoldRow { from: from.clone(), to: to.clone() }).collect()
}
