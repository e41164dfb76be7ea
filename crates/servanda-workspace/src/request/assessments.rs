//! Requests about assessments and the people who make them.

use super::{choice, needs, party, request};
use servanda_core::problem::Field;
use servanda_core::{Conclusion, Date, Party};
use std::path::PathBuf;

request! {
    /// Enter a person with a public key
    PersonAdd = CasePersonAdd, r#"{"id": "mei-lin", "name": "Mei Lin", "affiliation": "A university", "key": "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c"}"# {
        /// The person's id: lower case, digits and hyphens
        pub id: String,
        /// The person's name
        #[arg(long)]
        pub name: String,
        /// For whom the person works
        #[arg(long)]
        pub affiliation: String,
        /// The public key: the 64 hexadecimal digits that `case key new` prints
        #[arg(long, value_name = "PUBLIC")]
        pub key: String,
    }
}

request! {
    /// Make a key: the private half into a file outside of every workspace, the public half on standard output
    KeyNew = CaseKeyNew, r#"{"out": "mei-lin.key"}"# {
        /// Where to write the private key; nothing is written over
        #[arg(long, value_name = "FILE")]
        pub out: PathBuf,
    }
}

request! {
    /// File an assessment of an act or a refraining, signed by its author
    Assess = CaseAssess, r#"{"agreement": "us-china-phase-one", "commitment": "ip.penalties", "from": "assessment.toml", "by": "mei-lin", "key": "mei-lin.key"}"# {
        /// The agreement's id, or its folder
        pub agreement: String,
        /// The id of the act or the refraining
        pub commitment: String,
        /// The assessment as its author wrote it, a TOML file
        #[arg(long, value_name = "FILE")]
        pub from: PathBuf,
        /// The author's id in the register
        #[arg(long, value_name = "PERSON")]
        pub by: String,
        /// The file with the author's private key
        #[arg(long, value_name = "FILE")]
        pub key: PathBuf,
    }
}

request! {
    /// File a second reading, signed by a reader who is not the author
    Approve = CaseApprove, r#"{"assessment": "3f2a9c", "by": "mei-lin", "key": "mei-lin.key", "conclusion": "partly-kept", "blind": true}"# {
        /// The first digits of the assessment's name, six or more
        pub assessment: String,
        /// The reader's id in the register
        #[arg(long, value_name = "PERSON")]
        pub by: String,
        /// The file with the reader's private key
        #[arg(long, value_name = "FILE")]
        pub key: PathBuf,
        /// The reader's own conclusion
        #[arg(long, value_enum)]
        pub conclusion: ConclusionWord,
        /// The reader means to differ from the author
        #[arg(long, requires = "grounds")]
        #[serde(default)]
        pub disagree: bool,
        /// Why
        #[arg(long, value_name = "TEXT")]
        pub grounds: Option<String>,
        /// The reader states to have concluded before seeing the author's conclusion
        #[arg(long)]
        #[serde(default)]
        pub blind: bool,
    }
    where |own| needs((Field::Disagree, own.disagree), (Field::Grounds, own.grounds.is_some()))
}

request! {
    /// Set a record aside that does not hold together with others, as after a merge of two branches: it is kept, and read no more
    SetAside = CaseSetAside, r#"{"record": "cases/approvals/SHA.json", "by": "mei-lin", "key": "mei-lin.key", "why": "read twice"}"# {
        /// Its path in the workspace, such as cases/approvals/SHA.json
        pub record: String,
        /// The signer's id in the register
        #[arg(long, value_name = "PERSON")]
        pub by: String,
        /// The file with the signer's private key
        #[arg(long, value_name = "FILE")]
        pub key: PathBuf,
        /// Why
        #[arg(long, value_name = "TEXT")]
        pub why: String,
    }
}

request! {
    /// File what the other party answers; it is shown and alters nothing
    Reply = CaseReply, r#"{"assessment": "3f2a9c", "party": "CHN", "cite": "a statement of 2021-03-02", "text": "It is done."}"# {
        /// The first digits of the assessment's name, six or more
        pub assessment: String,
        /// Which party answers: three capital letters
        #[arg(long, value_name = "PARTY", value_parser = party)]
        pub party: Party,
        /// The document, a file that will be kept
        #[arg(long, value_name = "FILE")]
        pub document: Option<PathBuf>,
        /// Where the reply stands; needed where there is no file
        #[arg(long, value_name = "TEXT")]
        pub cite: Option<String>,
        /// What it says, in short
        #[arg(long)]
        pub text: String,
    }
}

request! {
    /// List assessments, and how often author and second reader conclude the same
    Assessments = CaseAssessments, r#"{"as_of": "2021-03-01"}"# {
        /// The agreement's id, or its folder; all without it
        pub agreement: Option<String>,
        /// Up to this day; today without it
        #[arg(long, value_name = "DATE")]
        pub as_of: Option<Date>,
    }
}

choice! {
    /// A conclusion.
    ConclusionWord {
        /// Done, or so far not broken
        Kept,
        /// Some of it is done
        PartlyKept,
        /// Not done, or broken
        NotKept,
        /// Cannot be concluded yet
        Open,
        /// An earlier conclusion is taken back
        Withdrawn,
    }
}

impl From<ConclusionWord> for Conclusion {
    fn from(word: ConclusionWord) -> Self {
        match word {
            ConclusionWord::Kept => Self::Kept,
            ConclusionWord::PartlyKept => Self::PartlyKept,
            ConclusionWord::NotKept => Self::NotKept,
            ConclusionWord::Open => Self::Open,
            ConclusionWord::Withdrawn => Self::Withdrawn,
        }
    }
}
