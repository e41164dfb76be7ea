//! The words that rows and heads use: closed sets, so that a typing mistake is an error.

use servanda_core::words;

words! {
    /// What kind of claim it is.
    Kind {
        /// Something is asked of the other side.
        Demand = "demand",
        /// Something is offered.
        Offer = "offer",
        /// Something asked is refused.
        Refusal = "refusal",
        /// Something said is denied.
        Denial = "denial",
        /// An answer that is neither.
        Reply = "reply",
        /// What must be so before something else.
        Condition = "condition",
        /// An act that is held out.
        Threat = "threat",
        /// An act that is put forward, not yet decided.
        Proposal = "proposal",
        /// An act that is done.
        Measure = "measure",
        /// A reproach.
        Allegation = "allegation",
        /// Anything else that is held to be so.
        Claim = "claim",
        /// A statistic.
        Figure = "figure",
        /// Something that took place.
        Event = "event",
        /// How the talks are run.
        Process = "process",
        /// What is expected.
        Forecast = "forecast",
    }
}

words! {
    /// With what standing the speaker speaks.
    Authority {
        /// A head of state or government.
        HeadOfState = "head of state",
        /// A minister, or of that rank.
        Minister = "minister",
        /// An official who is named.
        Official = "official",
        /// A ministry.
        Ministry = "ministry",
        /// A paper of a government.
        OfficialDocument = "official document",
        /// An official who is not named.
        AnonymousOfficial = "anonymous official",
        /// State media.
        StateMedia = "state media",
        /// The reporter.
        Reporter = "reporter",
        /// Somebody who once was an official.
        FormerOfficial = "former official",
        /// A think tank.
        ThinkTank = "think tank",
        /// A scholar.
        Scholar = "scholar",
        /// Lawyers and members of a legislature.
        LawyersAndLawmakers = "lawyers and lawmakers",
        /// Anybody else.
        Other = "other",
    }
}

words! {
    /// Whose position a claim can be.
    Standing {
        /// A party says it itself.
        Position = "own words",
        /// Somebody who does not bind the party says that it is the party's.
        Told = "as told",
        /// The speaker binds nobody.
        BindsNobody = "binds nobody",
    }
}

words! {
    /// How the row has what was said.
    Certainty {
        /// In the speaker's words.
        Quoted = "quoted",
        /// In the encoder's words.
        Paraphrased = "paraphrased",
        /// Concluded by the encoder.
        Inferred = "inferred",
    }
}

words! {
    /// What can settle it.
    Checkable {
        /// Official statistics.
        Statistic = "statistic",
        /// A legal text or a notice.
        Document = "document",
        /// An assessor.
        Judgement = "judgement",
        /// Nothing.
        No = "no",
    }
}

words! {
    /// What became of an item.
    FateWord {
        /// It stands in an agreement.
        InDeal = "in the deal",
        /// Part of it stands in an agreement.
        PartlyInDeal = "partly in the deal",
        /// The agreement has nothing of it.
        NotInDeal = "not in the deal",
        /// It was done outside an agreement.
        Done = "done",
        /// It was put off.
        PutOff = "put off",
        /// It was taken back.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// Which statistic settles a figure.
    Flow {
        /// What the party sold to the partner.
        Exports = "exports",
        /// What the party bought from the partner.
        Imports = "imports",
        /// Imports less exports.
        Deficit = "deficit",
    }
}

impl Authority {
    /// Whether who speaks with it can state a party's position.
    pub fn speaks_for_party(self) -> bool {
        matches!(
            self,
            Self::HeadOfState | Self::Minister | Self::Official | Self::Ministry | Self::OfficialDocument
        )
    }

    /// Whether who speaks with it reports on a party without binding it.
    pub fn tells_of_party(self) -> bool {
        matches!(self, Self::AnonymousOfficial | Self::StateMedia | Self::Reporter)
    }
}
