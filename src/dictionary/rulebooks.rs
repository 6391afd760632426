//! The rulebooks of a dictionaries folder, with what is wrong with them said in this layer's form.

use crate::scoring::{Problem, Rulebooks};

use super::diagnostic::{Diagnostic, sort};
use super::files::Files;
use super::pack::{Dictionary, Origin};

impl Dictionary {
    /// Parses the rulebooks that lie in the folder.
    pub fn read_rulebooks(&self, files: &Files) -> (Rulebooks, Vec<Diagnostic>) {
        let (rulebooks, problems) = Rulebooks::load(&self.rulebooks);
        let mut diagnostics: Vec<Diagnostic> = problems.iter().map(Diagnostic::from).collect();
        sort(&mut diagnostics);
        files.show_lines(&mut diagnostics);
        (rulebooks, diagnostics)
    }
}

impl From<&Problem> for Diagnostic {
    fn from(problem: &Problem) -> Self {
        let origin = Origin { file: problem.file.as_str().into(), line: problem.line, column: problem.column };
        Self::error(problem.kind.code(), origin, problem.kind.to_string())
            .underline(problem.length as usize)
            .advise(problem.kind.advice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_rulebooks_are_sound() {
        let files = Files::built_in();
        let (dictionary, _) = Dictionary::load(&files);
        let (rulebooks, problems) = dictionary.read_rulebooks(&files);
        assert_eq!(problems, []);
        assert!(rulebooks.get("cloud-cs").is_some());
    }

    #[test]
    fn problems_point_into_the_file() {
        let text = "id = \"shop\"\nedition = \"1\"\ntitle = \"店\"\nsource = \"x\"\neffective_from = \"2018-02-01\"\n\
                    case_policy = \"most-severe\"\n\n[[item]]\nid = \"a\"\ntitle = \"甲\"\nrules = [\"a\"]\npoints = \"五\"\n";
        let files: Files = [("rulebooks/shop/1.toml", text)].into_iter().collect();
        let (_, problems) = Dictionary::load(&files).0.read_rulebooks(&files);
        assert_eq!(problems.len(), 1);
        assert_eq!(
            problems[0].to_string(),
            "error[bad-points]: `五` is not a number of points\n  \
             --> rulebooks/shop/1.toml:12:10\n   |\n12 | points = \"五\"\n   |          ^^^^\n   \
             = help: write a decimal with at most 3 places in quotes, for instance \"5\" or \"2.5\""
        );
    }
}
