"""How a film's rating is weighed: a helper module that travels to the workers with the DAG file."""


def weighted_rating(rating: float, votes: float, mean: float, enough: float = 25_000) -> float:
    """A rating drawn towards the mean of all films as long as it has few votes.

    ``rating`` and ``mean`` lie on the same scale; with ``enough`` votes both weigh the same.
    """
    return (votes * rating + enough * mean) / (votes + enough)
