//! Word borders around hits only, beside jieba over the whole message.

mod corpus;

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jieba_rs::Jieba;
use zhijian::text::{Fold, Hmm, Segmenter, Span, TokenBorders};

const MESSAGES: u64 = 10_000;
/// Asked for in every message that holds one: far more often than terms are found.
const WORDS: [&str; 4] = ["订单", "前台", "快递", "已经"];

/// Messages with the places of the words in them.
fn questions() -> Vec<(String, Vec<Span>)> {
    let fold = Fold::default();
    let texts = corpus::texts(MESSAGES).into_iter().map(|text| fold.fold(&text));
    let with_places = texts.map(|text| {
        let places =
            WORDS.iter().flat_map(|word| text.match_indices(word).map(|(at, _)| Span::new(at, at + word.len())));
        let places = places.collect();
        (text, places)
    });
    with_places.collect()
}

fn lazily(segmenter: &Segmenter, questions: &[(String, Vec<Span>)]) -> usize {
    let mut borders = TokenBorders::default();
    let mut words = 0;
    for (text, places) in questions {
        borders.reset();
        words += places.iter().filter(|&&place| borders.are_borders(segmenter, text, place)).count();
    }
    words
}

fn whole(jieba: &Jieba, questions: &[(String, Vec<Span>)]) -> usize {
    let mut words = 0;
    for (text, places) in questions {
        let mut ends = vec![0];
        let mut at = 0;
        for token in jieba.cut(text, false) {
            at += token.word.len() as u32;
            ends.push(at);
        }
        let is_border = |at: u32| ends.binary_search(&at).is_ok();
        words += places.iter().filter(|place| is_border(place.start) && is_border(place.end)).count();
    }
    words
}

fn segment(criterion: &mut Criterion) {
    let questions = questions();
    let segmenter = Segmenter::new(Vec::new(), Hmm::Off);
    let jieba = Jieba::new();
    let asked: usize = questions.iter().map(|(_, places)| places.len()).sum();
    let words = whole(&jieba, &questions);
    assert!(asked > 500 && words > 0 && words < asked, "{words} of {asked}");
    assert_eq!(lazily(&segmenter, &questions), words);
    let bytes = questions.iter().map(|(text, _)| text.len() as u64).sum();
    let mut group = criterion.benchmark_group("segment");
    group.throughput(Throughput::ElementsAndBytes { elements: questions.len() as u64, bytes });
    group.bench_function("around hits", |bencher| bencher.iter(|| black_box(lazily(&segmenter, &questions))));
    group.bench_function("jieba, whole messages", |bencher| bencher.iter(|| black_box(whole(&jieba, &questions))));
    group.finish();
    let mut group = criterion.benchmark_group("load");
    group.sample_size(10);
    group.bench_function("jieba", |bencher| bencher.iter(Jieba::new));
    group.bench_function("rules", |bencher| bencher.iter(|| corpus::rule_set(0)));
    group.finish();
}

criterion_group!(benches, segment);
criterion_main!(benches);
