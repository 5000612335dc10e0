"""The kettle's tests."""

from teatime.kettle import boiling_point


def test_water_boils_at_100_degrees_by_the_sea():
    assert boiling_point(0) == 100.0


def test_water_boils_earlier_in_the_mountains():
    assert boiling_point(3000) == 90.0
