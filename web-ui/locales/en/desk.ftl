first-visit-done = Your passphrase is set.
first-visit-done-do = Sign in with it now.
mapping-own = Standard layout
mapping-new = Create a new mapping
mapping-currency = Currency, where the file gives none
mapping-currency-hint = Three letters, such as CNY
mapping-company = Company code, where the file gives none
mapping-terms = Payment term in days, where the file gives no due date
mapping-terms-hint = Calendar days, up to 366
mapping-terms-from = Counted from
mapping-json = Write the mapping as JSON instead
mapping-json-hint = If this is filled in, the fields above are ignored.
column-supplier-uscc = Unified social credit code of the supplier
column-vendor-id = Your own number for the supplier
column-supplier-name = Name of the supplier
column-payable-no = Your number for the payable; unique
column-po-no = Purchase order
column-acceptance-date = Acceptance date
column-invoice-no = Invoice number
column-invoice-date = Invoice date
column-invoice-gross = Invoice total with tax
column-gross-amount = Amount with tax
column-currency = Currency, ISO 4217
column-due-date = Due date
column-company-code = Your company code
column-cost-centre = Cost centre
column-remark = Remark
import-reading = Being read
import-read = Read in full
import-failed = Reading stopped
import-rows-read = { $rows ->
    [one] { $rows } row read
   *[other] { $rows } rows read
}
import-new = New payables
import-same = { $rows } already loaded
import-refused = Rows refused
import-warned = { $rows } more to review
import-set-aside = Set aside
import-waiting = Awaiting issue
import-waiting-rows = { $rows ->
    [one] { $rows } payable
   *[other] { $rows } payables
}
import-back = Back to the list
propose-statement = I propose { $papers ->
    [one] { $papers } paper
   *[other] { $papers } papers
} totalling { $total }.
proposed-title = { $papers ->
    [one] { $papers } paper awaits approval
   *[other] { $papers } papers await approval
}
proposals-total = { $papers ->
    [one] { $papers } paper
   *[other] { $papers } papers
}, total { $total }
papers-waiting = Papers awaiting approval
approve-statement = I approve the selected papers. With my signature they are issued.
approve-follows = They are recorded at once and can't be undone; each paper is an unconditional promise to pay on its due date.
approve-follows-mail = Each payee receives an e-mail and accepts or refuses.
do-approve = Sign and issue the selected papers
do-approve-short = Approve
papers-issued = Papers issued
approved-title = { $papers ->
    [one] { $papers } paper issued
   *[other] { $papers } papers issued
}
papers-count = { $papers ->
    [one] { $papers } paper
   *[other] { $papers } papers
}
papers-due = { $papers ->
    [one] { $papers } paper due
   *[other] { $papers } papers due
}
outstanding = Outstanding
outstanding-sum = Total { $total }
due-next = Due next
due-date = Due date (business day)
held-at-tier = Held at tier { $tier }
held-deeper = Held beyond the payee
held-by-providers = of which by finance providers
picture-obligor = You see your payee; of later transfers only that they took place.
picture-tier = Tier { $tier }
picture-masked = not shown
picture-small = small fragments
paper-pending = Awaiting acceptance
paper-active = In circulation
paper-refused = Refused
paper-withdrawn = Withdrawn
paper-part-settled = Part paid
paper-settled = Settled
owed-act-issue = Issued
owed-act-accept = Accepted by the payee
owed-act-refuse = Refused by the payee
owed-act-withdraw = Withdrawn before acceptance
withdraw-title = Take this paper back
withdraw-lead = The payee has not accepted it yet. Once it has, it can only be made void by you and all its holders and pledgees together.
withdraw-reason = Reason for the payee
withdraw-reason-hint = Optional; it goes into the letter to the payee. 500 characters at most.
withdraw-deed = We take back this paper of { $amount }, issued to { $payee } and not accepted.
withdraw-follows-owed = What it stood for is owed as before and stays in the 60-day report; its limit is free again.
withdraw-follows-again = Its payables back no other paper. Hand in what is still owed anew, corrected, under new numbers.
withdraw-sign = Sign and take back
owed-act-settle = Settled at maturity
task-approve = { $papers ->
    [one] { $papers } paper awaits your approval
   *[other] { $papers } papers await your approval
}
kind-obligor = Obligor
kind-supplier = Supplier
kind-provider = Finance provider
kind-auditor = Auditor
kind-operator = Platform operator
custody-none = No key yet
custody-hosted = Hosted, sealed by passphrase
custody-own = Held by the party
party-active = Active
party-no-key = No key yet
party-off = Inactive
party-size = Company size
size-large = Large
size-medium = Medium
size-small = Small
size-micro = Micro
size-sole-trader = Sole trader
size-public = Public body
party-paper-bank = Settlement bank code (obligors only)
party-paper-bank-hint = 12 digits, part of every paper number
party-licence = Licence (finance providers only)
party-check-reason = Why a check character that doesn't fit is right
duty-maker = maker
duty-checker = checker
duty-member = member
duty-operator = operator
duty-auditor = auditor
user-active = Active
user-invited = Invited
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
day-business = business day
day-holiday = not a business day
day-unknown = beyond the calendar
job-settle = Settle due papers: present, collect, clear, pay
job-bank = Exchange messages with the bank
job-quotes = Expire old quotes and proposals
job-statements = Read the bank's statements
job-letters = Send notices
job-seal = Sign a checkpoint of the journal
job-not-run = Not run from here yet
job-moved = { $count } done
job-failed = The job stopped
sandbox-bank = Open the sandbox bank
difference = Difference
instructed-paid = Paid in our books
instructions-count = { $count ->
    [one] { $count } instruction
   *[other] { $count } instructions
}
recon-not-ours = Booked by the bank without our instruction, account { $account }
recon-odd-account = The balances of account { $account } don't follow from its bookings
purpose-discount-payout = Payout of a discount
purpose-settlement-credit = Payment to a holder
purpose-collection = Collection from the obligor
match-even = Agrees
match-on-its-way = In transit
match-missing = Not on the statement
match-differs = Differs
match-not-ours = Not instructed by us
field-look-here = Check this field; the message is above.
warning-calendar-provisional = Due date by a provisional calendar
warning-no-acceptance-date = No acceptance date
warning-sme-longer-than-60-days = Small supplier, later than 60 days after acceptance
problem-field-count = Number of fields differs
problem-invalid-encoding = Unreadable characters
problem-cell-error = Error in a workbook cell
problem-control-character = Invisible characters
problem-text-too-long = Text too long
problem-number-precision-lost = Digits lost in the workbook
problem-missing-field = Required field empty
problem-currency-unknown = Unknown currency
problem-amount-not-a-number = Not an amount
problem-amount-too-many-decimals = Too many decimal places
problem-amount-too-large = Amount too large
problem-amount-zero = Amount zero
problem-credit-note = Credit notes
problem-date-invalid = Not a date
problem-date-ambiguous = Day and month unclear
problem-date-out-of-range = Year out of range
problem-due-before-invoice = Due before the invoice
problem-prepayment = Prepayments
problem-payable-no-reused = Number used twice
problem-repeated-row = Repeated rows
problem-possible-duplicate = Possible duplicates
problem-missing-supplier = No supplier given
problem-uscc-malformed = Not a credit code
problem-uscc-check-digit = Check character differs
problem-unknown-supplier = Supplier not on the platform
problem-supplier-ambiguous = Several suppliers of this name
problem-not-a-supplier = Not a supplier
problem-payable-changed = Known number, other content
suppliers-title = Onboard suppliers in bulk
suppliers-lead = For suppliers you have verified: each is registered and its contact is invited by e-mail to act for it. Uploading the same list again changes nothing.
suppliers-do = Onboard
supplier-column-supplier-name = Registered name; rows of payables without a code are found by it
supplier-column-registration-id = Unified social credit code or LEI; may be empty while unknown
supplier-column-account-number = Account to which the supplier is paid
supplier-column-bank-code = Payment-system code of its bank (12 digits), or a BIC
supplier-column-email = Who acts for the supplier; the invitation goes there
supplier-column-language = zh-CN or en; empty is Chinese
template-lead = Download a template:
intake-new = Onboarded and invited
intake-same = Already known
intake-next = Payables that waited for these suppliers are loaded when the treasury uploads its file again; what is loaded already stays as it is.
uploaded-at = Uploaded
unknown-title = Payees in obligors' lists that are not onboarded
unknown-none = Every payee of the latest lists is onboarded.
unknown-lead = Download the payees, fill in what you have verified, and upload the file above.
unknown-payees = Payees not onboarded
unknown-rows = Rows
unknown-file = Payees
unknown-vendor = Obligor's number
unknown-download = Download the payees not onboarded (CSV)
unknown-waiting = { $payees ->
    [one] One payee of this list is not on the platform yet
   *[other] { $payees } payees of this list are not on the platform yet
}; their { $rows ->
    [one] row waits.
   *[other] { $rows } rows wait.
}
unknown-advice = Send the list to the platform's operator. Once it has taken them in, upload the same file again: rows loaded already stay as they are, the waiting ones follow.
unknown-taken-in = { $payees ->
    [one] One payee was unknown and has been taken in since
   *[other] { $payees } payees were unknown and have been taken in since
}: upload the same file again to load the rows.
page-next = Next page
page-first = First page
do-approve-all = Approve all { $papers } papers, { $total }
approving-title = Issuing papers
approving-lead = You may leave this page: what is issued stays issued, and you find it under Outstanding.
approving-words = { $done } of { $papers } papers
user-expired = Invitation expired
user-invite-again = Invite again
user-invited-again = A new invitation is on its way; the old link no longer works.
own-passphrase = My passphrase
own-passphrase-lead = You sign in with it, and it opens your signing key. Changing it ends every other session of yours; the key stays the same.
passphrase-now = Current passphrase
passphrase-change = Change passphrase
passphrase-changed = Your passphrase has been changed.
passphrase-changed-do = Other sessions have ended. From now on sign in and sign with the new one.
bank-lead = Your business on this platform. Answer requests here, by two people, or through your own system.
bank-docs = Financing API
bank-open-requests = Requests open for quotes
bank-to-pay = Payouts due
bank-held = Held
bank-requests = Requests received
bank-quotes = Your quotes
bank-bought = Signed and paid out
bank-none = Nothing yet.
bank-until = Valid until
bank-pay-date = Payout date
bank-more = Only the latest fifty of each are shown; your own system has them all.
bank-overdue = Past due
asked-invited = To be quoted
asked-quoted = Quoted
asked-declined = Declined
asked-over = Closed
own-quote-offered = Valid
own-quote-withdrawn = Withdrawn
own-quote-accepted = Accepted
own-quote-lapsed = Expired
own-quote-lost = Another quote was chosen
bought-signed = Signed, payout due
bought-registered = Registered, payout due
bought-paying = Payout under way
bought-unknown = Bank's result unknown
bought-funded = Paid out, held by you
bought-reversed = Not paid, returned
return-reason = Reason for returning
return-reason-hint = The maker receives it by e-mail. The payables can be proposed again, or corrected and imported again.
do-return-all = Return all { $papers } papers
intake-bad-lead = Correct them in the list and upload it again; who was taken in stays as is.
search = Name, code or address
search-do = Search
search-left-out = { $count ->
    [one] One more is not shown; search for it.
   *[other] { $count } more are not shown; search for them.
}
bank-due = Portfolio by due date
proposed-used-by = the invoice is used by payable { $payable } ({ $amount }), paper { $paper }
proposed-used-by-waiting = the invoice is used by payable { $payable } ({ $amount }), proposed
cash-choice = Paper instead of money: your free choice
cash-choice-later = Later than money would have to come: your free choice
cash-choice-clock = Accepted on { $accepted }. Money is due to you by { $money }; this paper is due on { $due }.
cash-choice-clock-invoice = No day of acceptance is given; the invoice is of { $accepted }. Money is due to you by { $money }; this paper is due on { $due }.
cash-choice-clock-issue = No day of acceptance is given; the paper was issued on { $accepted }. Money is due to you by { $money }; this paper is due on { $due }.
