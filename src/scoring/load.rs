//! From the text of rulebook files to [`Rulebooks`].

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::DeTable;

use super::edition::{EditionFile, ItemTable};
use super::points::Points;
use super::problem::{Problem, ProblemKind};
use super::rulebook::{Edition, Item, Rulebook, Rulebooks};

impl Rulebooks {
    /// Parses files given as (path, text). A broken file is reported and left out; a broken item is reported, and the
    /// file it is in is left out too, since an edition with a gap would score wrongly.
    pub fn load(files: &[(String, String)]) -> (Self, Vec<Problem>) {
        let mut problems = Vec::new();
        let mut editions = Vec::new();
        for (path, text) in files {
            let mut file = File { path, text, problems: Vec::new() };
            let edition = file.edition();
            if file.problems.is_empty() {
                editions.extend(edition);
            }
            problems.append(&mut file.problems);
        }
        editions.sort_by(|a: &(Edition, Problem), b| {
            (&a.0.rulebook, a.0.effective_from, &a.0.file).cmp(&(&b.0.rulebook, b.0.effective_from, &b.0.file))
        });
        let mut all: BTreeMap<String, Rulebook> = BTreeMap::new();
        for (edition, place) in editions {
            let id = edition.rulebook.clone();
            let rulebook = all.entry(id.clone()).or_insert_with(|| Rulebook { id, editions: Vec::new() });
            let twin = rulebook
                .editions
                .iter()
                .find(|other| other.name == edition.name || other.effective_from == edition.effective_from);
            match twin {
                Some(other) => problems.push(Problem {
                    kind: ProblemKind::DuplicateEdition { edition: edition.name, other: other.file.clone() },
                    ..place
                }),
                None => rulebook.editions.push(edition),
            }
        }
        problems.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        (Self { all }, problems)
    }
}

struct File<'f> {
    path: &'f str,
    text: &'f str,
    problems: Vec<Problem>,
}

impl File<'_> {
    /// The edition, and the place to point at if there is another like it.
    fn edition(&mut self) -> Option<(Edition, Problem)> {
        if let Err(error) = DeTable::parse(self.text) {
            self.report(&error.span().unwrap_or_default(), ProblemKind::Syntax(error.message().to_owned()));
            return None;
        }
        let written: EditionFile = match toml::from_str(self.text) {
            Ok(written) => written,
            Err(error) => {
                self.report(&error.span().unwrap_or_default(), ProblemKind::Form(error.message().to_owned()));
                return None;
            }
        };
        let id = written.id.get_ref();
        let folder =
            self.path.strip_prefix("rulebooks/").and_then(|path| path.split_once('/')).map(|(folder, _)| folder);
        if folder != Some(id.as_str()) {
            let folder = self.path.rsplit_once('/').map_or(".", |(folder, _)| folder).to_owned();
            self.report(&written.id.span(), ProblemKind::Misplaced { id: id.clone(), folder });
        }
        let day = day(written.effective_from.get_ref());
        if day.is_none() {
            let text = written.effective_from.get_ref().clone();
            self.report(&written.effective_from.span(), ProblemKind::Day(text));
        }
        let (items, by_rule) = self.items(written.item);
        let name = written.edition.get_ref().clone();
        let place = self.problem(&written.edition.span(), ProblemKind::Form(String::new()));
        let edition = Edition {
            rulebook: written.id.into_inner(),
            name,
            title: written.title,
            source: written.source,
            notes: written.notes,
            effective_from: day?,
            case_policy: written.case_policy,
            items,
            file: self.path.to_owned(),
            by_rule,
        };
        Some((edition, place))
    }

    fn items(&mut self, written: Vec<Spanned<ItemTable>>) -> (Vec<Item>, BTreeMap<String, usize>) {
        let mut items: Vec<Item> = Vec::new();
        let mut ids = BTreeSet::new();
        let mut by_rule: BTreeMap<String, usize> = BTreeMap::new();
        for table in written {
            let header = table.span();
            let line = self.place(header.start).0;
            let table = table.into_inner();
            let id = table.id.get_ref().clone();
            if !ids.insert(id.clone()) {
                self.report(&table.id.span(), ProblemKind::DuplicateItem(id.clone()));
            }
            if table.rules.is_empty() != table.manual {
                self.report(&header, ProblemKind::Rules(id.clone()));
            }
            let points = self.points(table.points.as_ref());
            if table.points.is_none() && (table.assumed || !table.manual) {
                self.report(&header, ProblemKind::MissingPoints(id.clone()));
            }
            // A manual item has no rules; what it scores is a violation of the same name.
            let scored = if table.manual { vec![table.id] } else { table.rules };
            let rules: Vec<String> = scored.iter().map(|rule| rule.get_ref().clone()).collect();
            for rule in scored {
                let other = by_rule.get(rule.get_ref()).and_then(|index| items.get(*index));
                if let Some(other) = other {
                    let kind = ProblemKind::AmbiguousRule { rule: rule.get_ref().clone(), item: other.id.clone() };
                    self.report(&rule.span(), kind);
                } else {
                    by_rule.insert(rule.into_inner(), items.len());
                }
            }
            items.push(Item {
                id,
                title: table.title,
                rules: if table.manual { Vec::new() } else { rules },
                manual: table.manual,
                points,
                assumed: table.assumed,
                source: table.source,
                line,
            });
        }
        (items, by_rule)
    }

    fn points(&mut self, written: Option<&Spanned<String>>) -> Option<Points> {
        let written = written?;
        let text = written.get_ref().clone();
        match text.parse::<Points>() {
            Ok(points) if points.is_negative() => {
                self.report(&written.span(), ProblemKind::Negative(text));
                None
            }
            Ok(points) => Some(points),
            Err(reason) => {
                self.report(&written.span(), ProblemKind::Points { text, reason });
                None
            }
        }
    }

    fn report(&mut self, span: &Range<usize>, kind: ProblemKind) {
        let problem = self.problem(span, kind);
        self.problems.push(problem);
    }

    fn problem(&self, span: &Range<usize>, kind: ProblemKind) -> Problem {
        let (line, column) = self.place(span.start);
        let text = self.text.get(span.clone()).unwrap_or_default();
        let length = text.lines().next().unwrap_or_default().chars().count().max(1);
        Problem { kind, file: self.path.to_owned(), line, column, length: u32::try_from(length).unwrap_or(u32::MAX) }
    }

    /// 1-based line and column of a byte offset.
    fn place(&self, offset: usize) -> (u32, u32) {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line = before.matches('\n').count();
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
        let number = |index: usize| u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1);
        (number(line), number(column))
    }
}

fn day(text: &str) -> Option<Date> {
    let bytes = text.as_bytes();
    let shape = bytes.len() == 10 && bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-');
    if shape { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::preview::{AgentPreview, preview};
    use super::*;

    const HEAD: &str = "title = \"店\"\nsource = \"x\"\ncase_policy = \"most-severe\"\n";

    fn file(name: &str, edition: &str, from: &str, items: &str) -> (String, String) {
        let text = format!("id = \"shop\"\nedition = \"{edition}\"\neffective_from = \"{from}\"\n{HEAD}{items}");
        (format!("rulebooks/shop/{name}.toml"), text)
    }

    fn item(id: &str, rest: &str) -> String {
        format!("[[item]]\nid = \"{id}\"\ntitle = \"x\"\n{rest}\n")
    }

    fn load(files: &[(String, String)]) -> (Rulebooks, Vec<(&'static str, u32, u32)>) {
        let (rulebooks, problems) = Rulebooks::load(files);
        (rulebooks, problems.iter().map(|one| (one.kind.code(), one.line, one.column)).collect())
    }

    #[test]
    fn edition_of_the_day_scores() {
        let items = item("a", "rules = [\"a\"]\npoints = \"5\"");
        let (rulebooks, problems) =
            load(&[file("2", "2018", "2018-02-01", &items), file("1", "2017", "2017-10-10", "")]);
        assert_eq!(problems, []);
        let names = |day| rulebooks.get("shop").and_then(|book| book.edition_on(day)).map(|found| found.name.as_str());
        assert_eq!(names(date(2017, 10, 9)), None);
        assert_eq!(names(date(2017, 10, 10)), Some("2017"));
        assert_eq!(names(date(2018, 1, 31)), Some("2017"));
        assert_eq!(names(date(2018, 2, 1)), Some("2018"));
        assert_eq!(names(date(2030, 1, 1)), Some("2018"));
        assert!(rulebooks.get("store").is_none());
    }

    #[test]
    fn preview_takes_the_most_severe_of_each_agent() {
        let items = item("a", "rules = [\"a\", \"sop\"]\npoints = \"5\"")
            + &item("b", "rules = [\"b\"]\npoints = \"0\"")
            + &item("c", "rules = [\"c\"]\npoints = \"7.5\"\nassumed = true")
            + &item("false-praise", "manual = true");
        let (rulebooks, problems) = load(&[file("1", "1", "2018-02-01", &items)]);
        assert_eq!(problems, []);
        let edition = rulebooks.get("shop").and_then(|book| book.edition_on(date(2018, 2, 1)));
        let found = edition.map(|edition| {
            preview(
                edition,
                &[("y", "a"), ("y", "c"), ("y", "x"), ("x", "x"), ("x", "false-praise"), ("z", "b"), ("w", "sop/t")],
            )
        });
        let of = |agent: &str, points: Option<i64>, no_item: &[&str]| AgentPreview {
            agent: agent.to_owned(),
            points: points.map(Points::from_thousandths),
            no_item: no_item.iter().map(|rule| (*rule).to_owned()).collect(),
        };
        assert_eq!(
            found,
            Some(vec![
                of("w", Some(5_000), &[]),
                of("x", None, &["false-praise", "x"]),
                of("y", Some(7_500), &["x"]),
                of("z", Some(0), &[]),
            ])
        );
    }

    #[test]
    fn broken_files_are_named_and_left_out() {
        let (rulebooks, problems) = load(&[
            ("rulebooks/shop/a.toml".into(), "id = ".into()),
            ("rulebooks/shop/b.toml".into(), "id = \"shop\"\nbottom_line = \"20\"\n".into()),
            file("c", "1", "2018-2-1", ""),
            ("rulebooks/other/d.toml".into(), file("d", "1", "2018-02-01", "").1),
            file("e", "2", "2018-03-01", ""),
            file("f", "2", "2018-04-01", ""),
            file("g", "3", "2018-03-01", ""),
        ]);
        assert_eq!(
            problems,
            [
                ("misplaced-rulebook", 1, 6),
                ("toml-syntax", 1, 6),
                ("rulebook-form", 2, 1),
                ("bad-day", 3, 18),
                ("duplicate-edition", 2, 11),
                ("duplicate-edition", 2, 11)
            ]
        );
        assert_eq!(rulebooks.get("shop").map(|book| book.editions().len()), Some(1));
    }

    #[test]
    fn broken_items_are_named() {
        let items = item("a", "rules = [\"a\"]\npoints = \"0.1234\"")
            + &item("b", "rules = [\"b\"]")
            + &item("c", "points = \"1\"")
            + &item("d", "manual = true\nrules = [\"d\"]\npoints = \"1\"")
            + &item("a", "rules = [\"e\", \"b\"]\npoints = \"-1\"")
            + &item("f", "manual = true\nassumed = true");
        let (rulebooks, problems) = load(&[file("1", "1", "2018-02-01", &items)]);
        assert_eq!(
            problems,
            [
                ("bad-points", 11, 10),
                ("missing-points", 12, 1),
                ("missing-rules", 16, 1),
                ("missing-rules", 20, 1),
                ("duplicate-item", 27, 6),
                ("ambiguous-rule", 29, 15),
                ("bad-points", 30, 10),
                ("missing-points", 31, 1)
            ]
        );
        assert!(rulebooks.get("shop").is_none());
    }

    #[test]
    fn shipped_edition_scores_every_rule() {
        let path = "rulebooks/cloud-cs/20180125.toml";
        let text = include_str!("../../dictionaries/rulebooks/cloud-cs/20180125.toml");
        let (rulebooks, problems) = Rulebooks::load(&[(path.to_owned(), text.to_owned())]);
        assert_eq!(problems, []);
        let on = |day| rulebooks.get("cloud-cs").and_then(|book| book.edition_on(day));
        assert!(on(date(2018, 1, 31)).is_none());
        let points =
            |rule| on(date(2018, 2, 1)).and_then(|edition| edition.points(rule)).map(|found| found.to_string());
        for (rule, expected) in [
            ("internal-jargon", Some("5")),
            ("over-promise", Some("15")),
            ("refused-service", Some("20")),
            ("sop-step-missed/transfer-need", Some("10")),
            ("attitude-complaint", Some("20")),
            ("wrong-answer-loss", None),
            ("customer-anger", None),
        ] {
            assert_eq!(points(rule).as_deref(), expected, "{rule}");
        }
        let stated: Vec<&str> = on(date(2018, 2, 1))
            .map(|edition| &edition.items)
            .into_iter()
            .flatten()
            .filter(|item| item.points.is_some() && !item.assumed)
            .map(|item| item.id.as_str())
            .collect();
        assert_eq!(stated, ["attitude-complaint", "business-complaint"]);
    }
}
