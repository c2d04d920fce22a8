"""Handle what people do in Slack.

`interactions` is the one entry point, whether a request comes over HTTP or through `sockets`.
"""
