"""Open documents as the editor keeps them, and the projects that they belong to."""
