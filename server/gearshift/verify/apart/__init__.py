"""Programs that run on their own in the sandbox; the folder is copied there, nothing else."""
