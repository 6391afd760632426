//! What a column can hold.

macro_rules! columns {
    ($($(#[$note:meta])* $name:ident $word:literal;)*) => {
        /// What a column of a table can hold: the fields of a conversation, then those of a message.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Column {
            $($(#[$note])* $name,)*
        }

        impl Column {
            pub(super) const ALL: &'static [Column] = &[$(Column::$name,)*];

            /// The name of the field in `columns.tsv` and `--map`.
            pub(super) fn as_str(self) -> &'static str {
                match self {
                    $(Column::$name => $word,)*
                }
            }
        }
    };
}

columns! {
    Id "id";
    Source "source";
    Channel "channel";
    Shop "shop";
    Queue "queue";
    Tags "tags";
    Agent "agent";
    AgentName "agent.name";
    AgentTeam "agent.team";
    Customer "customer";
    StartedAt "started_at";
    EndedAt "ended_at";
    ClosedBy "closed_by";
    MessageId "message.id";
    Role "role";
    Kind "kind";
    Time "time";
    Text "text";
}

impl Column {
    /// How many there are.
    pub(super) const COUNT: usize = Column::ALL.len();

    /// The fields of a conversation stand first.
    pub(super) const OF_CONVERSATION: usize = Column::MessageId as usize;

    /// Those without which there is no message.
    pub(super) const NEEDED: [Column; 3] = [Column::Id, Column::Role, Column::Text];

    pub(super) fn from_word(word: &str) -> Option<Column> {
        let mut all = Column::ALL.iter().copied();
        all.find(|column| column.as_str() == word)
    }

    pub(super) fn index(self) -> usize {
        self as usize
    }
}
