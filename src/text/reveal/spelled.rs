//! The literals that a regular expression spells out.

use regex_syntax::ast::parse::Parser;
use regex_syntax::ast::{Ast, LiteralKind};

/// The runs of characters in an expression, those of each branch by itself. Nothing is multiplied out, so that the number
/// of literals is bounded by the length of the expression.
pub(in super::super) fn spelled(expression: &str) -> Vec<String> {
    let mut literals = Vec::new();
    if let Ok(ast) = Parser::new().parse(expression) {
        collect(&ast, &mut literals);
    }
    literals
}

fn collect(ast: &Ast, literals: &mut Vec<String>) {
    match ast {
        Ast::Concat(concat) => {
            let mut run = String::new();
            for part in &concat.asts {
                match part {
                    Ast::Literal(literal) if is_plain(&literal.kind) => run.push(literal.c),
                    other => {
                        literals.push(std::mem::take(&mut run));
                        collect(other, literals);
                    }
                }
            }
            literals.push(run);
        }
        Ast::Alternation(alternation) => alternation.asts.iter().for_each(|branch| collect(branch, literals)),
        Ast::Group(group) => collect(&group.ast, literals),
        Ast::Repetition(repetition) => collect(&repetition.ast, literals),
        _ => {}
    }
}

fn is_plain(kind: &LiteralKind) -> bool {
    matches!(kind, LiteralKind::Verbatim | LiteralKind::Meta | LiteralKind::Superfluous)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_and_runs() {
        let mut literals = spelled("(?:脑子|脑袋)(?:里)?(?:不正常|有问题)+[ab]你说");
        literals.retain(|literal| literal.chars().count() > 1);
        assert_eq!(literals, ["脑子", "脑袋", "不正常", "有问题", "你说"]);
    }
}
