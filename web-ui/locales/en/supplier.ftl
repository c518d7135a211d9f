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
held-offered = Offered to { $to }, awaiting acceptance
held-selling = Sold to { $to }, awaiting payment
held-due = Due today; the obligor has been asked to pay
held-overdue = Past due, not paid in full
held-pending = Issued, awaiting acceptance
held-offered-open = Offered, awaiting acceptance
held-selling-open = Sold, awaiting payment

task-paper = { $from } has issued you a paper
task-offer = { $from } offers you a fragment
task-answer = Review and accept
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
recourse-with = With recourse: if the obligor doesn't pay, the amount can be claimed from the transferor
recourse-limited = Limited recourse, up to { $cap }
recourse-choice = If the obligor doesn't pay
recourse-choice-without = The recipient carries the risk (without recourse)
recourse-choice-with = The recipient can claim it from you (with recourse)
recourse-choice-limited = The recipient can claim back part of it from you (limited recourse)
recourse-cap = At most
recourse-cap-hint = Only for limited recourse: no more than the amount you pay.

recipient-search = Another supplier
recipient-search-hint = Part of the name, or the credit code; at least two characters.
recipient-search-do = Search

refuse-amount = The amount doesn't match the invoice
refuse-trade = There is no such trade
refuse-cash = Payment in cash was agreed
refuse-date = The due date is not the one agreed

deed-final = It is recorded at once and can't be undone; a mistake is put right by a new signed entry.
deed-answer-for = You answer for the trade being real, lawful and undisputed.
deed-discharge = An equal amount owed under the invoice is discharged.
deed-until-accepted = Until the recipient accepts, the fragment stays yours but can't be used otherwise; you can withdraw the offer.
deed-until-paid = Until the bank's payment arrives the fragment stays yours but can't be transferred.
deed-accept-paper = We accept this paper in place of the invoices it stands for.
deed-accept-offer = We accept this fragment in discharge of an equal amount owed under the invoice.
deed-accept = Sign and accept
deed-pay = We transfer this range to the recipient in discharge of an equal amount owed under its invoice.
deed-pay-sign = Sign and pay
deed-quote = We accept this quote and sell this range to { $bank } at this price.
deed-quote-sign = Sign and sell

request-open = Waiting for quotes
request-sealed = Sealed bidding under way
request-bids = { $count ->
    [one] { $count } sealed bid
   *[other] { $count } sealed bids
}
request-fragments = { $obligor } and others, { $count } fragments
fragments-count = { $count ->
    [one] { $count } fragment
   *[other] { $count } fragments
}
ask-fragments = Asked on
bids-sealed = { $count ->
    [0] No sealed bid yet. Bidding closes on { $moment }; the banks then show what they bid.
    [one] { $count } sealed bid is in. Nobody can read it before bidding closes on { $moment }.
   *[other] { $count } sealed bids are in. Nobody can read them before bidding closes on { $moment }.
}
offer-covers = On { $count } of { $all } fragments
deed-offer = We accept this offer and sell these ranges to { $bank } at these prices: all of them or none.
request-signed = Signed, awaiting the bank's payment
request-paying = Payment under way
request-funded = Paid
request-declined = Declined by all banks
request-expired = Expired
request-withdrawn = Withdrawn
request-quotes = { $count ->
    [one] { $count } quote, { $rate } a year
   *[other] { $count } quotes, best { $rate } a year
}
request-until = until { $moment }
discount-signed = Signed, awaiting the bank's payment
discount-registered = Registered, awaiting the bank's payment
discount-paying = Payment under way
discount-unknown = No answer from the bank yet; being investigated
discount-funded = Paid; the fragment has passed to the bank
discount-reversed = Not paid; the fragment is yours again
quote-at-once = At once
quote-at-once-words = The bank's standing offer: no need to wait for an answer.
standing-title = Offers you can have at once
standing-lead = Some banks have standing offers for this. They are on the next page too, beside what others quote.
standing-cost = { $rate } a year, all in
do-standing-again = Look for standing offers again
quotes-declined = Declined
quote-rate = Rate
quote-withdrawn = Withdrawn by the bank.
quote-accepted = You signed this quote.
quote-lapsed = Expired.
quote-lost = You signed another quote.
fee-line = { $kind } (paid by { $payer })
fee-confirmation = Confirmation fee
fee-platform = Platform fee
fee-handling = Handling fee
fee-registration = Registration fee
fee-service = Service fee
fee-by-holder = you
fee-by-funder = the bank
fee-by-obligor = the obligor
fee-obligor-share = Interest borne by the obligor

outcome-became = Used; its parts are among your holdings
outcome-passed-on = Transferred to { $to }
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
credit-netted = {""}, in one sum with other papers: { $reference }
credit-rejected = { $amount } of { $date } did not arrive; the operator is looking into it
picture-caption = The cents of the paper run from left to right, tiers downwards. What others do with their parts is not shown.
name-withheld = (name withheld)
path-promise = promised to pay
path-issue = issued
path-transfer = transferred
path-discount = bought
proof-valid = signatures valid
proof-broken = signatures do NOT verify
proof-path-valid = every signature from the issue to here verified and valid

did-issue = { $from } issued the paper to { $to }
did-accept = { $from } accepted the paper
did-refuse = { $from } refused the paper
did-withdraw = The obligor withdrew the paper
did-split = { $from } split the fragment
did-transfer-offer = { $from } offered it to { $to }
did-transfer-accept = { $to } accepted the transfer from { $from }
did-transfer-decline = { $from }'s offer was declined
did-transfer-recall = { $from } withdrew the offer
did-discount-agree = { $from } agreed to sell it to { $to }, on payment
did-discount-agree-by-card = { $from } agreed to sell it to { $to } at its standing rates, on payment
did-discount-complete = { $to } paid { $from }; the fragment moved
did-discount-release = No payment came; returned to { $from }
did-settle = { $from } paid; what came was shared out to the holders

receipt-accept = You have accepted the paper
receipt-accept-next = It is yours now: hold it to maturity, pay a supplier with part of it, or request financing.
receipt-refuse = You have refused the paper
receipt-refuse-next = { $other } has been told; the invoices are owed to you as before.
receipt-split = You have split the fragment
receipt-split-next = Both parts are yours.
receipt-transfer-offer = Offered to { $other }
receipt-transfer-offer-next = { $other } has been told by e-mail. Until it accepts, you can withdraw the offer.
receipt-transfer-accept = Transfer with { $other } accepted
receipt-transfer-accept-next = The debt under the invoice is discharged by this transfer.
receipt-transfer-decline = The offer was declined
receipt-transfer-decline-next = The fragment stays where it was; the invoice is owed as before.
receipt-transfer-recall = The offer was withdrawn
receipt-transfer-recall-next = The fragment is free again.
receipt-discount-agree = Sold to { $other }
receipt-discount-agree-next = The bank has been instructed to pay into your account. The fragment passes once the payment has arrived.
receipt-discount-agree-by-card = Sold to { $other } at its standing rates
receipt-discount-agree-by-card-next = The bank has been instructed to pay into your account. The fragment passes once the payment has arrived.
receipt-discount-complete = { $other } has paid
receipt-discount-complete-next = The fragment has passed on evidence of payment.
receipt-discount-release = The sale to { $other } was released
receipt-discount-release-next = The fragment is free again.
receipt-withdraw = The paper was withdrawn
receipt-withdraw-next = The invoices are owed as before.
to-holdings = Back to holdings
to-fragment = View the fragment
to-rest = The part that stays with us
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

form-wrong = Some fields need attention
form-wrong-do = Check the marked fields. Nothing was signed or recorded.
field-see-above = See the message above.
field-date-ahead = This date is in the future.
field-search-too-short = Type at least two characters.
field-nobody-found = No match; try another part of the name or the full credit code.

day-count-actual-360 = actual/360
day-count-actual-365f = actual/365
day-count-thirty-360 = 30/360

recall-title = Withdraw the offer
recall-to = Offered to { $to }, awaiting acceptance
recall-lead = The offer ends and the fragment is free again. The invoice amount it used is released too.
do-recall = Withdraw the offer
deed-recall = We withdraw our offer of this range.
deed-recall-follows = The invoice is owed as before.
deed-recall-sign = Sign and withdraw
held-pledged = Pledged to { $to }
held-pledged-open = Pledged
outcome-reversed = Given back to { $to }
leg-reversed = Undone on { $date }: the payment came back, { $to } holds it again
path-reversal = given back
