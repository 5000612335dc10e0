"""`gearshift eval`: the built-in tasks, and what a model makes of them."""
