"""Brewing: how long, how strong, how many cups."""


def strength(minutes: float) -> str:
    """Return how tea is after `minutes`: weak, balanced or strong."""
    if minutes < 0:
        raise ValueError("tea can't steep for less than no time")
    if minutes < 2:
        return "weak"
    if minutes > 5:
        return "strong"
    return "balanced"


def clock(seconds: int) -> str:
    """Return a time as minutes and seconds: 185 is `3:05`."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}:{rest:02d}"
