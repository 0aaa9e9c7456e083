"""277CA (005010X214), 277 and 276 (005010X212): ``reading``, ``inquiry``, ``writing``, ``judging``.

277CA and 277 share one value, ``ClaimAnswers``: both are levels of payer, receiver, provider and patient with STC segments.
Written again, levels are numbered anew, and levels that repeat the one before are joined.
"""
