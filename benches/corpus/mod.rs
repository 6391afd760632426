//! A corpus of generated chat, the same for a seed on every machine: for the benches and `examples/generate.rs`.

#![allow(dead_code, reason = "each program that includes this uses a part of it")]

pub(crate) mod chat;
pub(crate) mod filler;
pub(crate) mod phrases;
pub(crate) mod random;

/// At least so many messages as lines of JSON.
pub(crate) fn lines(messages: u64) -> Vec<String> {
    let mut chat = chat::Chat::new(1);
    let mut made = 0;
    let mut lines = Vec::new();
    while made < messages {
        let mut line = String::new();
        made += chat.push(&mut line);
        line.pop();
        lines.push(line);
    }
    lines
}

/// The texts of at least so many messages.
pub(crate) fn texts(messages: u64) -> Vec<String> {
    let mut texts = Vec::new();
    for line in lines(messages) {
        let conversation =
            zhijian::conversation::Conversation::from_json(&line).expect("the corpus is in the native form");
        texts.extend(conversation.messages.into_iter().map(|message| message.text.into_owned()));
    }
    texts
}

/// The built-in rules, with so many generated terms beside them.
pub(crate) fn rule_set(filler_terms: usize) -> zhijian::screening::RuleSet {
    use zhijian::dictionary::{Dictionary, Files};
    use zhijian::screening::{Overrides, RuleSet, RuleSetOptions};
    let mut files = Files::built_in();
    if filler_terms > 0 {
        let folder = tempfile::tempdir().expect("a folder for the pack");
        filler::write_pack(&folder.path().join("filler"), &filler::filler(filler_terms, 1))
            .expect("the pack is written");
        files.overlay(Files::read(folder.path()).0);
    }
    let (dictionary, problems) = Dictionary::load(&files);
    assert!(problems.iter().all(|problem| problem.severity != zhijian::dictionary::Severity::Error), "{problems:?}");
    let zone = zhijian::conversation::Zone::named("Asia/Shanghai").expect("the zone is built in");
    RuleSet::new(&dictionary, &RuleSetOptions { zone, overrides: Overrides::default() }).expect("the rules compile")
}
