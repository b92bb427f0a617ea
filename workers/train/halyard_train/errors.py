"""The one exception whose message is meant for the person who started the run."""


class UserError(Exception):
    """Something the caller can put right; the message is one sentence that says what and how."""


def is_out_of_memory(error):
    """Whether numpy, torch on a GPU or torch's CPU allocator found no room; the last is a plain RuntimeError."""
    kind = type(error).__name__
    return isinstance(error, MemoryError) or kind == "OutOfMemoryError" or "can't allocate memory" in str(error)
