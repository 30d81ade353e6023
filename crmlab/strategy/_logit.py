"""Maximum likelihood of the conditional logit: Newton steps on a concave function."""

import numpy as np

from crmlab._checks import listing
from crmlab._intervals import Floats


def newton(x: Floats, picked: Floats, groups: np.ndarray, terms: list[str]) -> tuple[Floats, Floats, Floats, float]:
    """Maximise the concave log-likelihood; columns are scaled first so that units do not matter."""
    scale = np.maximum(np.abs(x).max(axis=0), 1e-300)
    z, beta, size = x / scale, np.zeros(x.shape[1]), int(groups.max()) + 1
    best, chance = _likelihood(z, beta, picked, groups, size)
    for turn in range(100):
        gradient = z.T @ (picked - chance)
        centred = z - _group_mean(z, chance, groups, size)
        information = (centred * chance[:, None]).T @ centred
        if np.linalg.matrix_rank(information, tol=1e-9 * max(float(np.trace(information)), 1e-300)) < len(beta):
            if turn > 0:
                break
            raise ValueError(
                f"系数分不开：{listing(terms)} 里有的列在每次选择里都不变，或可由别的列算出来。请去掉多余的列。"
            )
        step = np.linalg.solve(information, gradient)
        length = 1.0
        while length > 1e-6:
            value, moved = _likelihood(z, beta + length * step, picked, groups, size)
            if value >= best - 1e-12 * abs(best):
                break
            length /= 2
        beta, gain, best, chance = beta + length * step, value - best, value, moved
        if np.abs(beta).max() > 500:
            break
        if abs(gain) < 1e-12 * abs(best) and np.abs(gradient).max() < 1e-6 * max(size, 1):
            centred = z - _group_mean(z, chance, groups, size)
            information = (centred * chance[:, None]).T @ centred
            scores = (picked - chance)[:, None] * x
            return beta / scale, information * np.outer(scale, scale), scores, best
    raise ValueError("系数没有有限的估计：有的属性把选和不选完全分开了。请看看哪一列的值就决定了选哪个，或用更多数据。")


def _likelihood(z: Floats, beta: Floats, picked: Floats, groups: np.ndarray, size: int) -> tuple[float, Floats]:
    utility = z @ beta
    top = np.full(size, -np.inf)
    np.maximum.at(top, groups, utility)
    raised = np.exp(utility - top[groups])
    total = np.bincount(groups, raised, size)
    value = float((picked * (utility - top[groups])).sum() - np.log(total).sum())
    return value, raised / total[groups]


def _group_mean(z: Floats, chance: Floats, groups: np.ndarray, size: int) -> Floats:
    mean = np.column_stack([np.bincount(groups, chance * column, size) for column in z.T])
    return np.asarray(mean[groups])
