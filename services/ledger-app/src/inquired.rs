//! What was asked at once: the inquiry of a request, and the requests of an inquiry.

use std::collections::HashMap;
use std::collections::HashSet;

use ledger_core::id::InquiryId;
use ledger_core::id::RequestId;
use ledger_store::finance::FinanceRequest;
use ledger_store::inquiries::Inquiry;
use ledger_store::inquiries::InquiryMode;
use ledger_store::unit_of_work::ReadTx;

use crate::error::AppError;
use crate::principal::Principal;

/// The inquiry's id. A request from before there were inquiries stands alone under its own.
pub(crate) const fn id_of(request: &FinanceRequest) -> InquiryId {
    match request.inquiry {
        Some(id) => id,
        None => InquiryId::from_bytes(*request.id.bytes()),
    }
}

/// The inquiries of these requests by id, in one query.
///
/// # Errors
/// The store's.
pub(crate) fn of_requests<'r>(
    tx: &mut ReadTx<'_>,
    requests: impl IntoIterator<Item = &'r FinanceRequest> + Clone,
) -> Result<HashMap<InquiryId, Inquiry>, AppError> {
    let mut ids: Vec<InquiryId> = requests
        .clone()
        .into_iter()
        .filter_map(|r| r.inquiry)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let mut found: HashMap<InquiryId, Inquiry> = tx
        .inquiries_by_ids(&ids)?
        .into_iter()
        .map(|inquiry| (inquiry.id, inquiry))
        .collect();
    for request in requests {
        found
            .entry(id_of(request))
            .or_insert_with(|| alone(request));
    }
    Ok(found)
}

/// The inquiry of one request.
///
/// # Errors
/// The store's.
pub(crate) fn of_request(
    tx: &mut ReadTx<'_>,
    request: &FinanceRequest,
) -> Result<Inquiry, AppError> {
    of_requests(tx, [request])?
        .remove(&id_of(request))
        .ok_or(AppError::NotFound)
}

/// A request and all others of its inquiry.
///
/// # Errors
/// [`AppError::NotFound`]; the store's.
pub(crate) fn asked_with(
    tx: &mut ReadTx<'_>,
    request: RequestId,
) -> Result<Vec<FinanceRequest>, AppError> {
    let found = tx
        .finance_requests_by_ids(&[request])?
        .pop()
        .ok_or(AppError::NotFound)?;
    match found.inquiry {
        Some(inquiry) => Ok(tx.finance_requests_of_inquiries(&[inquiry])?),
        None => Ok(vec![found]),
    }
}

/// The requests of these inquiries that the caller was invited to.
///
/// # Errors
/// The store's.
pub(crate) fn siblings(
    tx: &mut ReadTx<'_>,
    who: &Principal,
    inquiries: &HashMap<InquiryId, Inquiry>,
) -> Result<Vec<(InquiryId, RequestId)>, AppError> {
    let ids: Vec<InquiryId> = inquiries.keys().copied().collect();
    let requests = tx.finance_requests_of_inquiries(&ids)?;
    let of: Vec<RequestId> = requests.iter().map(|request| request.id).collect();
    let invited: HashSet<RequestId> = tx
        .finance_invitations(&of)?
        .into_iter()
        .filter(|invitation| invitation.provider == who.party)
        .map(|invitation| invitation.request)
        .collect();
    Ok(requests
        .iter()
        .filter(|request| invited.contains(&request.id))
        .map(|request| (id_of(request), request.id))
        .collect())
}

fn alone(request: &FinanceRequest) -> Inquiry {
    Inquiry {
        id: id_of(request),
        holder: request.holder,
        currency: request.currency,
        mode: InquiryMode::Open,
        bids_until: None,
        expires_at: request.expires_at,
        reveal_called: false,
        created_at: request.created_at,
    }
}
