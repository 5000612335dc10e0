"""Where Gearshift keeps its files, by each system's own custom; platformdirs is imported lazily."""

from __future__ import annotations

import os
from pathlib import Path

APP_NAME = "gearshift"
CONFIG_VARIABLE = "GEARSHIFT_CONFIG"
"""Environment variable that names another user settings file, or the folder that holds it."""
STATE_VARIABLE = "GEARSHIFT_STATE"
"""Environment variable that names another folder for the ledger, the logs and the audit."""
USER_FILE_NAME = "config.toml"
PROJECT_FILE_NAME = ".gearshift.toml"


def user_settings_file() -> Path:
    """Return the path of the user's settings file; it need not exist."""
    named = os.environ.get(CONFIG_VARIABLE)
    if named:
        path = Path(named).expanduser()
        return path / USER_FILE_NAME if path.is_dir() else path
    import platformdirs

    return Path(platformdirs.user_config_dir(APP_NAME, appauthor=False)) / USER_FILE_NAME


def project_settings_file(root: Path) -> Path:
    """Return the path of the settings file of the project at `root`; it need not exist."""
    return root / PROJECT_FILE_NAME


def state_folder() -> Path:
    """Return the folder for the ledger, the logs and the audit; it need not exist."""
    named = os.environ.get(STATE_VARIABLE)
    if named:
        return Path(named).expanduser()
    import platformdirs

    return Path(platformdirs.user_state_dir(APP_NAME, appauthor=False))
