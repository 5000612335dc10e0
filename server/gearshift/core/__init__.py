"""Plain frozen data and ports that every room shares: no I/O, no clock, standard library only."""
