"""What several stand-ins share.

A file here holds the part of its role that is the same for every service: `standin`, `application`, `account`, `auth`,
`limits`, `refusals`, `objects` and `webhooks` are refined by the files of the same names in the services' folders.
"""
