//! The properties that the fuzz targets check, over generated inputs, in every test run.

#[path = "../fuzz/src/lib.rs"]
#[allow(unreachable_pub, clippy::items_after_statements, reason = "it is the root of the fuzz crate as well")]
mod properties;

use proptest::prelude::*;

/// Characters that folding, segmentation and matching treat in different ways.
fn character() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[的一是不在后台前你好发货快递签收]",
        2 => "[a-zA-Z0-9]",
        1 => "[Ａ-Ｚ０-９，。！？]",
        1 => "[,.!?;: \r~%+#-]",
        1 => "[後臺發貨著裡]",
        1 => Just("看著".to_owned()),
        1 => "[\u{200b}\u{fe0f}\u{ad}㎏①ﷺﬁ…😀𝐀]",
        1 => any::<char>().prop_map(String::from),
    ]
}

fn text(most: usize) -> impl Strategy<Value = String> {
    proptest::collection::vec(character(), 0..most).prop_map(|characters| characters.concat())
}

/// A valid input with some bytes changed, cut out or put in.
fn mutant(seed: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    let change = (
        any::<prop::sample::Index>(),
        0..3_u8,
        prop_oneof![any::<u8>(), prop::sample::select(b"\t\n\"\\[]{}=|,:0".to_vec())],
    );
    proptest::collection::vec(change, 0..6).prop_map(move |changes| {
        let mut bytes = seed.to_vec();
        for (at, how, byte) in changes {
            if bytes.is_empty() {
                break;
            }
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => {
                    let end = (at + usize::from(byte) % 40).min(bytes.len());
                    bytes.drain(at..end);
                }
            }
        }
        bytes
    })
}

const LINE: &[u8] = r#"{"id":"1","source":"s","tags":["a",2],"agent":{"id":"a","name":"小柚","x":[1]},"started_at":"2018-03-05 10:00","closed_by":"agent","messages":[{"id":"m1","role":"customer","kind":"text","time":"2018-03-05T10:00:12+08:00","text":"在吗\n"},{"role":"agent","text":"后台\u4e00","y":null}],"meta":{"order":1},"z":1.5}"#.as_bytes();

const PACK: &[u8] = concat!(
    "id = \"p\"\nedition = \"1\"\ntitle = \"t\"\nowner = \"o\"\nsource = \"s\"\n[[rule]]\nid = \"r\"\ntitle = \"t\"\n",
    "operator = \"wording\"\nqueue = \"always\"\nsource = \"s\"\nwhat = \"w\"\nwhy = \"w\"\nhow = \"h\"\nmisses = \"m\"\n[rule.parameters]\n",
    "terms = [\"terms/a.tsv\"]\nexceptions = [\"exceptions/a.tsv\"]\nconfidence = 900\nnegation = \"suppress\"\n\0",
    "term\tmode\texceptions\tdisguise\tsince\n后台\tword\t后台硬|有后台\t\t2018-02-01\nBUG\tsubstring\t\tyes\t\n",
    "(?:爱|想)买{gap}不买\tpattern\t\t\t\n\0exception\tmode\tterms\n酒店后台\tsubstring\t后台\n有.BUG\tpattern\t\n\0",
    "{\"say\":\"后台显示\",\"expect\":[{\"rule\":\"r\",\"quote\":\"后台\"}]}\n",
)
.as_bytes();

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn jsonl(bytes in mutant(LINE)) {
        properties::jsonl(&bytes);
    }

    #[test]
    fn fold(text in text(24)) {
        properties::fold(text.as_bytes());
    }

    #[test]
    fn matcher(text in text(40), terms in proptest::collection::vec(text(4), 0..12), likely in proptest::collection::vec("[后台bB１]{1,3}", 0..6)) {
        let input = [vec![text.replace('\n', " ")], terms, likely].concat().join("\n");
        properties::matcher(input.as_bytes());
    }

    #[test]
    fn segment(text in text(30)) {
        properties::segment(text.as_bytes());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn pack(bytes in mutant(PACK)) {
        properties::pack(&bytes);
    }
}

#[test]
fn the_seeds_are_good_inputs() {
    assert!(zhijian::conversation::Conversation::from_json(std::str::from_utf8(LINE).unwrap()).is_ok());
    let mut files = zhijian::dictionary::Files::default();
    for (path, part) in ["p/pack.toml", "p/terms/a.tsv", "p/exceptions/a.tsv", "p/examples.jsonl"]
        .into_iter()
        .zip(PACK.split(|&byte| byte == 0))
    {
        files.insert(path, part);
    }
    let (dictionary, _) = zhijian::dictionary::Dictionary::load(&files);
    assert_eq!(dictionary.packs[0].rules[0].terms.len(), 3);
}
