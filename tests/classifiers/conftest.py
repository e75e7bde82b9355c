import pytest

from tests.classifiers.worlds import Colours, make_colours


@pytest.fixture
def colours(db: None) -> Colours:
    """12 pictures, 4 of each colour, and nobody who plays."""
    return make_colours()
