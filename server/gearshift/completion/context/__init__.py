"""What the model is shown besides the file itself; `table` has the sources, one file each."""
