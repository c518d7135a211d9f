//! The tables as diesel knows them, written by hand after `migrations/`; a test compares the two.

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::PartyUuid;
    use crate::parties::LanguageWord;
    use crate::parties::PartyKindWord;
    use crate::parties::PartyStateWord;
    use crate::parties::SizeClassWord;

    party (no) {
        no -> Integer,
        id -> PartyUuid,
        kind -> PartyKindWord,
        name -> Text,
        name_en -> Text,
        uscc -> Text,
        size_class -> SizeClassWord,
        state -> PartyStateWord,
        email -> Text,
        language -> LanguageWord,
        account_name -> Text,
        account_number -> Text,
        account_bank_code -> Text,
        licence_note -> Text,
        issuance_blocked -> Bool,
        paper_bank_code -> Text,
        created_on -> Date,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::Bytes32;
    use crate::columns::KeyUuid;
    use crate::columns::UserUuid;
    use crate::signing_keys::CustodyWord;

    signing_key (no) {
        no -> Integer,
        id -> KeyUuid,
        party -> Integer,
        user_id -> Nullable<UserUuid>,
        public_key -> Bytes32,
        custody -> CustodyWord,
        sealed -> Nullable<Bytea>,
        valid_from -> Date,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::Bytes32;
    use crate::columns::PartyUuid;
    use crate::columns::UserUuid;
    use crate::parties::LanguageWord;
    use crate::users::RoleWord;
    use crate::users::UserStateWord;

    app_user (id) {
        id -> UserUuid,
        party -> PartyUuid,
        display_name -> Text,
        email -> Text,
        language -> LanguageWord,
        role -> RoleWord,
        password_hash -> Text,
        state -> UserStateWord,
        invitation_hash -> Nullable<Bytes32>,
        invitation_expires -> Nullable<Timestamptz>,
        failed_attempts -> Integer,
        locked_until -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::Bytes32;
    use crate::columns::UserUuid;

    session (token_hash) {
        token_hash -> Bytes32,
        user_id -> UserUuid,
        csrf -> Bytes32,
        created_at -> Timestamptz,
        last_seen_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::access_log::AccessKindWord;
    use crate::columns::PartyUuid;
    use crate::columns::UserUuid;

    access_log (no) {
        no -> BigInt,
        at -> Timestamptz,
        kind -> AccessKindWord,
        user_id -> Nullable<UserUuid>,
        party -> Nullable<PartyUuid>,
        email -> Text,
        action -> Text,
        source -> Text,
        detail -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::PartyUuid;

    column_mapping (id) {
        id -> Uuid,
        party -> PartyUuid,
        name -> Text,
        mapping -> Jsonb,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::Bytes32;
    use crate::columns::ImportUuid;
    use crate::columns::KeyUuid;
    use crate::columns::PartyUuid;
    use crate::columns::UserUuid;
    use crate::imports::ImportStateWord;

    import_batch (id) {
        id -> ImportUuid,
        obligor -> PartyUuid,
        file_name -> Text,
        sha256 -> Bytes32,
        uploaded_by -> Nullable<UserUuid>,
        created_at -> Timestamptz,
        mapping -> Jsonb,
        counts -> Jsonb,
        state -> ImportStateWord,
        uploaded_key -> Nullable<KeyUuid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::ImportUuid;

    import_problem (import, row_no, ordinal) {
        import -> ImportUuid,
        row_no -> BigInt,
        ordinal -> Integer,
        column_name -> Text,
        value -> Text,
        code -> Text,
        message_en -> Text,
        message_zh -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::Bytes32;
    use crate::columns::CurrencyCode;
    use crate::columns::ImportUuid;
    use crate::columns::Minor;
    use crate::columns::PaperUuid;
    use crate::columns::PartyUuid;
    use crate::columns::PayableUuid;
    use crate::payables::PayableStateWord;

    payable (no) {
        no -> BigInt,
        id -> PayableUuid,
        obligor -> PartyUuid,
        import -> Nullable<ImportUuid>,
        company_code -> Text,
        payable_no -> Text,
        content_digest -> Bytes32,
        supplier -> PartyUuid,
        amount -> Minor,
        currency -> CurrencyCode,
        invoice_no -> Text,
        invoice_date -> Nullable<Date>,
        acceptance_date -> Nullable<Date>,
        po_no -> Text,
        due_date -> Date,
        cost_centre -> Text,
        remark -> Text,
        state -> PayableStateWord,
        paper_id -> Nullable<PaperUuid>,
        invoice_gross -> Nullable<Minor>,
        replaced_no -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::Bytes64;
    use crate::columns::KeyUuid;
    use crate::columns::PaperUuid;
    use crate::columns::PartyUuid;
    use crate::columns::PayableUuid;
    use crate::columns::UserUuid;
    use crate::proposals::ProposalStateWord;

    issue_proposal (paper_id) {
        paper_id -> PaperUuid,
        payable -> PayableUuid,
        obligor -> PartyUuid,
        body -> Bytea,
        maker -> UserUuid,
        maker_key -> KeyUuid,
        maker_signature -> Bytes64,
        made_at -> Timestamptz,
        state -> ProposalStateWord,
        checker -> Nullable<UserUuid>,
        reason -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::Bytes32;

    document_blob (sha256) {
        sha256 -> Bytes32,
        bytes -> Bytea,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::Bytes32;
    use crate::columns::CurrencyCode;
    use crate::columns::DocumentUuid;
    use crate::columns::Minor;
    use crate::columns::PartyUuid;
    use crate::documents::DocumentKindWord;

    document (id) {
        id -> DocumentUuid,
        owner -> PartyUuid,
        counterparty -> Nullable<PartyUuid>,
        kind -> DocumentKindWord,
        number -> Text,
        issued_on -> Nullable<Date>,
        amount -> Nullable<Minor>,
        currency -> Nullable<CurrencyCode>,
        sha256 -> Bytes32,
        media_type -> Text,
        size -> BigInt,
        file_name -> Text,
        used -> Minor,
        credited -> Minor,
        trued_up -> BigInt,
        reserved -> Minor,
        elsewhere -> Minor,
        overdrawn -> Minor,
        promised -> Minor,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::DocumentUuid;
    use crate::document_capacity::AdjustmentStateWord;

    document_adjustment (document) {
        document -> DocumentUuid,
        invoice -> DocumentUuid,
        delta -> BigInt,
        state -> AdjustmentStateWord,
        made_at -> Timestamptz,
        counted_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::DocumentUuid;

    document_link (document, rests_on) {
        document -> DocumentUuid,
        rests_on -> DocumentUuid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::CurrencyCode;
    use crate::columns::DocumentUuid;
    use crate::columns::Minor;

    invoice_face (document) {
        document -> DocumentUuid,
        number -> Text,
        issued_on -> Date,
        seller_name -> Text,
        seller_tax_id -> Text,
        buyer_name -> Text,
        buyer_tax_id -> Text,
        currency -> CurrencyCode,
        net -> Minor,
        tax -> Minor,
        gross -> Minor,
        capitals -> Text,
        lines -> Jsonb,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::capacity_reservations::ReservationStateWord;
    use crate::columns::CurrencyCode;
    use crate::columns::DocumentUuid;
    use crate::columns::KinBytes;
    use crate::columns::Minor;
    use crate::columns::PaperUuid;
    use crate::columns::TokenBytes;

    capacity_reservation (id) {
        id -> Uuid,
        document -> Nullable<DocumentUuid>,
        amount -> Minor,
        state -> ReservationStateWord,
        entry -> Nullable<BigInt>,
        made_at -> Timestamptz,
        expires_at -> Timestamptz,
        decided_at -> Nullable<Timestamptz>,
        paper -> Nullable<PaperUuid>,
        token -> Nullable<TokenBytes>,
        kin -> Nullable<KinBytes>,
        currency -> Nullable<CurrencyCode>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::cash_choices::CountedFromWord;
    use crate::columns::Bytes32;
    use crate::columns::PaperUuid;
    use crate::columns::PartyUuid;

    cash_choice (paper, due_date) {
        paper -> PaperUuid,
        supplier -> PartyUuid,
        accepted_on -> Date,
        money_by -> Date,
        due_date -> Date,
        words -> Text,
        words_sha256 -> Bytes32,
        made_by -> Text,
        made_at -> Timestamptz,
        counted_from -> CountedFromWord,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::CurrencyCode;
    use crate::columns::KinBytes;
    use crate::columns::Minor;
    use crate::columns::PartyUuid;
    use crate::columns::TokenBytes;

    billed_invoice (seller, number) {
        seller -> PartyUuid,
        number -> Text,
        currency -> CurrencyCode,
        total -> Nullable<Minor>,
        promised -> Minor,
        papers -> Integer,
        elsewhere -> Minor,
        token -> Nullable<TokenBytes>,
        kin -> Nullable<KinBytes>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::capacity_reservations::ToldWord;

    peer_notice (reservation, peer) {
        reservation -> Uuid,
        peer -> Text,
        told -> ToldWord,
        attempts -> Integer,
        next_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::DocumentUuid;
    use crate::columns::KinBytes;
    use crate::columns::TokenBytes;

    document_token (document) {
        document -> DocumentUuid,
        token -> TokenBytes,
        kin -> KinBytes,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::capacity_reservations::ReservationStateWord;
    use crate::columns::CurrencyCode;
    use crate::columns::KinBytes;
    use crate::columns::Minor;
    use crate::columns::TokenBytes;

    foreign_use (peer, id) {
        peer -> Text,
        id -> Uuid,
        token -> TokenBytes,
        kin -> KinBytes,
        amount -> Minor,
        currency -> CurrencyCode,
        state -> ReservationStateWord,
        made_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::attestations::StatementWord;
    use crate::columns::Bytes32;
    use crate::columns::Bytes64;
    use crate::columns::DocumentUuid;
    use crate::columns::KeyUuid;
    use crate::columns::PartyUuid;

    attestation (document, party, statement) {
        document -> DocumentUuid,
        party -> PartyUuid,
        statement -> StatementWord,
        sha256 -> Bytes32,
        said_on -> Date,
        key -> KeyUuid,
        signature -> Bytes64,
        made_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::DocumentUuid;
    use crate::columns::PartyUuid;

    waybill (document) {
        document -> DocumentUuid,
        carrier -> PartyUuid,
        shipper -> PartyUuid,
        receiver -> PartyUuid,
        picked_up_at -> Timestamptz,
        handed_over_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::DocumentUuid;
    use crate::columns::Minor;

    document_take (entry, document) {
        entry -> BigInt,
        document -> DocumentUuid,
        amount -> Minor,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::CurrencyCode;
    use crate::columns::InquiryUuid;
    use crate::columns::Minor;
    use crate::columns::PaperUuid;
    use crate::columns::PartyUuid;
    use crate::columns::RequestUuid;
    use crate::finance::RequestStateWord;

    finance_request (id) {
        id -> RequestUuid,
        holder -> PartyUuid,
        paper_id -> PaperUuid,
        parent -> BigInt,
        side -> SmallInt,
        lo -> BigInt,
        hi -> BigInt,
        amount -> Minor,
        currency -> CurrencyCode,
        state -> RequestStateWord,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        inquiry -> Nullable<InquiryUuid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::CurrencyCode;
    use crate::columns::InquiryUuid;
    use crate::columns::PartyUuid;
    use crate::inquiries::InquiryModeWord;

    finance_inquiry (id) {
        id -> InquiryUuid,
        holder -> PartyUuid,
        currency -> CurrencyCode,
        mode -> InquiryModeWord,
        bids_until -> Nullable<Timestamptz>,
        expires_at -> Timestamptz,
        reveal_called -> Bool,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::BidUuid;
    use crate::columns::Bytes32;
    use crate::columns::Bytes64;
    use crate::columns::KeyUuid;
    use crate::columns::PartyUuid;
    use crate::columns::QuoteUuid;
    use crate::columns::RequestUuid;
    use crate::columns::UserUuid;
    use crate::sealed_bids::BidStateWord;

    sealed_bid (id) {
        id -> BidUuid,
        request -> RequestUuid,
        provider -> PartyUuid,
        commitment -> Bytes32,
        key_id -> KeyUuid,
        signature -> Bytes64,
        state -> BidStateWord,
        sealed_by -> Nullable<UserUuid>,
        envelope -> Nullable<Bytea>,
        quote -> Nullable<QuoteUuid>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::PartyUuid;
    use crate::columns::RequestUuid;
    use crate::finance::InvitationStateWord;

    finance_invitation (request, provider) {
        request -> RequestUuid,
        provider -> PartyUuid,
        state -> InvitationStateWord,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::Bytes64;
    use crate::columns::KeyUuid;
    use crate::columns::Minor;
    use crate::columns::PartyUuid;
    use crate::columns::QuoteUuid;
    use crate::columns::RateCardUuid;
    use crate::columns::RequestUuid;
    use crate::quotes::QuoteStateWord;

    quote (id) {
        id -> QuoteUuid,
        request -> RequestUuid,
        provider -> PartyUuid,
        terms -> Jsonb,
        body -> Bytea,
        key_id -> KeyUuid,
        signature -> Bytes64,
        proceeds -> Minor,
        charge -> Minor,
        state -> QuoteStateWord,
        expires_at -> Timestamptz,
        created_at -> Timestamptz,
        card -> Nullable<RateCardUuid>,
        card_row -> Nullable<Integer>,
        offer -> Nullable<Bytea>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::Bytes64;
    use crate::columns::CurrencyCode;
    use crate::columns::KeyUuid;
    use crate::columns::Minor;
    use crate::columns::PartyUuid;
    use crate::columns::RateCardUuid;
    use crate::rate_cards::RateCardStateWord;

    rate_card (id) {
        id -> RateCardUuid,
        provider -> PartyUuid,
        currency -> CurrencyCode,
        body -> Bytea,
        key_id -> KeyUuid,
        signature -> Bytes64,
        most_in_all -> Minor,
        valid_from -> Date,
        valid_until -> Date,
        state -> RateCardStateWord,
        created_at -> Timestamptz,
        withdrawn_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::Minor;
    use crate::columns::PartyUuid;
    use crate::columns::RateCardUuid;

    rate_card_row (card, no) {
        card -> RateCardUuid,
        no -> Integer,
        obligor -> Nullable<PartyUuid>,
        worst_grade -> Nullable<SmallInt>,
        salt -> Nullable<Bytea>,
        days_from -> Integer,
        days_to -> Integer,
        amount_from -> Minor,
        amount_to -> Minor,
        body -> Bytea,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::PartyUuid;

    obligor_grade (id) {
        id -> Uuid,
        provider -> PartyUuid,
        obligor -> PartyUuid,
        grade -> SmallInt,
        note -> Text,
        since -> Timestamptz,
        set_by -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::Bytes32;
    use crate::columns::InstructionUuid;
    use crate::columns::QuoteUuid;
    use crate::quotes::DiscountStateWord;

    discount (quote) {
        quote -> QuoteUuid,
        lock_entry -> BigInt,
        instruction -> InstructionUuid,
        state -> DiscountStateWord,
        evidence -> Nullable<Bytes32>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::QuoteUuid;

    discount_registration (quote) {
        quote -> QuoteUuid,
        certificate -> Text,
        recorded_by -> Text,
        recorded_on -> Date,
        recorded_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::Bytes32;
    use crate::columns::Minor;
    use crate::columns::PaperUuid;
    use crate::settlements::RunStateWord;

    settlement_run (id) {
        id -> Uuid,
        paper_id -> PaperUuid,
        state -> RunStateWord,
        due_date -> Date,
        cut_off_at -> Nullable<Timestamptz>,
        cash -> Nullable<Minor>,
        sheet -> Nullable<Bytea>,
        sheet_digest -> Nullable<Bytes32>,
        entry_no -> Nullable<BigInt>,
        presented_message -> Nullable<Text>,
        updated_at -> Timestamptz,
        set_aside -> Nullable<Text>,
        round -> Integer,
        reckoned_on -> Nullable<Date>,
        presented_on -> Nullable<Date>,
        answer -> Nullable<Bytes32>,
        short_reason -> Nullable<Text>,
        paid_on -> Nullable<Date>,
        interest_cash -> Nullable<Minor>,
        interest_asked -> Nullable<Minor>,
        interest_sheet -> Nullable<Bytea>,
        interest_digest -> Nullable<Bytes32>,
        interest_entry_no -> Nullable<BigInt>,
        pays_by_claim -> Bool,
    }
}

diesel::table! {
    payment_again (replaced) {
        replaced -> Uuid,
        replacement -> Uuid,
        task -> Uuid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::CurrencyCode;
    use crate::columns::InstructionUuid;
    use crate::columns::Minor;
    use crate::columns::PaperUuid;
    use crate::columns::PartyUuid;
    use crate::columns::QuoteUuid;
    use crate::payments::InstructionKindWord;
    use crate::payments::InstructionStateWord;

    payment_instruction (id) {
        id -> InstructionUuid,
        kind -> InstructionKindWord,
        paper_id -> PaperUuid,
        run -> Nullable<Uuid>,
        discount -> Nullable<QuoteUuid>,
        debtor -> PartyUuid,
        debtor_name -> Text,
        debtor_account -> Text,
        debtor_bank_code -> Text,
        creditor -> PartyUuid,
        creditor_name -> Text,
        creditor_account -> Text,
        creditor_bank_code -> Text,
        amount -> Minor,
        currency -> CurrencyCode,
        end_to_end_id -> Text,
        message_id -> Nullable<Text>,
        state -> InstructionStateWord,
        reason -> Text,
        evidence -> Nullable<Text>,
        business_date -> Date,
        attempts -> Integer,
        next_attempt_at -> Timestamptz,
        netted_in -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::bank_messages::DirectionWord;
    use crate::columns::Bytes32;

    bank_message (no) {
        no -> BigInt,
        id -> Uuid,
        direction -> DirectionWord,
        kind -> Text,
        message_id -> Text,
        body -> Text,
        at -> Timestamptz,
        raw -> Nullable<Bytea>,
        digest -> Nullable<Bytes32>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::bank_messages::BookingWord;
    use crate::columns::CurrencyCode;
    use crate::columns::Minor;

    statement_entry (no) {
        no -> BigInt,
        account -> Text,
        servicer_ref -> Text,
        end_to_end_id -> Text,
        amount -> Minor,
        currency -> CurrencyCode,
        direction -> BookingWord,
        booking_date -> Date,
        value_date -> Date,
        reversal -> Bool,
        message -> Uuid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::CurrencyCode;

    statement_balance (account, day) {
        account -> Text,
        day -> Date,
        opening -> BigInt,
        closing -> BigInt,
        currency -> CurrencyCode,
        message -> Uuid,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    bank_cursor (bank, feed) {
        bank -> Text,
        feed -> Text,
        position -> Text,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::outbox::OutboxKindWord;
    use crate::outbox::OutboxStateWord;

    outbox (no) {
        no -> BigInt,
        id -> Uuid,
        kind -> OutboxKindWord,
        payload -> Jsonb,
        state -> OutboxStateWord,
        attempts -> Integer,
        next_at -> Timestamptz,
        last_error -> Text,
        created_at -> Timestamptz,
        sent_at -> Nullable<Timestamptz>,
        reply -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::Bytes32;

    idempotency_receipt (principal, key) {
        principal -> Text,
        key -> Text,
        request_hash -> Bytes32,
        response -> Jsonb,
        status -> Integer,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::calendars::DayKindWord;

    calendar_day (calendar, day, version) {
        calendar -> Text,
        day -> Date,
        kind -> DayKindWord,
        note -> Text,
        source -> Text,
        version -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::calendars::YearStandingWord;

    calendar_year (calendar, year, version) {
        calendar -> Text,
        year -> Integer,
        version -> Integer,
        standing -> YearStandingWord,
        source -> Text,
        taken_on -> Date,
        taken_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    business_date (row_one) {
        row_one -> Bool,
        today -> Date,
        ahead_days -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::PartyUuid;

    party_check (no) {
        no -> BigInt,
        at -> Timestamptz,
        party -> PartyUuid,
        finding -> Text,
        reason -> Text,
        decided_by -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::operator_tasks::OperatorTaskKindWord;

    operator_task (no) {
        no -> BigInt,
        id -> Uuid,
        kind -> OperatorTaskKindWord,
        subject -> Text,
        code -> Text,
        detail -> Text,
        opened_at -> Timestamptz,
        closed_at -> Nullable<Timestamptz>,
        closed_by -> Nullable<Text>,
        note -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    party_group (id) {
        id -> Uuid,
        name -> Text,
        created_at -> Timestamptz,
        created_by -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::PartyUuid;

    party_group_member (no) {
        no -> BigInt,
        group_id -> Uuid,
        party -> PartyUuid,
        added_at -> Timestamptz,
        added_by -> Text,
        removed_at -> Nullable<Timestamptz>,
        removed_by -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::CurrencyCode;
    use crate::columns::PartyUuid;
    use crate::limits::LimitKindWord;
    use crate::limits::LimitStateWord;

    exposure_limit (id) {
        id -> Uuid,
        owner -> PartyUuid,
        kind -> LimitKindWord,
        subject -> Uuid,
        currency -> CurrencyCode,
        amount -> BigInt,
        used -> BigInt,
        reserved -> BigInt,
        valid_from -> Date,
        valid_until -> Nullable<Date>,
        state -> LimitStateWord,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::CurrencyCode;
    use crate::columns::PartyUuid;
    use crate::limits::LimitKindWord;

    limit_proposal (id) {
        no -> BigInt,
        id -> Uuid,
        owner -> PartyUuid,
        kind -> LimitKindWord,
        subject -> Uuid,
        currency -> CurrencyCode,
        amount -> Nullable<BigInt>,
        valid_until -> Nullable<Date>,
        reason -> Text,
        maker -> Text,
        made_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    limit_decision (proposal) {
        proposal -> Uuid,
        limit_id -> Uuid,
        approved -> Bool,
        checker -> Text,
        reason -> Text,
        decided_on -> Date,
        decided_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::CurrencyCode;
    use crate::columns::Minor;
    use crate::columns::PaperUuid;
    use crate::columns::PartyUuid;
    use crate::columns::QuoteUuid;
    use crate::columns::RetransferUuid;
    use crate::limit_uses::LimitUseStateWord;

    limit_use (no) {
        no -> BigInt,
        quote -> Nullable<QuoteUuid>,
        owner -> PartyUuid,
        obligor -> PartyUuid,
        supplier -> PartyUuid,
        paper -> PaperUuid,
        lo -> BigInt,
        hi -> BigInt,
        amount -> Minor,
        currency -> CurrencyCode,
        state -> LimitUseStateWord,
        reserved_on -> Date,
        used_on -> Nullable<Date>,
        released_on -> Nullable<Date>,
        released_why -> Nullable<Text>,
        sold_by -> Nullable<QuoteUuid>,
        retransfer -> Nullable<RetransferUuid>,
        passed_by -> Nullable<RetransferUuid>,
        redeemed_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::QuoteUuid;

    limit_shortage (no) {
        no -> BigInt,
        quote -> QuoteUuid,
        limit_id -> Uuid,
        asked -> BigInt,
        room -> BigInt,
        at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::PartyUuid;
    use crate::limits::LimitKindWord;

    limit_circle (id) {
        id -> Uuid,
        kind -> LimitKindWord,
        subject -> Uuid,
        proposed_by -> PartyUuid,
        created_at -> Timestamptz,
        created_by -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::PartyUuid;
    use crate::limit_circles::SeatStateWord;

    limit_circle_seat (no) {
        no -> BigInt,
        circle -> Uuid,
        provider -> PartyUuid,
        state -> SeatStateWord,
        invited_at -> Timestamptz,
        joined_at -> Nullable<Timestamptz>,
        joined_by -> Nullable<Text>,
        ended_at -> Nullable<Timestamptz>,
        ended_by -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::PartyUuid;
    use crate::columns::RequestUuid;
    use crate::quote_proposals::ProposalKindWord;
    use crate::four_eyes::ProposalStateWord;

    quote_proposal (id) {
        id -> Uuid,
        request -> RequestUuid,
        provider -> PartyUuid,
        kind -> ProposalKindWord,
        body -> Nullable<Bytea>,
        word -> Text,
        made_by -> Text,
        maker_name -> Text,
        made_at -> Timestamptz,
        state -> ProposalStateWord,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::four_eyes::ProposalStateWord;

    quote_decision (proposal) {
        proposal -> Uuid,
        made_by -> Text,
        decided_by -> Text,
        decider_name -> Text,
        decided_at -> Timestamptz,
        verdict -> ProposalStateWord,
        word -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::PartyUuid;
    use crate::four_eyes::ProposalStateWord;

    rate_proposal (id) {
        id -> Uuid,
        provider -> PartyUuid,
        body -> Bytea,
        word -> Text,
        made_by -> Text,
        maker_name -> Text,
        made_at -> Timestamptz,
        state -> ProposalStateWord,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::four_eyes::ProposalStateWord;

    rate_decision (proposal) {
        proposal -> Uuid,
        made_by -> Text,
        decided_by -> Text,
        decider_name -> Text,
        decided_at -> Timestamptz,
        verdict -> ProposalStateWord,
        word -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::PartyUuid;
    use crate::obligor_file::FindingWord;

    disclosure_check (no) {
        no -> BigInt,
        provider -> PartyUuid,
        obligor -> PartyUuid,
        looked_up_on -> Date,
        source -> Text,
        finding -> FindingWord,
        word -> Text,
        made_by -> Text,
        maker_name -> Text,
        made_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::PartyUuid;

    provider_note (no) {
        no -> BigInt,
        provider -> PartyUuid,
        obligor -> PartyUuid,
        word -> Text,
        made_by -> Text,
        maker_name -> Text,
        made_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::PartyUuid;
    use crate::webhooks::DisabledWhyWord;
    use crate::webhooks::WebhookStateWord;

    webhook (id) {
        id -> Uuid,
        party -> PartyUuid,
        url -> Text,
        note -> Text,
        state -> WebhookStateWord,
        why -> DisabledWhyWord,
        secret -> Nullable<Bytea>,
        earlier_secret -> Nullable<Bytea>,
        earlier_until -> Nullable<Timestamptz>,
        made_by -> Text,
        made_at -> Timestamptz,
        changed_by -> Text,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::webhooks::WebhookTopicWord;

    webhook_topic (webhook, topic) {
        webhook -> Uuid,
        topic -> WebhookTopicWord,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::PartyUuid;
    use crate::webhooks::WebhookTopicWord;

    webhook_event (id) {
        id -> Uuid,
        party -> PartyUuid,
        topic -> WebhookTopicWord,
        body -> Text,
        made_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::webhook_deliveries::DeliveryStateWord;

    webhook_delivery (no) {
        no -> BigInt,
        webhook -> Uuid,
        event -> Uuid,
        state -> DeliveryStateWord,
        attempts -> Integer,
        next_at -> Timestamptz,
        status -> Nullable<Integer>,
        last_error -> Text,
        delivered_at -> Nullable<Timestamptz>,
    }
}

diesel::joinable!(signing_key -> party (party));
diesel::joinable!(session -> app_user (user_id));
diesel::joinable!(peer_notice -> capacity_reservation (reservation));
diesel::joinable!(finance_invitation -> finance_request (request));
diesel::joinable!(webhook_delivery -> webhook_event (event));

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::PaperUuid;

    presentation_move (paper, step) {
        paper -> PaperUuid,
        step -> Integer,
        due_date -> Date,
        from_day -> Date,
        to_day -> Date,
        calendar -> Text,
        year -> Integer,
        version -> Integer,
        moved_on -> Date,
        moved_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::PartyUuid;

    netting_choice (no) {
        no -> BigInt,
        party -> PartyUuid,
        netted -> Bool,
        chosen_by -> Text,
        chosen_on -> Date,
        chosen_at -> Timestamptz,
    }
}

diesel::allow_tables_to_appear_in_same_query!(party, signing_key);
diesel::allow_tables_to_appear_in_same_query!(session, app_user, party, business_date);
diesel::allow_tables_to_appear_in_same_query!(peer_notice, capacity_reservation);
diesel::allow_tables_to_appear_in_same_query!(document, document_token);
diesel::allow_tables_to_appear_in_same_query!(issue_proposal, app_user);
diesel::allow_tables_to_appear_in_same_query!(finance_invitation, finance_request);
diesel::allow_tables_to_appear_in_same_query!(webhook_delivery, webhook_event);

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::Bytes64;
    use crate::columns::CurrencyCode;
    use crate::columns::KeyUuid;
    use crate::columns::Minor;
    use crate::columns::PaperUuid;
    use crate::columns::PartyUuid;
    use crate::columns::PledgeUuid;
    use crate::pledges::PledgeStateWord;

    pledge (id) {
        id -> PledgeUuid,
        holder -> PartyUuid,
        pledgee -> PartyUuid,
        paper -> PaperUuid,
        parent -> BigInt,
        side -> SmallInt,
        lo -> BigInt,
        hi -> BigInt,
        currency -> CurrencyCode,
        secured -> Minor,
        loan -> Text,
        state -> PledgeStateWord,
        deed -> Nullable<Bytea>,
        deed_key -> Nullable<KeyUuid>,
        deed_signature -> Nullable<Bytes64>,
        expires_at -> Nullable<Timestamptz>,
        entry -> Nullable<BigInt>,
        release_entry -> Nullable<BigInt>,
        asked_on -> Date,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::CurrencyCode;
    use crate::columns::Minor;
    use crate::columns::PaperUuid;
    use crate::columns::PartyUuid;
    use crate::columns::RetransferUuid;
    use crate::retransfers::RecourseWordWord;
    use crate::retransfers::RetransferStateWord;

    retransfer (id) {
        id -> RetransferUuid,
        seller -> PartyUuid,
        buyer -> PartyUuid,
        paper -> PaperUuid,
        lo -> BigInt,
        hi -> BigInt,
        currency -> CurrencyCode,
        contract -> Text,
        recourse -> RecourseWordWord,
        recourse_cap -> Nullable<Minor>,
        price -> Nullable<Minor>,
        offer_entry -> BigInt,
        state -> RetransferStateWord,
        answer_entry -> Nullable<BigInt>,
        offered_on -> Date,
        answered_on -> Nullable<Date>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::CurrencyCode;
    use crate::columns::Minor;
    use crate::columns::PaperUuid;
    use crate::columns::PartyUuid;

    paper_default (paper_id) {
        paper_id -> PaperUuid,
        obligor -> PartyUuid,
        due_date -> Date,
        recorded_on -> Date,
        owed -> Minor,
        currency -> CurrencyCode,
        reason -> Text,
        entry_no -> BigInt,
        cured_on -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::PaperUuid;
    use crate::columns::PartyUuid;

    dishonour_notice (paper_id, party, letter) {
        paper_id -> PaperUuid,
        party -> PartyUuid,
        letter -> Uuid,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::PaperUuid;
    use crate::columns::PartyUuid;

    issue_stop (id) {
        id -> Uuid,
        obligor -> PartyUuid,
        since -> Date,
        paper_id -> PaperUuid,
        lifted_on -> Nullable<Date>,
        lifted_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::PartyUuid;
    use crate::four_eyes::ProposalStateWord;

    cure_proposal (id) {
        id -> Uuid,
        stop -> Uuid,
        obligor -> PartyUuid,
        evidence -> Text,
        made_by -> Text,
        maker_name -> Text,
        made_at -> Timestamptz,
        state -> ProposalStateWord,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::four_eyes::ProposalStateWord;

    cure_decision (proposal) {
        proposal -> Uuid,
        made_by -> Text,
        decided_by -> Text,
        decider_name -> Text,
        decided_at -> Timestamptz,
        verdict -> ProposalStateWord,
        word -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::Minor;
    use crate::columns::PaperUuid;
    use crate::columns::PartyUuid;
    use crate::four_eyes::ProposalStateWord;
    use crate::freezes::FreezeKindWord;

    freeze_proposal (id) {
        id -> Uuid,
        kind -> FreezeKindWord,
        lifts -> Nullable<Uuid>,
        authority -> Text,
        reference -> Text,
        holder -> Nullable<PartyUuid>,
        paper -> Nullable<PaperUuid>,
        amount -> Nullable<Minor>,
        until -> Nullable<Date>,
        word -> Text,
        made_by -> Text,
        maker_name -> Text,
        made_at -> Timestamptz,
        state -> ProposalStateWord,
        ended_on -> Nullable<Date>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::four_eyes::ProposalStateWord;

    freeze_decision (proposal) {
        proposal -> Uuid,
        made_by -> Text,
        decided_by -> Text,
        decider_name -> Text,
        decided_at -> Timestamptz,
        verdict -> ProposalStateWord,
        word -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::PaperUuid;
    use crate::columns::PartyUuid;

    frozen_fragment (entry) {
        entry -> BigInt,
        freeze_order -> Uuid,
        paper -> PaperUuid,
        holder -> PartyUuid,
        lo -> BigInt,
        hi -> BigInt,
        end_entry -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::InstructionUuid;

    held_credit (instruction) {
        instruction -> InstructionUuid,
        freeze_order -> Uuid,
        released_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::agreements::AgreementKindWord;
    use crate::agreements::AgreementStateWord;
    use crate::columns::Bytes64;
    use crate::columns::KeyUuid;
    use crate::columns::PaperUuid;
    use crate::columns::PartyUuid;

    paper_agreement (id) {
        id -> Uuid,
        paper -> PaperUuid,
        obligor -> PartyUuid,
        kind -> AgreementKindWord,
        body -> Bytea,
        consent_by -> Date,
        made_by -> Text,
        maker_name -> Text,
        maker_key -> KeyUuid,
        maker_signature -> Bytes64,
        made_at -> Timestamptz,
        checked_by -> Nullable<Text>,
        checker_name -> Text,
        checker_key -> Nullable<KeyUuid>,
        checker_signature -> Nullable<Bytes64>,
        word -> Text,
        state -> AgreementStateWord,
        entry -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::Bytes64;
    use crate::columns::KeyUuid;
    use crate::columns::PartyUuid;

    paper_consent (agreement, party) {
        agreement -> Uuid,
        party -> PartyUuid,
        key_id -> KeyUuid,
        signature -> Bytes64,
        given_by -> Text,
        given_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::Bytes32;
    use crate::columns::Bytes64;
    use crate::columns::InstructionUuid;
    use crate::columns::KeyUuid;
    use crate::columns::Minor;
    use crate::columns::PaperUuid;
    use crate::columns::PartyUuid;
    use crate::recourse_claims::ClaimStateWord;

    recourse_claim (id) {
        id -> Uuid,
        paper -> PaperUuid,
        parent -> BigInt,
        side -> SmallInt,
        lo -> BigInt,
        hi -> BigInt,
        claimant -> PartyUuid,
        against -> PartyUuid,
        leg -> Bytes32,
        body -> Bytea,
        key -> KeyUuid,
        signature -> Bytes64,
        state -> ClaimStateWord,
        word -> Text,
        made_on -> Date,
        created_at -> Timestamptz,
        amount -> Nullable<Minor>,
        units -> Nullable<BigInt>,
        entry -> Nullable<BigInt>,
        instruction -> Nullable<InstructionUuid>,
        end_entry -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::Bytes64;
    use crate::columns::KeyUuid;
    use crate::columns::PaperUuid;
    use crate::columns::PartyUuid;
    use crate::transfer_corrections::CorrectionStateWord;

    transfer_correction (id) {
        id -> Uuid,
        paper -> PaperUuid,
        transfer -> BigInt,
        lo -> BigInt,
        hi -> BigInt,
        holder -> PartyUuid,
        giver -> PartyUuid,
        proposer -> PartyUuid,
        body -> Bytea,
        reason -> Text,
        made_by -> Text,
        key -> KeyUuid,
        signature -> Bytes64,
        state -> CorrectionStateWord,
        word -> Text,
        made_on -> Date,
        created_at -> Timestamptz,
        entry -> Nullable<BigInt>,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::Bytes64;
    use crate::columns::KeyUuid;
    use crate::columns::PaperUuid;
    use crate::columns::PartyUuid;
    use crate::redemption_offers::RedemptionOfferStateWord;

    redemption_offer (id) {
        id -> Uuid,
        paper -> PaperUuid,
        obligor -> PartyUuid,
        body -> Bytea,
        pay_date -> Date,
        accept_by -> Date,
        made_by -> Text,
        maker_name -> Text,
        maker_key -> KeyUuid,
        maker_signature -> Bytes64,
        made_at -> Timestamptz,
        checked_by -> Nullable<Text>,
        checker_name -> Text,
        checker_key -> Nullable<KeyUuid>,
        checker_signature -> Nullable<Bytes64>,
        word -> Text,
        state -> RedemptionOfferStateWord,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::CurrencyCode;
    use crate::columns::InstructionUuid;
    use crate::columns::Minor;
    use crate::columns::PaperUuid;
    use crate::columns::PartyUuid;
    use crate::redemptions::RedemptionStateWord;

    redemption (lock_entry) {
        lock_entry -> BigInt,
        offer -> Uuid,
        paper -> PaperUuid,
        holder -> PartyUuid,
        lo -> BigInt,
        hi -> BigInt,
        days -> BigInt,
        rebate -> Minor,
        payment -> Minor,
        currency -> CurrencyCode,
        accepted_on -> Date,
        instruction -> InstructionUuid,
        state -> RedemptionStateWord,
        end_entry -> Nullable<BigInt>,
        ended_on -> Nullable<Date>,
    }
}

diesel::joinable!(redemption -> redemption_offer (offer));
diesel::allow_tables_to_appear_in_same_query!(redemption, redemption_offer);
diesel::joinable!(redemption -> payment_instruction (instruction));
diesel::allow_tables_to_appear_in_same_query!(redemption, payment_instruction);

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::Bytes32;
    use crate::columns::CurrencyCode;
    use crate::columns::Minor;
    use crate::columns::PaperUuid;
    use crate::columns::PartyUuid;

    write_off (entry) {
        entry -> BigInt,
        paper -> PaperUuid,
        holder -> PartyUuid,
        lo -> BigInt,
        hi -> BigInt,
        amount -> Minor,
        currency -> CurrencyCode,
        reason -> Text,
        reason_digest -> Bytes32,
        evidence -> Text,
        written_off_on -> Date,
    }
}
