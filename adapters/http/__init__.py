"""What do all adapters do alike when they speak HTTP and read JSON?

`address` (where the secret may go), `session` (one request on our terms), `answers` (what is in an answer), `fields`
(what stands at a place of its JSON), `threads` (one connection for each thread).

Promise: nothing here knows any helpdesk.
"""
