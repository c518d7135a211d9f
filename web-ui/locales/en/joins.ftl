# Joining pieces of one paper.
join-title = Join pieces
join-do = Join with the pieces beside it
join-lead = These pieces lie side by side and came to you together: a declined offer, a released sale or a returned pledge had cut them apart. Joined, you can pass them on, finance or pledge them as one.
join-none = Nothing lies beside this fragment that can be joined with it. Only free pieces that came to you together can be: what came at different times, or came back to you, has documents and rights of its own and stays apart.
join-deed = We join these { $count } pieces into one fragment of { $amount }.
join-follows-same = Nothing else changes: due date, documents and who may turn to whom stay as they are. Nobody else has to agree.
join-follows-requests = Open requests for money on single pieces end; ask again on the whole.
join-sign = Sign and join
did-join = { $from } joined pieces that lay side by side
receipt-join = Pieces joined
receipt-join-next = They are one fragment now, free as before.
refusal-not-neighbours = These fragments do not lie side by side in one hand.
refusal-not-neighbours-do = Look at your holdings again, and join what follows one another on the same paper.
refusal-acquired-apart = These fragments did not come to you together.
refusal-acquired-apart-do = They stay apart, since each has documents and rights of its own; you can still pass on or finance both.
refusal-pieces-not-possible = That many pieces can't be joined at once.
refusal-pieces-not-possible-do = Join two or more, and fifty at most at a time.
