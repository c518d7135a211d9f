//! One file per page or family of pages: a view struct of formatted values and its template.
//! A page shows; it decides nothing.

pub mod agreements;
pub mod bank;
pub mod cash;
pub mod clock;
pub mod deed_card;
pub mod defaults;
pub mod desk;
pub mod documents;
pub mod finance;
pub mod fragment;
pub mod freezes;
pub mod holdings;
pub mod home;
pub mod imports;
pub mod intake;
pub mod limits;
pub mod offer;
pub mod operator;
pub mod papers;
pub mod pay;
pub mod picture;
pub mod pledges;
pub mod proposals;
pub mod rates;
pub mod recall;
pub mod receipt;
pub mod recourse;
pub mod retransfers;
pub mod rules;
pub mod sign_in;
pub mod statistics;
pub mod stops;
pub mod tasks;
pub mod voucher;
pub mod webhooks;
