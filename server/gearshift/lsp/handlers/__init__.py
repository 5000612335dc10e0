"""One file a method: read the params, convert positions, call the App, convert the result."""
