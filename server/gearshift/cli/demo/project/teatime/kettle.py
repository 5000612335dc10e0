"""The kettle: temperatures of the water."""

BOILING = 100.0
"""Degrees Celsius at sea level."""


def boiling_point(altitude: float) -> float:
    """Return the temperature in degrees Celsius at which water boils `altitude` metres up."""
    return BOILING - altitude / 300


def fahrenheit(celsius: float) -> float:
    """Return a temperature in degrees Fahrenheit."""
    return celsius * 9 / 5 + 32
