"""How a film's rating is weighed: a helper module that travels to the workers with the DAG file."""


def weighted_rating(rating: float, reviews: float, mean: float, enough: float = 100) -> float:
    """A rating drawn towards the mean of all films as long as it has few reviews.

    ``rating`` and ``mean`` lie on the same scale; with ``enough`` reviews both weigh the same.
    """
    return (reviews * rating + enough * mean) / (reviews + enough)
