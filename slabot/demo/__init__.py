"""A support week in time lapse: slabot beside a stand-in helpdesk, told in plain words and judged by what really
happened.
"""
