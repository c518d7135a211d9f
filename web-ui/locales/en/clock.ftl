nav-clock = 60-day clock
clock-title = The 60-day clock
clock-rule = What you owe small and medium suppliers comes in money within 60 days of acceptance, moved over holidays. It may come later only where the supplier chose a paper freely, and that choice is on record.
clock-not-obliged = The clock binds large enterprises and public bodies. Your organisation is on record as neither.
clock-whole = Unpaid to small and medium suppliers: { $total }
clock-by-size = By size of the supplier
clock-debts = Debt by debt
clock-breaches = { $count ->
    [one] One debt ({ $total }) is past its day: neither money in time nor a choice on record.
   *[other] { $count } debts ({ $total }) are past their day: neither money in time nor a choice on record.
}
clock-asks = { $count ->
    [one] One debt ({ $total }) would be paid past its day. Its payee will be asked to choose freely, and may refuse the paper.
   *[other] { $count } debts ({ $total }) would be paid past their day. Their payees will be asked to choose freely, and may refuse the papers.
}
clock-list-past = Past the clock
clock-list-all = All unpaid
clock-list-breaches = Report, with paid ones
clock-lead-past = What is not paid yet and ends past its last day. The earliest last day comes first.
clock-lead-all = Everything that is not paid yet. The earliest last day comes first.
clock-lead-breaches = Everything that ends or ended past its last day, by due date or by payment, with and without a choice on record.
clock-none = There is nothing here.
clock-file = Download the report (CSV)
clock-reading = Each bar begins with the clock. The pale part is what the clock allows, the green part the days of it until the debt ends, and what lies past the last day has the colour of its standing. The stroke is today.

clock-standing-breach = Past its day
clock-standing-to-choose = Payee has to choose
clock-standing-chosen = Chosen by the payee
clock-standing-in-time = In time
clock-standing-unknown = Can't be told
clock-advice-breach = Pay it in money now.
clock-advice-to-choose = Pay it in money by the last day, or let the payee choose the paper freely.
clock-advice-chosen = The payee took the paper by its own choice, which is on record.
clock-advice-in-time = Nothing to do.
clock-advice-unknown = Neither acceptance nor invoice has a date, or the calendar of that year is not loaded yet.

clock-stage-listed = no paper yet
clock-stage-proposed = paper proposed
clock-stage-offered = paper waits for the payee
clock-stage-refused = paper refused: to be paid in money
clock-stage-running = paper in circulation
clock-stage-paid = paid
clock-from-acceptance = Accepted on { $day }
clock-from-invoice = Invoice of { $day }
clock-from-issue = Issued on { $day }
clock-counted-acceptance = acceptance
clock-counted-invoice = invoice
clock-counted-issue = issue of the paper
clock-first-day = Clock begins
clock-last-day = Last day for money
clock-ends = Due
clock-paid-on = Paid on { $day }
clock-today = today
clock-left = { $days ->
    [one] 1 day left
   *[other] { $days } days left
}
clock-gone = { $days ->
    [one] 1 day ago
   *[other] { $days } days ago
}
clock-over = { $days ->
    [one] 1 day past
   *[other] { $days } days past
}
clock-supplier = Supplier
clock-size = Supplier's size
clock-payable = Payable number
clock-stage = Stage
clock-counted-from = Counted from
clock-paid = Paid on
clock-days-over = Days past the last day
clock-standing = Standing
clock-chosen-until = Choice on record up to

clock-proposed = { $count ->
    [one] One of these papers ({ $total }) is due past the 60-day clock of its payee. Issue it only if the payee may really choose: it will be asked for a choice on record, and may refuse and be paid in money.
   *[other] { $count } of these papers ({ $total }) are due past the 60-day clock of their payees. Issue them only if the payees may really choose: each will be asked for a choice on record, and may refuse and be paid in money.
}
clock-see = See the clock
clock-paper-over = { $days ->
    [one] 1 day past the clock: the payee has to choose
   *[other] { $days } days past the clock: the payee has to choose
}
clock-paper-within = within the clock
clock-choice = Choice of the payee
clock-choice-made = On record since { $day }, for payment up to { $until }
clock-choice-needed = Needed: the paper is due past the clock
clock-choice-not-needed = Not needed: money is in time
