# Obligors that may issue nothing new since a default.
nav-stops = Issue stops
stop-lead = An obligor whose paper was not paid by the end of its due date issues nothing new. Once everything is paid, one of you says on what evidence, and a colleague looks at it and lifts the stop.
stop-none = No obligor is stopped from issuing.
stop-tag = No new papers
stop-owed = Owed
stop-interest = Late interest
stop-interest-runs = runs until it is paid
stop-reason = Its bank's reason
stop-all-paid = Everything is paid, late interest included.
stop-evidence = Evidence that the default is cured
stop-evidence-hint = Such as the bank statement and its date, or the letter of the obligor's bank
stop-propose = Propose to lift the stop
stop-own = You proposed this; a colleague decides.
stop-approve = Lift the stop
stop-return = Send back
stop-return-word = What is missing
stop-sent-back = Sent back by { $who }, { $when }
standing = The obligor's payments
standing-clean = No paper of it is overdue
standing-overdue = { $count ->
    [one] One paper overdue since { $since }
   *[other] { $count } papers overdue since { $since }
  }
standing-persistent = persistently overdue
standing-stopped = it may issue nothing new
arrears-owed = { $amount } of the face is still owed
arrears-interest = late interest { $amount }
arrears-none-owed = all of it has come since
arrears-title = Default
refusal-still-overdue = Papers of this obligor are still overdue.
refusal-still-overdue-do = Everything must be paid first, late interest included.
refusal-cure-waits = A proposal waits for a decision already.
refusal-cure-waits-do = Look at the list; a colleague may decide it.
refusal-cure-decided = This was decided before.
refusal-cure-decided-do = Look at the list again.
did-default = Not paid by the end of the due date: the default was recorded
did-late-interest = Late interest was paid and shared out to the holders
