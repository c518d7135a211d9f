# What would happen if an obligor failed.
nav-default-simulation = Default simulator
sim-lead = If an obligor fails on a day: who is hit first and by how much, who may turn to whom, and who is left with it in the end. Nothing here binds anybody, and nobody is told of it.
sim-day = Fails on
sim-day-hint = What counts is every paper due on that day or later, and every one that is overdue already. What falls due before that day is taken as paid; papers not yet accepted are left out.
sim-recovery = Still paid, % of face
sim-do = Simulate
sim-link = Simulate its default
sim-nothing = On that day this obligor owes nothing that would count.
sim-shortfall = Not paid
sim-hit = Hit first
sim-left = Left with it
sim-claims-sum = Possible claims
sim-papers-count = { $count ->
    [one] on one paper
   *[other] on { $count } papers
  }
sim-holders-count = { $count ->
    [one] one holder
   *[other] { $count } holders
  }
sim-claims-count = { $count ->
    [0] none
    [one] one claim
   *[other] { $count } claims
  }
sim-parties-count = { $count ->
    [one] one party
   *[other] { $count } parties
  }
sim-chart = Who is hit first, and who is left with it
sim-chart-says = { $count } parties; { $total } is not paid.
sim-legend-first = hit first, as a holder
sim-legend-left = left with it, if everybody pays who must
sim-others = { $count } others together
sim-party = Party
sim-may-claim = May claim
sim-claimed-from = Others may claim from it
sim-claims = Who may turn to whom
sim-claims-how = Each claim follows from the mode signed on one leg of the way; the newest leg comes first, so that a claim stands below those that have to be paid before it. Nobody can turn past the first holder to anybody else.
sim-no-claims = Nobody may turn to anybody: no leg was passed on with recourse.
sim-claimant = Who
sim-from = From whom
sim-leg = On what
sim-leg-transfer = transfer
sim-leg-sale = purchase
sim-leg-retransfer = re-transfer
sim-paper = Paper
sim-lost = Has lost or paid
sim-papers = The papers one by one
sim-due = Due
sim-face = Face
sim-paid = Paid before
sim-comes = Still comes
sim-more-lines = { $count ->
    [one] One more line is in the file.
   *[other] { $count } more lines are in the file.
  }
sim-more-papers = { $count ->
    [one] One more line, about a paper that owes less, is not shown.
   *[other] { $count } more lines, about papers that owe less, are not shown.
  }
sim-left-out = { $count ->
    [one] Not in these figures: one more paper, on which { $amount } is owed. The figures are of the papers that owe most.
   *[other] Not in these figures: { $count } more papers, on which { $amount } is owed. The figures are of the papers that owe most.
  }
sim-not-followed = { $count ->
    [one] Of one paper, on which { $amount } is owed, only who is hit first was looked at: it was passed on too often to follow each part here. Its losses stay with its holders in these figures.
   *[other] Of { $count } papers, on which { $amount } is owed, only who is hit first was looked at: they were passed on too often to follow each part here. Their losses stay with their holders in these figures.
  }
sim-file-parties = Parties as CSV
sim-file-claims = Claims as CSV
sim-assumes = Assumes that everybody can pay who must; late interest and costs are not counted. What is sold and not yet paid for, pledged or frozen is its holder’s.

own-risk-title = If an obligor fails
own-risk-if = If { $obligor } fails
own-risk-lead = What you would not be paid, to whom you may turn for it, and who may turn to you. These are your own dealings only.
own-risk-no-obligor = You hold nothing that an obligor owes, and passed nothing of it on.
own-risk-none = On that day nothing would concern you: you hold no paper of this obligor that counts, and passed none on with recourse.
own-risk-hit = You would not be paid
own-risk-may-claim = You may claim, at most
own-risk-claimed-from = Others may claim from you, at most
own-risk-held = You hold
own-risk-you-turn = You may turn to
own-risk-turns-to-you = May turn to you
own-risk-from-obligor = It was issued to you
own-risk-more = There is more than is looked at here: some papers that owe less, or later dealings, are missing.
own-risk-bound = What others may claim from you is a bound, as if each of them lost all that it got from you. What they did with it is theirs, and is not shown.
own-risk-assumes = Late interest and costs are not counted. What you sold and were not yet paid for, pledged or had frozen is still yours.
own-risk-link = What would it mean if an obligor failed?
own-risk-desk-link = What would its default mean for us?
refusal-recovery-not-possible = This share can’t be calculated with.
refusal-recovery-not-possible-do = Enter a percentage from 0 to 100 with at most four decimal places.
