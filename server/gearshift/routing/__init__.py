"""Which model runs a task and why: gears, routes, model facts and prices."""
