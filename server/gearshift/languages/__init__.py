"""Facts and syntax of programming languages, one file each."""
