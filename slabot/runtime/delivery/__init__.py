"""How do pages reach people?

`delivery` is the actor; one page goes through `sending`, several together through `bundles`; what became of it is
written down by `fates`. `updates` keeps what was posted true.
"""
