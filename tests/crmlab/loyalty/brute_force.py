"""The slow and plain way to the numbers that crmlab.loyalty computes fast: a groupby, simulated customers, integrals.

Nothing here shares code with the package. `python tests/crmlab/loyalty/brute_force.py` prints the simulated figures.
"""

import itertools

import numpy as np
import pandas as pd
from scipy.integrate import quad
from scipy.special import gammaln, hyp2f1


def rfm_by_groupby(transactions, end, customer="customer_id", date="date", amount="amount"):
    """RFM summary in days by two groupbys over calendar days."""
    days = transactions.assign(day=transactions[date].dt.floor("D"))
    daily = days.groupby([customer, "day"], as_index=False)[amount].sum()
    rows = []
    for who, own in daily.groupby(customer):
        first, last = own["day"].min(), own["day"].max()
        repeats = own.loc[own["day"] > first, amount]
        spent = repeats.mean() if len(repeats) else 0.0
        rows.append((who, len(repeats), (last - first).days, (pd.Timestamp(end) - first).days, spent))
    return pd.DataFrame(rows, columns=["customer_id", "frequency", "recency", "T", "monetary_value"])


def simulate_bgnbd(r, alpha, a, b, age, ahead, rng):
    """Purchase histories up to `age`, purchases in the `ahead` after it, and who is alive at `age`, under BG/NBD."""
    rows = []
    for rate, leave in zip(rng.gamma(r, 1 / alpha, len(age)), rng.beta(a, b, len(age)), strict=True):
        t, times, alive = 0.0, [], True
        span = age[len(rows)]
        while alive:
            t += rng.exponential(1 / rate)
            if t > span + ahead:
                break
            times.append(t)
            alive = rng.random() >= leave
        seen = [u for u in times if u <= span]
        active = alive or len(times) > len(seen)
        rows.append((len(seen), seen[-1] if seen else 0.0, span, len(times) - len(seen), active))
    return pd.DataFrame(rows, columns=["frequency", "recency", "T", "later", "alive"])


def simulate_paretonbd(r, alpha, s, beta, age, ahead, rng):
    """The same under Pareto/NBD: a customer may leave at any moment."""
    rates, deaths = rng.gamma(r, 1 / alpha, len(age)), rng.exponential(1 / rng.gamma(s, 1 / beta, len(age)))
    rows = []
    for rate, death, span in zip(rates, deaths, age, strict=True):
        end = min(death, span + ahead)
        times = np.sort(rng.uniform(0, end, rng.poisson(rate * end)))
        seen = times[times <= span]
        rows.append((len(seen), seen[-1] if len(seen) else 0.0, span, len(times) - len(seen), death > span))
    return pd.DataFrame(rows, columns=["frequency", "recency", "T", "later", "alive"])


def simulate_bgbb(alpha, beta, gamma, delta, periods, ahead, size, rng):
    """Histories of `periods` chances to buy and the purchases in the `ahead` after them, under BG/BB."""
    buy, leave = rng.beta(alpha, beta, (size, 1)), rng.beta(gamma, delta, (size, 1))
    there = np.cumprod(rng.random((size, periods + ahead)) >= leave, axis=1)
    bought = there * (rng.random(there.shape) < buy)
    seen = bought[:, :periods]
    last = np.where(seen.any(axis=1), periods - np.argmax(seen[:, ::-1], axis=1), 0)
    columns = {"frequency": seen.sum(axis=1), "recency": last, "n_periods": periods}
    return pd.DataFrame({**columns, "later": bought[:, periods:].sum(axis=1), "alive": there[:, periods] == 1})


def paretonbd_likelihood(r, alpha, s, beta, x, t_x, age):
    """Log-likelihood of one customer by adaptive integration over the moment of leaving, relative to leaving at t_x."""

    def height(u):
        return -(r + x) * np.log((alpha + u) / (alpha + t_x)) - (s + 1) * np.log((beta + u) / (beta + t_x))

    # Steep integrands get breakpoints ever closer to t_x.
    edges = [t_x, *(t_x + (age - t_x) * 10.0**-k for k in range(6, -1, -1))]
    area = sum(quad(lambda u: np.exp(height(u)), a, b, epsrel=1e-12)[0] for a, b in itertools.pairwise(edges))
    stay = np.exp(height(age)) * (beta + age) if age > t_x else beta + age
    scale = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    return scale - (r + x) * np.log(alpha + t_x) - (s + 1) * np.log(beta + t_x) + np.log(stay + s * area)


def paretonbd_alive(r, alpha, s, beta, x, t_x, age):
    """P(alive) by the published formula with two hypergeometric functions (alpha >= beta), Fader & Hardie (2005)."""

    def part(t):
        z = (alpha - beta) / (alpha + t)
        return hyp2f1(r + s + x, s + 1, r + s + x + 1, z) / (alpha + t) ** (r + s + x)

    return 1 / (1 + s / (r + s + x) * (alpha + age) ** (r + x) * (beta + age) ** s * (part(t_x) - part(age)))


def bgnbd_expected(r, alpha, a, b, t):
    """E[X(t)] of a new customer in the published form, Fader et al. (2005) eq. 9."""
    return (a + b - 1) / (a - 1) * (1 - (alpha / (alpha + t)) ** r * hyp2f1(r, b, a + b - 1, t / (alpha + t)))


if __name__ == "__main__":
    generator = np.random.default_rng(5)
    for simulate, values in ((simulate_bgnbd, (0.8, 6, 0.8, 2.5)), (simulate_paretonbd, (0.8, 6, 0.9, 12))):
        customers = simulate(*values, generator.uniform(20, 40, 20_000), 30, generator)
        print(simulate.__name__, customers[["frequency", "later", "alive"]].mean().round(4).to_dict())
