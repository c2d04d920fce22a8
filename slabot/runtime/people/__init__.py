"""What do people do in Slack, and what are they answered?

`interactions` is the one door, whether an act comes over HTTP or through `sockets`.
"""
