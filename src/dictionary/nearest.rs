//! What someone probably meant.

/// The known name that is closest to an unknown one, if one is close.
pub(crate) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let name = name.to_lowercase();
    let allowed = (name.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|candidate| (strsim::osa_distance(&name, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Advice about an unknown name: the one that was probably meant, otherwise all that are known.
pub(super) fn advice(name: &str, known: &[&str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(candidate) => format!("did you mean `{candidate}`?"),
        None => format!("known are {}", listed(known)),
    }
}

/// Names in the order given, for a sentence.
pub(super) fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_understood_and_guesses_are_not_made() {
        let known = ["title", "source", "id", "terms"];
        assert_eq!(nearest("titel", known), Some("title"));
        assert_eq!(nearest("Source", known), Some("source"));
        assert_eq!(nearest("ID", known), Some("id"));
        assert_eq!(nearest("term", known), Some("terms"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest("", known), None);
        assert_eq!(advice("x9", &["id", "terms"]), "known are `id`, `terms`");
    }
}
