//! The tables as diesel knows them, written by hand after `migrations/`; a test compares the two.

diesel::table! {
    use diesel::sql_types::*;
    use crate::columns::*;
    use crate::parties::*;

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
    use crate::columns::*;
    use crate::signing_keys::*;

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

diesel::allow_tables_to_appear_in_same_query!(party, signing_key);
diesel::joinable!(signing_key -> party (party));
