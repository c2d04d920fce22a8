"""Does slabot do what it should, as judged by somebody who does nothing else, and who is told if not?"""
