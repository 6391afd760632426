//! Folding, beside what it does by the book: compatibility form, then lower case, character by character.

mod corpus;

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use unicode_normalization::UnicodeNormalization as _;
use zhijian::text::{Fold, Origins};

const MESSAGES: u64 = 20_000;

fn by_the_book(text: &str) -> String {
    text.chars().flat_map(|character| std::iter::once(character).nfkc()).flat_map(char::to_lowercase).collect()
}

fn fold(criterion: &mut Criterion) {
    let texts = corpus::texts(MESSAGES);
    let fold = Fold::default();
    for text in &texts {
        assert_eq!(fold.fold(text), by_the_book(text));
    }
    let bytes = texts.iter().map(|text| text.len() as u64).sum();
    let mut group = criterion.benchmark_group("fold");
    group.throughput(Throughput::ElementsAndBytes { elements: texts.len() as u64, bytes });
    group.bench_function("zhijian", |bencher| {
        bencher.iter_batched_ref(
            || (String::new(), Vec::new()),
            |(out, letters)| {
                for text in &texts {
                    out.clear();
                    fold.fold_into(text, out, letters, |_| {});
                    black_box(out.len());
                }
            },
            BatchSize::SmallInput,
        );
    });
    group.bench_function("nfkc and lower case", |bencher| {
        bencher.iter(|| texts.iter().map(|text| by_the_book(text).len()).sum::<usize>());
    });
    group.bench_function("the way back", |bencher| {
        bencher.iter(|| {
            for text in &texts {
                black_box(Origins::trace(&fold, text));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, fold);
criterion_main!(benches);
