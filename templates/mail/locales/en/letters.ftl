# The letters in English. Amounts, names and numbers come filled in.

greeting = Dear { $name },
colon = :{ " " }
link-hint = If the button does not work, copy this address into your browser:
footer-why = Tallystick sent you this notice because you act for a party to it. This mailbox is not read; please do not reply.
footer-passphrase = We never ask for your passphrase by mail or by telephone.

button-answer = Accept or refuse
button-paper = View the paper
button-home = Open Tallystick
button-quotes = Compare quotes
button-import = View the result
button-imports = View the lists
button-proposals = Review and approve
button-tasks = See what is to do
button-webhook = See what was told
button-limits = See the limits
button-desk-rates = View the rates
button-pledge = View the pledge
button-retransfer = View the offer
button-desk-request = View the request
button-first-visit = Sign in for the first time
button-document = View the document
button-documents = View the documents
button-waybill = Look and sign

fact-obligor = Obligor
fact-paper = Paper
fact-range = Range
fact-face = Face
fact-amount = Amount
fact-maturity = Maturity
fact-payment-date = Payment date
fact-answer-by = Answer by
fact-reason = Reason
fact-document = Trade document
fact-changed-by = Changed by
fact-other-fragments = Further fragments
fact-bids-until = Sealed bids until
fact-reveal-until = To be shown until
fact-bidders = Banks that have bid
fact-request = Request
fact-supplier = Supplier
fact-provider = Finance provider
fact-quotes-until = Quotes until
fact-proceeds = Proceeds
fact-charge = All-in cost
fact-annual-cost = Cost per year
fact-valid-from = Valid from
fact-rate-rows = Rows
fact-valid-until = Valid until
fact-recourse = Recourse
fact-loan = Loan
fact-secured = Secured claim
fact-contract = Contract
fact-pay-by = Pay by
fact-paid-on = Paid on
fact-presented-on = Presented on
fact-account = Account
fact-credited-on = Credited on
fact-recorded-on = Recorded on
fact-settled-on = Settled on
fact-due = Due to you
fact-credited = Credited now
fact-outstanding = Outstanding
fact-cleared-on = Cleared on
fact-file = File
fact-good = Rows accepted
fact-bad = Rows returned
fact-read-through = Read through line
fact-payables = Payables
fact-checker = Declined by
fact-maker = Prepared by
fact-papers = Papers
fact-total = Total
fact-settlement-run = Settlement
fact-bank-booking = Bank booking
fact-discount-payout = Pay-out of a purchase
fact-webhook = Webhook
fact-webhook-address = Receiver
fact-webhook-answer = Last answer
fact-task = Task
fact-organisation = Organisation
fact-limit = Limit
fact-limit-subject = Limit on
fact-limit-asked = Asked
fact-limit-free = Free

paper-issued-subject = { $who } has issued you a paper for { $amount }
paper-issued-body = { $who } has issued a paper of { $amount } in your favour and promises to pay it at maturity.
paper-issued-note = Please check it against your invoices, then accept or refuse it. Until you accept, you cannot pass it on or have it financed.

paper-accepted-subject = { $who } has accepted your paper for { $amount }
paper-accepted-body = { $who } has accepted the paper you issued. It now binds you to pay { $amount } at maturity to whoever holds it.

paper-refused-subject = { $who } has refused your paper for { $amount }
paper-refused-body = { $who } has refused the paper you issued. It has no effect, and its payables are free again.

paper-withdrawn-subject = { $who } has withdrawn a paper for { $amount }
paper-withdrawn-body = { $who } has withdrawn the paper of { $amount } before you accepted it. There is nothing for you to do.

transfer-offered-subject = { $who } offers you { $amount } in payment of { $document }
transfer-offered-body = { $who } offers you a fragment of { $amount } in payment of { $document }.
transfer-offered-note = Once you accept, you hold this part of the obligor's promise: keep it to maturity, pay your own suppliers with it, or ask for money on it.

transfer-accepted-subject = { $who } has accepted { $amount } for { $document }
transfer-accepted-body = { $who } has accepted the fragment of { $amount } in payment of { $document } and now holds it.

transfer-declined-subject = { $who } has declined { $amount } for { $document }
transfer-declined-body = { $who } has declined the fragment of { $amount }. You still hold it, and { $document } is still unpaid.

finance-requested-subject = { $who } asks for a quote on { $amount }
finance-requested-body = { $who } asks you to finance a fragment of { $amount }.
finance-requested-note = Its provenance and documents are in the financing API under the request given above.

recourse-without = Without recourse
recourse-with = With recourse: if the obligor does not pay, the amount can be claimed back
recourse-limited = Limited recourse, up to { $cap }

quote-received-subject = { $who } has quoted on your { $amount }
quote-received-body = { $who } has made you a quote on your fragment of { $amount }.
quote-received-note = The quote binds the finance provider until it lapses. Nothing is concluded before you sign it.

quote-accepted-subject = { $who } has accepted your quote on { $amount }
quote-accepted-body = { $who } has signed your quote on the fragment of { $amount }. Please pay the proceeds.
quote-accepted-note = The fragment passes to you as soon as your payment is proved.

quote-lapsed-subject = The quote by { $who } on { $amount } has lapsed
quote-lapsed-body = The quote by { $who } on the fragment of { $amount } has ended without a conclusion. The fragment stays where it is.

true-up-waiting-subject = { $who } raises invoice { $document } by { $amount }
true-up-waiting-body = { $who } has handed in a higher price for invoice { $document }: { $amount } more. It counts once you have confirmed the debt under your signature. If it isn't right, say so there.

invoice-overdrawn-subject = Invoice { $document } has carried { $amount } too much
invoice-overdrawn-body = Invoice { $document } by { $who } was lowered after more had been paid with it. { $amount } is no longer covered. Nothing new can be paid with this invoice; please settle the difference between you.

goods-handed-over-subject = { $who } has handed goods over: waybill { $document }
goods-handed-over-body = { $who } has signed waybill { $document } at hand-over. Please check goods, quantities and exceptions, and sign for what you received.
bids-in-subject = Sealed bids on your { $amount } are closed
bids-in-body = Bids on your fragment of { $amount } are closed. The banks now show what they bid, and you can compare.
bids-in-note = A bank that does not show its bid in time is out. Nothing is concluded before you sign.

reveal-due-subject = Show your sealed bid on { $amount } now
reveal-due-body = { $who } takes no more bids on the fragment of { $amount }. Please show the bid you committed to.
reveal-due-note = A bid that is not shown in time lapses unread.

bid-lapsed-subject = Your sealed bid on { $amount } ended unread
bid-lapsed-body = The request by { $who } on the fragment of { $amount } is over, and your sealed bid was not shown. Nobody has read it.

discount-paid-subject = { $who } has paid; { $amount } has passed over
discount-paid-body = Payment by { $who } is proved by the bank. The fragment of { $amount } passed to { $who } in the same step.
discount-reversed-subject = The payment came back; { $amount } belongs to { $who } again
discount-reversed-body = The bank states that the payment for the fragment of { $amount } came back. The purchase is undone: { $who } holds the fragment again.
discount-reversed-note = Nobody owes anything from this purchase. A new request may be made for the fragment.

maturity-ahead-obligor-subject = Please have { $amount } ready: a paper falls due
maturity-ahead-obligor-body = A paper you issued falls due. Please have { $amount } in the settlement account on the payment date.

maturity-ahead-holder-subject = { $amount } from { $who } falls due soon
maturity-ahead-holder-body = A paper you hold falls due. You are to receive { $amount }; you need do nothing, it is presented for you.

presented-subject = Presented for payment: { $amount }
presented-body = Your paper was presented for payment. { $amount } is being collected from your settlement account.

settlement-credited-subject = { $amount } from { $who } has been credited to you
settlement-credited-body = The paper is settled. Your share of { $amount } was credited in one sum, as the bank confirms.

settlement-completed-subject = Your paper for { $amount } is settled
settlement-completed-body = Your paper of { $amount } is paid in full, and every holder was credited. It is closed.

several-ahead-obligor-subject = Please have { $amount } ready: { $papers } papers fall due
several-ahead-obligor-body = { $papers } papers you issued fall due on one day. Please have { $amount } in the settlement account on the payment date.

several-ahead-holder-subject = { $amount } from { $papers } papers falls due soon
several-ahead-holder-body = { $papers } papers you hold parts of fall due on one day. You are to receive { $amount } together; you need do nothing, they are presented for you.

several-presented-subject = { $papers } papers presented for payment: { $amount }
several-presented-body = { $papers } of your papers were presented for payment. { $amount } together is being collected from your settlement account.

several-unpaid-obligor-subject = Not honoured: { $amount } was not paid on the due day
several-unpaid-obligor-body = Your bank did not pay { $amount } when your papers were presented for payment. They are NOT honoured and stay due. Please have the money in your settlement account: what is unpaid is presented again on each day until it is paid, sooner if you tell the operator. If it is not paid by the end of the due day, a default is recorded, everybody who held the papers is told, and you can issue no new ones.

several-default-obligor-subject = In default: { $amount } was not paid by the end of the due day
several-default-obligor-body = { $papers } of your papers were not paid in full by the end of their due day; { $amount } is outstanding. The default is on record, all who hold or held a part of them have been told, and you can issue no new papers until everything is paid and two people of the operator have looked at the evidence.

several-default-holder-subject = Dishonoured: { $amount } of papers on whose path you stand was not paid
several-default-holder-body = { $papers } papers that you hold a part of, once held or have in pledge were not paid in full by the end of their due day: { $amount } is outstanding on them as a whole. This letter is the notice of dishonour. If you hold a part, what is unpaid stays due to you and is asked for on each day; whether you may turn to whom you have it from, or who has it from you may turn to you, is what was signed with each transfer.

several-credited-subject = { $amount } from { $papers } papers has been credited to you
several-credited-body = { $papers } papers are settled. Your shares of { $amount } together were credited, one sum for each paper, as the bank confirms.

several-completed-subject = { $papers } of your papers are settled: { $amount }
several-completed-body = { $papers } of your papers, { $amount } together, are paid in full, and every holder was credited. They are closed.

several-more-note = The list names the first of them; you find all of them in the portal.

short-paid-subject = { $who } has paid short: { $amount } credited to you
short-paid-body = { $who } paid less than the paper's face. What came in was shared out pro rata; your part is { $amount }.
short-paid-note = The rest stays due to you. The obligor can issue no new papers while it is outstanding.

overdue-subject = Overdue: { $who } has not paid { $amount }
overdue-body = { $who } did not pay on the payment date. { $amount } is outstanding to you.
overdue-note = Your claim and its proof stay on record. You will hear as soon as money comes in.

import-checked-subject = { $file } is checked: { $good } { $good ->
    [one] row
   *[other] rows
  } accepted, { $bad } returned
import-checked-body = { $bad ->
    [0] All rows of { $file } can proceed.
   *[other] The accepted rows of { $file } can proceed. Each returned row says which column is wrong and what to do about it.
  }

import-interrupted-subject = { $file } was not read to its end: please hand it in again
import-interrupted-body = The platform was stopped while it was reading { $file }. The rows up to line { $line } are taken in. Hand the same file in again: what is taken in already stays as it is, and the rest follows.

approval-waiting-subject = { $who } asks you to approve { $papers ->
    [one] { $papers } paper
   *[other] { $papers } papers
  } for { $amount }
approval-waiting-body = { $who } has prepared { $papers ->
    [one] { $papers } paper
   *[other] { $papers } papers
  } for { $amount } in all. Nothing is issued before a second person approves.

proposals-declined-subject = { $who } declined { $papers ->
    [one] { $papers } paper
   *[other] { $papers } papers
  } for { $amount }
proposals-declined-body = { $who } did not approve { $papers ->
    [one] { $papers } paper that you prepared, for { $amount }. Nothing was
   *[other] { $papers } papers that you prepared, for { $amount } in all. None was
  } issued.
proposals-declined-note = You can propose the payables again. If something is wrong with them, hand them in corrected under the same numbers first.

answer-proposed-subject = { $who } asks you to decide: { $supplier }, { $amount }
answer-proposed-body = { $who } proposes an answer to the request of { $supplier } for { $amount }. Nothing goes out before a second person decides.

answer-returned-subject = { $who } sent your answer back: { $amount }
answer-returned-body = { $who } did not approve the answer that you proposed to a request for { $amount }. Nothing went out; you can propose another.

rates-proposed-subject = { $who } asks you to sign standing rates ({ $currency })
rates-proposed-body = { $who } has drawn up standing rates in { $currency }. Once signed, prices follow from them at once and bind your organisation; nothing is published before a second person signs.

rates-returned-subject = { $who } sent your standing rates back ({ $currency })
rates-returned-body = { $who } did not sign the standing rates in { $currency } that you drew up. Nothing was published; you can propose others.

invitation-subject = { $who } invites you to Tallystick for { $organisation }
invitation-body = { $who } has opened an access for you at { $organisation }. At the first sign-in you choose a passphrase of your own; it seals your signing key, and nobody else knows it.
invitation-note = The link works once and is meant for you alone: please do not pass it on.

operator-tasks-subject = { $count } { $count ->
    [one] thing waits
   *[other] things wait
  } for you to look at
operator-tasks-body = The platform came upon what it can't settle by itself. The settlements concerned are set aside; everything else goes on.
operator-tasks-note = The page says of each what to do. Close it there with a few words once it is done; a settlement that was set aside then goes on.

limit-exhausted-subject = A limit has no room: { $subject }, { $asked } asked
limit-exhausted-body = A holder wanted to sign your quote, but your limit on { $subject } has not so much room. Nothing was signed; the holder was told only that you can't take it now.
limit-exhausted-note = If you still want to buy, raise the limit (one proposes, another approves) while the quote stands.

limit-proposed-subject = { $who } proposed a limit on { $subject }
limit-proposed-body = { $who } has proposed what the limit on { $subject } shall be. It is in force once another person approves it.

limit-circle-invited-subject = { $who } asks you to see limits on { $subject } together
limit-circle-invited-body = { $who } proposes a joint view of limits on { $subject }. Those who agree see the sums of what all of them have; nobody sees another's part.
limit-circle-invited-note = Nothing of yours is shown before you agree, and nothing more after you leave.

pledge-asked-subject = { $who } asks to pledge { $amount } to you
pledge-asked-body = { $who } asks to pledge a fragment of { $amount } to you for { $loan }. Look at where it comes from, then sign a deed or decline.
pledge-asked-note = Nothing is pledged before both sides have signed.

pledge-granted-subject = { $who } has signed the deed of pledge: now you sign
pledge-granted-body = { $who } has signed a deed over { $amount } for { $loan }. The fragment is pledged once you sign too.
pledge-granted-note = While it is pledged you can't pass it on, split it or sell it. At maturity it is paid to your own account.

pledge-declined-subject = { $who } does not take the pledge of { $amount }
pledge-declined-body = { $who } does not take the fragment of { $amount } as a pledge for { $loan }. It is free as before.

pledge-pledged-subject = Pledged to you: { $amount } of { $who }
pledge-pledged-body = { $who } has signed. The fragment of { $amount } secures { $loan } and stays put until you let it go.
pledge-pledged-note = At maturity it is paid to its holder's own account. You will be told on that day.

pledge-released-subject = { $who } has let your pledged fragment go: { $amount }
pledge-released-body = { $who } has released the pledge for { $loan }. The fragment of { $amount } is yours to use again.

pledge-paid-subject = A fragment pledged to you was paid: { $amount }
pledge-paid-body = The paper is settled. { $amount } that { $who } had pledged to you for { $loan } was paid to the holder's own account.
pledge-paid-note = What you may claim of it is between the two of you and your loan; the platform moves no money between you.

retransfer-offered-subject = { $who } offers you a fragment of { $amount }
retransfer-offered-body = { $who } offers to pass a fragment of { $amount } on to you under { $contract }. It is yours once you accept.
retransfer-offered-note = The price is settled between the two of you, outside. Accepting takes room of your own limits on the obligor.

retransfer-accepted-subject = { $who } has taken the fragment of { $amount }
retransfer-accepted-body = { $who } has accepted the fragment of { $amount } under { $contract }. It is no longer yours, and your limits have that room again.

retransfer-declined-subject = { $who } declined the fragment of { $amount }
retransfer-declined-body = { $who } did not accept the fragment of { $amount } under { $contract }. It stays yours.
webhook-unreachable-subject = Your system at { $address } is told nothing any more
webhook-unreachable-body = Your system at { $address } did not take a message for three days, however often it was tried. The webhook is disabled: nothing is sent there until you enable it.

webhook-gone-subject = Your system at { $address } says that it is gone
webhook-gone-body = Your system at { $address } answered a message with 410 (gone). The webhook is disabled: nothing is sent there until you enable it.

webhook-disabled-note = Nothing is lost. Once the receiver is mended, enable the webhook on its page and have what it missed sent again. What your system has to do in the meantime stands on your desk as always.

# Freezes and lapsed offers.
button-freezes = View the orders
fact-authority = Ordered by
fact-reference = Order number
fact-frozen-until = Frozen until
fact-fragments = Fragments

freeze-frozen-subject = Frozen by order: fragments that you hold
freeze-frozen-body = By an order of { $authority } ({ $reference }) fragments that you hold are frozen. They stay yours, and can't be passed on, split, sold or pledged.
freeze-frozen-note = If one falls due before the freeze has ended, its money is paid to your own account once it has. Questions about the order go to whoever made it; the platform only carries it out.

freeze-pledge-subject = Frozen by order: a fragment pledged to you
freeze-pledge-body = By an order of { $authority } ({ $reference }) fragments pledged to you are frozen. The pledge stays behind the order and stands again when it has ended.
freeze-pledge-note = Until then it can't be released.

freeze-offer-over-subject = An offer to you is over
freeze-offer-over-body = The fragment that was offered to you can't be passed on any more. There is nothing to answer; the invoice is owed to you as before.

freeze-ended-subject = A freeze has ended
freeze-ended-body = The freeze by order of { $authority } ({ $reference }) has ended. The fragments stand as they did before.

freeze-proposed-subject = { $who } has entered an order to freeze: { $reference }
freeze-proposed-body = Hold it against the order itself and decide: who ordered, number, scope, last day.
freeze-proposed-note = Nothing is done before one of you has decided; who entered it can't.
freeze-lift-proposed-subject = { $who } has entered an order that lifts a freeze: { $reference }
freeze-lift-proposed-body = Hold it against the order itself and decide whether the freeze ends before its last day.
freeze-returned-subject = { $who } has sent your order back: { $reference }
freeze-returned-body = It was not carried out. Read why, and enter it anew if it is to be.

offer-lapsed-own-subject = Nobody answered your offer of { $amount }
offer-lapsed-own-body = { $who } did not answer your offer in time. It has lapsed: the fragment is yours to use again, and the documents are free.
offer-lapsed-subject = An offer of { $amount } to you has lapsed
offer-lapsed-body = You did not answer the offer of { $who } in time. The fragment stays theirs, and what they owe you is owed as before.

# Agreements on a paper.
button-agreement = View the agreement
fact-new-maturity = New promised date
fact-new-due-date = Paid on
fact-sign-by = Sign by
agreement-asked-note = It takes effect only when everybody who holds a part has signed. A single no ends it; nothing changes then.
agreement-void-proposed-subject = A colleague proposes to make a paper of { $amount } void
agreement-void-proposed-body = Sign it as the second person, or send it back. The holders are asked after that.
agreement-void-asked-subject = { $who } asks you to agree that a paper is void: { $amount }
agreement-void-asked-body = { $who } asks all holders to agree that the paper is void. Nothing would be owed on it any more, and the debts it stands for would be owed as they were before.
agreement-void-effective-subject = A paper is void: { $amount }
agreement-void-effective-body = { $who } and all holders have signed. Nothing is owed on the paper any more; the invoices it paid are open again.
agreement-void-declined-subject = A paper stays as it is: { $amount }
agreement-void-declined-body = Not everybody agreed that the paper of { $who } is void. It stays as it was.
agreement-void-withdrawn-subject = A question to you is off: { $amount }
agreement-void-withdrawn-body = { $who } does not ask any more that the paper be void. It stays as it was.
agreement-void-lapsed-subject = Not everybody signed in time: { $amount }
agreement-void-lapsed-body = The paper of { $who } is not void; it stays as it was.
agreement-extend-proposed-subject = A colleague proposes to pay a paper of { $amount } later
agreement-extend-proposed-body = Sign it as the second person, or send it back. The holders are asked after that.
agreement-extend-asked-subject = { $who } asks you to agree to a later date: { $amount }
agreement-extend-asked-body = { $who } asks all holders to agree that the paper is paid later. You need not agree.
agreement-extend-effective-subject = A paper is paid later: { $amount }
agreement-extend-effective-body = { $who } and all holders have signed. The paper is paid on the new date.
agreement-extend-declined-subject = A paper keeps its date: { $amount }
agreement-extend-declined-body = Not everybody agreed to a later date. The paper of { $who } is paid on the day promised.
agreement-extend-withdrawn-subject = A question to you is off: { $amount }
agreement-extend-withdrawn-body = { $who } does not ask for a later date any more. The paper is paid on the day promised.
agreement-extend-lapsed-subject = Not everybody signed in time: { $amount }
agreement-extend-lapsed-body = The paper of { $who } is paid on the day promised.

button-redemption = View the early payment
fact-rebate-rate = Rebate a year
fact-rebate = Rebate
fact-early-payment = Paid early
fact-due-on = Due on
fact-accept-by = Accept by
fact-early-redemption = Early payment
redemption-offered-note = Every holder is offered the same: the same rebate, the same pay date, the same time to decide. Each decides for itself; whoever does not accept is paid in full on the due date.
redemption-proposed-subject = A colleague proposes to pay a paper early: { $amount }
redemption-proposed-body = Sign it as the second person, or send it back. After that every holder is offered the same.
redemption-offered-subject = { $who } offers to pay early: { $amount }
redemption-offered-body = { $who } offers to pay the paper before it is due. You accept fragment by fragment, or hold to maturity. The money goes to your own account.
redemption-accepted-subject = A holder has accepted to be paid early: { $amount }
redemption-accepted-body = On the pay date your bank is instructed to pay the holder's own account. Please keep the money ready.
redemption-paid-subject = Paid early: { $amount }
redemption-paid-body = The bank has proved that the money reached your account. The fragment is redeemed.
redemption-redeemed-subject = A part of your paper is paid early: { $amount }
redemption-redeemed-body = The bank has proved the payment. You are not asked for this part on the due date.
redemption-released-subject = Not paid early: { $amount }
redemption-released-body = The bank of { $who } did not pay. The fragment is yours as before and is paid in full on the due date. While the offer stands you may accept again.
redemption-not-paid-subject = Your bank did not make an early payment: { $amount }
redemption-not-paid-body = The fragment is its holder's as before and is owed in full on the due date. Please ask your bank why.
button-recourse = View the claims
recourse-claimed-subject = { $who } turns to you by recourse
recourse-claimed-body = { $obligor } has not paid in full. { $who } has the fragment from you, with recourse, and turns to you for what is owed on it. Pay, and the fragment is yours again; or say why you won't.
recourse-withdrawn-subject = { $who } has taken its claim back
recourse-withdrawn-body = { $who } does not turn to you for this fragment any more.
recourse-disputed-subject = { $who } disputes your claim
recourse-disputed-body = { $who } says why it will not pay. The claim stands until you take it back, or the obligor pays.
recourse-agreed-subject = { $who } pays your claim
recourse-agreed-body = { $who } has signed, and its bank is asked to pay to your account. The fragment moves when the bank has paid.
recourse-paid-own-subject = { $who } has paid your claim
recourse-paid-own-body = The money is on your account. The fragment is { $who }'s again; for what is left of your claims nothing changes.
recourse-paid-subject = You have the fragment again: the claim of { $who } is paid
recourse-paid-body = Your bank has paid. The fragment is yours, with what { $obligor } still owes on it. If you had it with recourse yourself, you may turn to the party before you.
recourse-unpaid-own-subject = The payment of { $who } did not come
recourse-unpaid-own-body = The bank did not pay. The fragment is free and yours; you may claim again.
recourse-unpaid-subject = Your bank did not pay the claim of { $who }
recourse-unpaid-body = The fragment stays with { $who }, who may claim again.
recourse-lapsed-subject = A claim is over: { $obligor } has paid
recourse-lapsed-body = The paper is paid in full. Nothing is owed between you and { $who } on it.

# A transfer taken back as a mistake.
button-corrections = View the correction
fact-what-was-wrong = What was wrong
correction-asked-back-subject = { $who } asks you to give back { $amount }
correction-asked-back-body = { $who } says that the transfer to you was a mistake, and has signed that it is taken back. If you agree, sign too: the fragment goes back at once and the invoice is open again. If not, say why; until you sign, nothing changes.
correction-offered-back-subject = { $who } wants to give back { $amount }
correction-offered-back-body = { $who } says that it should not have got the fragment from you, and has signed that it goes back. If you agree, sign too: the fragment is yours again and the invoice is open again. If not, say why; until you sign, nothing changes.
correction-withdrawn-subject = { $who } does not want to take the transfer back any more
correction-withdrawn-body = The proposal is off. The transfer stands as it was made.
correction-declined-subject = { $who } does not agree that the transfer was a mistake
correction-declined-body = The transfer stands as it was made. You read below why.
correction-given-back-subject = { $amount } went back to { $who }
correction-given-back-body = You have both signed. The fragment is { $who }'s again, your invoice is open again, and neither of you can turn to the other for this transfer. The record keeps the transfer and its correction.
correction-taken-back-subject = { $amount } is yours again
correction-taken-back-body = You and { $who } have both signed. The fragment is yours again, and the invoice that it paid is open again. The record keeps the transfer and its correction.

# A newer table of holidays.
fact-day-told = Day told before
fact-day-now = Paid on
fact-holiday-notice = Holidays by
day-moved-obligor-subject = Paid on { $to } instead of { $from }: { $amount }
day-moved-obligor-body = { $papers ->
    [one] The table of holidays has changed, and the day on which a paper of yours is paid with it. Please have { $amount } in the settlement account on { $to }. If you were told { $from } before, this is the correction.
   *[other] The table of holidays has changed, and the day on which { $papers } papers of yours are paid with it. Please have { $amount } in the settlement account on { $to }. If you were told { $from } before, this is the correction.
}
day-moved-holder-subject = You are paid on { $to } instead of { $from }: { $amount }
day-moved-holder-body = { $papers ->
    [one] The table of holidays has changed, and the day on which a paper that you hold a part of is paid with it. You are to receive { $amount } on { $to }; you need do nothing. If you were told { $from } before, this is the correction.
   *[other] The table of holidays has changed, and the day on which { $papers } papers that you hold parts of are paid with it. You are to receive { $amount } on { $to }; you need do nothing. If you were told { $from } before, this is the correction.
}
day-moved-note = The due date that everybody signed stays as it is. Where it is a day of rest, the paper is presented on the next business day.
