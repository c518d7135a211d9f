day-today = today
days-ahead = { $days ->
    [one] tomorrow
   *[other] in { $days } days
}
days-ago = { $days ->
    [one] yesterday
   *[other] { $days } days ago
}
days-count = { $days ->
    [one] { $days } day
   *[other] { $days } days
}
due-line = Due { $date }, { $when }
due-dates-count = { $count ->
    [one] One due date ahead.
   *[other] { $count } due dates ahead.
}

held-free = Held
held-offered = Offered to { $to }, not yet accepted
held-selling = Sold to { $to }, waiting for the money
held-due = Due today; the obligor is asked to pay
held-overdue = Past due, not paid in full
held-pending = Issued, waiting for acceptance
held-offered-open = Offered, not yet accepted
held-selling-open = Sold, waiting for the money

task-paper = { $from } has issued you a paper
task-offer = { $from } offers you a fragment
task-answer = Look and accept
task-quotes = { $count ->
    [one] A bank has quoted
   *[other] { $count } banks have quoted
}
task-best = { $obligor } · best { $rate } a year
task-compare = Compare

figure-held = You hold
figure-fragments = { $count ->
    [one] { $count } fragment
   *[other] { $count } fragments
}
figure-next = Due next
figure-asking = Open requests

recourse-without = Without recourse
recourse-with = With recourse: if the obligor doesn't pay, the money can be claimed back from the transferor
recourse-limited = Limited recourse, up to { $cap }
recourse-choice = If the obligor doesn't pay
recourse-choice-without = The recipient carries the risk (without recourse)
recourse-choice-with = The recipient may turn back to you (with recourse)

recipient-search = Somebody else
recipient-search-hint = Part of the name, or the credit code; at least two characters.
recipient-search-do = Search

refuse-amount = The amount doesn't match the invoice
refuse-trade = There is no such trade
refuse-cash = Payment in cash was agreed
refuse-date = The due date is not the one agreed

deed-final = It is recorded at once and can't be undone; a mistake is put right by a new signed entry.
deed-answer-for = You answer for the trade being real, lawful and undisputed.
deed-discharge = An equal amount owed under the invoice is discharged.
deed-until-accepted = Until the recipient accepts, the fragment stays yours but can't be used otherwise; you can take the offer back.
deed-until-paid = Until the bank's payment has arrived the fragment stays yours but can't move.
deed-accept-paper = We accept this paper in place of the invoices it stands for.
deed-accept-offer = We accept this fragment in discharge of an equal amount owed under the invoice.
deed-accept = Sign and accept
deed-pay = We pass this range on to the recipient in discharge of an equal amount owed under its invoice.
deed-pay-sign = Sign and pay
deed-quote = We accept this quote and sell this range to { $bank } at this price.
deed-quote-sign = Sign and get the money

request-open = Waiting for quotes
request-signed = Signed, waiting for the bank's payment
request-paying = The money is on its way
request-funded = Paid
request-declined = All banks said no
request-expired = Lapsed
request-withdrawn = Withdrawn
request-quotes = { $count ->
    [one] { $count } quote, { $rate } a year
   *[other] { $count } quotes, best { $rate } a year
}
request-until = until { $moment }
discount-signed = Signed, waiting for the bank's payment
discount-registered = Registered, waiting for the bank's payment
discount-paying = The money is on its way
discount-unknown = The bank's answer is missing; it is being asked
discount-funded = Paid; the fragment is the bank's
discount-reversed = Not paid; the fragment is yours again
quotes-declined = Said no
quote-rate = Rate
quote-withdrawn = The bank took it back.
quote-accepted = You signed this one.
quote-lapsed = It has expired.
quote-lost = You signed another one.
fee-line = { $kind } (paid by { $payer })
fee-confirmation = Confirmation fee
fee-platform = Platform fee
fee-handling = Handling fee
fee-registration = Registration fee
fee-service = Service fee
fee-by-holder = you
fee-by-funder = the bank
fee-by-obligor = the obligor
fee-obligor-share = Interest the obligor pays

outcome-became = Used; its parts are among your holdings
outcome-passed-on = Passed on to { $to }
outcome-sold = Sold to { $to }
outcome-ended = The paper was refused or withdrawn
outcome-paid = Settled at maturity
came-from = Received from
leg-closed = Closed
leg-discharged = Discharged by transfer to { $to } on { $date }
leg-sold = Sold to { $to } and paid on { $date }
paid-at-maturity = Paid at maturity
credit-settled = { $amount } paid into your account on { $date }
credit-under-way = { $amount } on its way since { $date }
credit-rejected = { $amount } of { $date } did not arrive; the operator is looking into it
picture-caption = Cents run from left to right, tiers downward. What others do with their parts is not shown.
name-withheld = (name withheld)
path-promise = promised to pay
path-issue = issued
path-transfer = passed on
path-discount = bought
proof-valid = signatures valid
proof-broken = signatures do NOT check
proof-path-valid = every signature from the issue to here checked and valid

did-issue = { $from } issued the paper to { $to }
did-accept = { $from } accepted the paper
did-refuse = { $from } refused the paper
did-withdraw = The obligor took the paper back
did-split = { $from } split the fragment
did-transfer-offer = { $from } offered it to { $to }
did-transfer-accept = { $to } accepted what { $from } offered
did-transfer-decline = { $from }'s offer was declined
did-transfer-recall = { $from } took the offer back
did-discount-agree = { $from } sold it to { $to }, on payment
did-discount-complete = { $to } paid { $from }; the fragment moved
did-discount-release = No payment came; it is { $from }'s again
did-settle = { $from } paid; the paper was settled

receipt-accept = You have accepted the paper
receipt-accept-next = It is yours now: hold it to maturity, pay a supplier with part of it, or ask for money.
receipt-refuse = You have refused the paper
receipt-refuse-next = { $other } has been told; the invoices are owed to you as before.
receipt-split = You have split the fragment
receipt-split-next = Both parts are yours.
receipt-transfer-offer = Offered to { $other }
receipt-transfer-offer-next = { $other } has been told by mail. Until it accepts, you can take the offer back.
receipt-transfer-accept = Accepted: { $other } to its supplier
receipt-transfer-accept-next = The debt under the invoice is discharged by this transfer.
receipt-transfer-decline = The offer was declined
receipt-transfer-decline-next = The fragment stays where it was; the invoice is owed as before.
receipt-transfer-recall = The offer was taken back
receipt-transfer-recall-next = The fragment is free again.
receipt-discount-agree = Sold to { $other }
receipt-discount-agree-next = The bank has been told to pay into your account. The fragment moves when the payment has arrived.
receipt-discount-complete = { $other } has paid
receipt-discount-complete-next = The fragment has moved on evidence of payment.
receipt-discount-release = The sale to { $other } was released
receipt-discount-release-next = The fragment is free again.
receipt-withdraw = The paper was taken back
receipt-withdraw-next = The invoices are owed as before.
to-holdings = To what I hold
to-fragment = The fragment
to-rest = What stays with me
signed-by = Signed by
entry-hash = Entry hash
signatures = Signatures
seat-book = the book
seat-maker = obligor, maker
seat-checker = obligor, checker
seat-holder = holder
seat-recipient = recipient
seat-provider = finance provider

v-transferor = Transferor
v-recipient = Recipient
v-payer = Payer (obligor)
clause-trade = Issue and transfer rest on a real, lawful and undisputed trade.
clause-discharge = After the transfer the equal amount of debt between transferor and recipient is extinguished; the transferor no longer holds the rights.
clause-promise = The payer promises to pay unconditionally on the promised payment date.
clause-account = Payment goes only into the bound bank account of whoever is the final holder on that date.

form-wrong = Some fields can't be used yet
form-wrong-do = Look at the marked fields. Nothing was signed or recorded.
field-see-above = See the message above.
field-date-ahead = This date lies ahead.
field-search-too-short = Type at least two characters.
field-nobody-found = Nobody found; try another part of the name or the whole credit code.

day-count-actual-360 = actual/360
day-count-actual-365f = actual/365
day-count-thirty-360 = 30/360

recall-title = Take the offer back
recall-to = Offered to { $to }, not yet accepted
recall-lead = The offer ends and the fragment is free again. What the invoice could carry is free too.
do-recall = Take the offer back
deed-recall = We take our offer of this range back.
deed-recall-follows = The invoice is owed as before.
deed-recall-sign = Sign and take back
