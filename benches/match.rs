//! Matching with folding, beside daachorse: on text that was folded before, and with our folding in front of it.

mod corpus;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use daachorse::CharwiseDoubleArrayAhoCorasick;
use zhijian::text::{Entry, Fold, Hit, Hmm, Lookup, Matcher, MatcherBuilder, Probe, Segmenter, Skeleton, TokenBorders};

const MESSAGES: u64 = 50_000;

/// Everything that matching one message after the other needs.
struct Stage {
    fold: Fold,
    skeleton: Skeleton,
    segmenter: Segmenter,
    matcher: Matcher,
}

impl Stage {
    fn new(terms: &[corpus::filler::Filler]) -> Self {
        let skeleton = Skeleton::new(&[]);
        let mut builder = MatcherBuilder::default();
        for term in terms {
            let lookup = if term.is_word { Lookup::Word } else { Lookup::Substring };
            builder.add(Entry::Literal { text: term.text.clone(), lookup });
        }
        let matcher = builder.build(&skeleton).expect("the terms are few enough");
        Self { fold: Fold::default(), segmenter: Segmenter::new(Vec::new(), Hmm::Off), skeleton, matcher }
    }

    /// Hits, those without word borders among them.
    fn count(&self, texts: &[String]) -> usize {
        let (mut folded, mut letters) = (String::new(), Vec::new());
        let (mut probe, mut borders) = (Probe::default(), TokenBorders::default());
        let mut hits: Vec<Hit> = Vec::new();
        let mut count = 0;
        for text in texts {
            folded.clear();
            probe.reset();
            let span = self.fold.fold_into(text, &mut folded, &mut letters, |letters| {
                self.matcher.probe(&mut probe, letters);
            });
            if self.matcher.is_hot(&probe) {
                hits.clear();
                let (skeleton, segmenter) = (&self.skeleton, &self.segmenter);
                self.matcher.confirm(&folded, span.start, &mut probe, skeleton, segmenter, &mut borders, &mut hits);
                count += hits.len();
            }
        }
        count
    }
}

fn matching(criterion: &mut Criterion) {
    let texts = corpus::texts(MESSAGES);
    let bytes = texts.iter().map(|text| text.len() as u64).sum();
    let mut group = criterion.benchmark_group("match");
    group.throughput(Throughput::ElementsAndBytes { elements: texts.len() as u64, bytes });
    for count in [1_000, 10_000] {
        let terms = corpus::filler::filler(count, 1);
        let stage = Stage::new(&terms);
        let peer =
            CharwiseDoubleArrayAhoCorasick::<u32>::new(terms.iter().map(|term| &term.text)).expect("the terms differ");
        let folded: Vec<String> = texts.iter().map(|text| stage.fold.fold(text)).collect();
        let in_folded = |text: &str| peer.find_overlapping_iter(text).count();
        let found = stage.count(&texts);
        assert_eq!(found, folded.iter().map(|text| in_folded(text)).sum::<usize>(), "both find the same");
        assert!(found > 20, "the corpus has planted terms");
        group.bench_function(BenchmarkId::new("zhijian with folding and borders", count), |bencher| {
            bencher.iter(|| black_box(stage.count(&texts)));
        });
        group.bench_function(BenchmarkId::new("fold, then daachorse", count), |bencher| {
            let (mut out, mut letters) = (String::new(), Vec::new());
            bencher.iter(|| {
                let mut count = 0;
                for text in &texts {
                    out.clear();
                    stage.fold.fold_into(text, &mut out, &mut letters, |_| {});
                    count += in_folded(&out);
                }
                black_box(count)
            });
        });
        group.bench_function(BenchmarkId::new("daachorse on folded text", count), |bencher| {
            bencher.iter(|| black_box(folded.iter().map(|text| in_folded(text)).sum::<usize>()));
        });
    }
    group.finish();
}

criterion_group!(benches, matching);
criterion_main!(benches);
