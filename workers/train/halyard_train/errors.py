"""The one exception whose message is meant for the person who started the run."""


class UserError(Exception):
    """Something the caller can put right; the message is one sentence that says what and how."""
