"""Does a picture know how wrong it is: normalised estimation error squared (NEES).

Bar-Shalom, Li and Kirubarajan (2001), section 5.4.2: e' P^-1 e has a mean equal to the dimension where P is the true
covariance of the error e.
"""

import numpy as np

from jointsky.measures.matching import Floats


def nees(error: Floats, covariance: Floats) -> Floats:
    """e' P^-1 e of errors (n, d) with covariances (n, d, d); [n]. Divided by d, 1 is right and more is too sure."""
    return np.einsum("na,na->n", error, np.linalg.solve(covariance, error[..., None])[..., 0])


def nees_of_sigma(error: Floats, sigma: Floats) -> Floats:
    """The same where only one sigma [n] for each axis is told."""
    return (error * error).sum(axis=1) / (sigma * sigma)
