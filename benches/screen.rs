//! The whole screening, from lines of JSON to screenings, beside reading the same lines with serde_json alone; and what
//! must stay linear.

mod corpus;

use std::borrow::Cow;
use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use serde::Deserialize;
use zhijian::conversation::Conversation;
use zhijian::screening::{RuleSet, Screener, Screening};

const MESSAGES: u64 = 20_000;

/// What a program has at least to read of a conversation.
#[derive(Deserialize)]
struct Plain<'a> {
    #[serde(borrow)]
    messages: Vec<PlainMessage<'a>>,
}

#[derive(Deserialize)]
struct PlainMessage<'a> {
    #[serde(borrow)]
    role: Cow<'a, str>,
    #[serde(borrow)]
    text: Cow<'a, str>,
}

fn screen_line(screener: &mut Screener, line: &str) -> Screening {
    let conversation = Conversation::from_json(line).expect("the corpus is in the native form");
    screener.screen(&conversation)
}

fn findings(screening: &Screening) -> usize {
    screening.candidates.len() + screening.signals.len() + screening.informational.len()
}

fn screening(criterion: &mut Criterion) {
    let lines = corpus::lines(MESSAGES);
    let bytes = lines.iter().map(|line| line.len() as u64).sum();
    let read = |line: &String| {
        let plain: Plain<'_> = serde_json::from_str(line).expect("JSON");
        plain.messages.iter().map(|message| message.role.len() + message.text.len()).sum::<usize>();
        plain.messages.len()
    };
    let messages = lines.iter().map(read).sum::<usize>() as u64;
    let mut group = criterion.benchmark_group("screen");
    group.sample_size(20).throughput(Throughput::ElementsAndBytes { elements: messages, bytes });
    group.bench_function("serde_json alone", |bencher| {
        bencher.iter(|| black_box(lines.iter().map(read).sum::<usize>()));
    });
    let shipped = Arc::new(corpus::rule_set(0));
    let filled = Arc::new(corpus::rule_set(10_000));
    for (name, rules) in [("shipped rules", &shipped), ("and 10,000 terms", &filled)] {
        let mut screener = Screener::new(Arc::clone(rules));
        let all =
            |screener: &mut Screener| lines.iter().map(|line| findings(&screen_line(screener, line))).sum::<usize>();
        let found = all(&mut screener);
        assert_eq!(found, all(&mut screener), "a screener that was used before finds the same");
        assert!(found as u64 > messages / 200, "{found} findings in {messages} messages");
        group.bench_function(name, |bencher| bencher.iter(|| black_box(all(&mut screener))));
    }
    group.finish();
}

/// The cost of a message does not depend on how long its conversation is.
fn length(criterion: &mut Criterion) {
    let rules = Arc::new(corpus::rule_set(0));
    let mut group = criterion.benchmark_group("length");
    group.sample_size(10);
    for each in [10, 1_000, 100_000] {
        let mut chat = corpus::chat::Chat::new(1);
        let mut lines = Vec::new();
        let mut made = 0;
        while made < 100_000 {
            let mut line = String::new();
            chat.push_with(each, &mut line);
            lines.push(line);
            made += each;
        }
        group.throughput(Throughput::Elements(made));
        let mut screener = Screener::new(Arc::clone(&rules));
        group.bench_function(BenchmarkId::from_parameter(each), |bencher| {
            bencher.iter(|| lines.iter().map(|line| findings(&screen_line(&mut screener, line))).sum::<usize>());
        });
    }
    group.finish();
}

/// One message, said by an agent.
fn message(text: &str) -> String {
    let text = serde_json::to_string(text).expect("text");
    format!(r#"{{"id":"1","messages":[{{"role":"customer","text":"在吗"}},{{"role":"agent","text":{text}}}]}}"#)
}

/// Messages made to be slow: each is screened within its bound, and nothing is dropped.
fn hostile(criterion: &mut Criterion) {
    let rules: Arc<RuleSet> = Arc::new(corpus::rule_set(0));
    let mut lines = String::new();
    for line in 0..10_000 {
        // About 500 bytes a line, each with a hit, a quotation mark and a negation.
        let _ = writeln!(lines, "{line} {} 不是\"后台\"显示有BUG", "普通的一句话没有什么特别".repeat(12));
    }
    let equal = "啊".repeat(300_000);
    let around_term = format!("{}台{}", "后".repeat(150_000), "b".repeat(150_000));
    let term_like = "爱买".repeat(150_000);
    let terms = "后台".repeat(150_000);
    let cases: [(&str, &str, Option<usize>); 5] = [
        ("10,000 lines, 5 MB", &lines, Some(10_000)),
        ("300,000 equal characters", &equal, None),
        ("300,000 around a term", &around_term, None),
        ("300,000 that begin a term", &term_like, None),
        ("a term 150,000 times", &terms, None),
    ];
    let mut group = criterion.benchmark_group("hostile");
    group.sample_size(10);
    for (name, text, least) in cases {
        let line = message(text);
        let mut screener = Screener::new(Arc::clone(&rules));
        let screening = screen_line(&mut screener, &line);
        let spans: usize =
            screening.candidates.iter().chain(&screening.informational).map(|found| found.spans.len()).sum();
        assert!(spans >= least.unwrap_or(0), "{name}: {spans} places");
        group.throughput(Throughput::Bytes(line.len() as u64));
        group.bench_function(name, |bencher| bencher.iter(|| black_box(screen_line(&mut screener, &line))));
    }
    group.finish();
}

criterion_group!(benches, screening, length, hostile);
criterion_main!(benches);
