"""One vendor a file: credentials, wire format, errors, usage; the only room with httpx."""
