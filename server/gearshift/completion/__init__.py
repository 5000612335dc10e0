"""The inline engine: from a cursor to a suggestion, or the reason why there is none."""
