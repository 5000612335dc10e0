"""The embedded model: pulling its file, its background process, and the way to it."""

from __future__ import annotations

from gearshift.providers.local.download import pull
from gearshift.providers.local.folder import ModelRow, list_models, model_path, models_folder
from gearshift.providers.local.launcher import Endpoint, Launcher
from gearshift.providers.local.model import connect_local
from gearshift.providers.local.resident import Resident

__all__ = [
    "Endpoint",
    "Launcher",
    "ModelRow",
    "Resident",
    "connect_local",
    "list_models",
    "model_path",
    "models_folder",
    "pull",
]
