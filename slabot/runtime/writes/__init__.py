"""How are helpdesks written to?

`delivery` is the actor, `brakes` stand in front of what rules want, `wishes` are what people asked for, and `doubts`
settle what nobody heard the end of.
"""
