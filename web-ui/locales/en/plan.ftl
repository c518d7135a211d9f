cash-day = Day
cash-running = Running total
cash-total = In all
cash-reading = The line above is the running total, the strokes below are single days.
cash-described = { $count ->
    [one] Money on one day, { $total } in all.
   *[other] Money on { $count } days, { $total } in all.
}

cash-needed = Cash needed by day
cash-needed-within = Needed within { $days } days
cash-needed-words = What is not paid yet of every open paper, on its due date; papers not yet accepted are counted. Days past stand first: that money is needed now. Late interest comes on top.

plan-title = Money by day
plan-lead = When the money for what you hold arrives, and what would change if you passed a part of it on or sold it.
plan-nothing = You hold nothing that falls due.
plan-arriving = Arriving by day
plan-within = Arrives within { $days } days
plan-leaving = Of this, { $amount } is offered or sold and not settled yet. It counts here until then.
plan-frozen = Not counted: { $amount } that is frozen by an order. It is paid out only once the order is lifted.
plan-late = Not counted: { $amount } (face) that is past its day or paid in part. When the rest comes can't be said.
plan-what-if = What if?
plan-amount-hint = Leave empty for all of it.
plan-rate = A rate you assume, % a year
plan-rate-hint = Only if you want to try one; interest by Actual/360, no fees.
plan-compare = Compare
plan-compared = What would have arrived, by each way
plan-hold = Hold to the due date
plan-pass-on = Pay a supplier with it today
plan-standing = Sell it today at a standing offer
plan-assumed = Sell it today at { $rate }, as you assume
plan-arrives = Arrives
plan-on = On
plan-discharges = Debt discharged
plan-buyer = Buyer
plan-cost = Given up
plan-cost-year = Given up, a year
plan-all = All your money then
plan-no-standing = No bank has a standing offer for this part today. Request quotes, or try a rate of your own above.
plan-not-binding = A plan, not an offer: a standing offer is signed at the price of its moment, and the obligor may pay late.

nav-received = Received
received-lead = What you were paid at maturity, payment by payment as your bank statement shows it, with the papers in each.
received-before = The month before
received-after = The month after
received-arrived = Arrived in this month
received-none = Nothing was paid to you in this month.
received-papers = Papers in it
received-file = As a file (CSV)
received-more = { $count } more are in the file.
received-too-many = There are more than can be shown; take the file month by month from your bank's statement.
received-for = { $count ->
    [one] for one paper
   *[other] for { $count } papers in one sum
}
received-day = Day
received-payer = Payer
received-account = Account
received-reference = Reference on the statement
received-sum = Sum of the payment
received-settled = arrived
received-under-way = on its way
received-failed = did not arrive; the operator is looking into it
received-differs = not the same for all its papers
netting-title = In one sum
netting-off = You are paid paper by paper: one payment for each paper.
netting-on = Since { $date } you are paid in one sum for all papers that one obligor pays you on one day.
netting-what = One payment is one line on your bank statement. Which papers are in it stands on this page and in the file; each paper is settled on its own. The choice holds for what is sent to banks from now on.
netting-start = Pay me in one sum
netting-stop = Pay me paper by paper
paid-together = { $count } papers in one sum
