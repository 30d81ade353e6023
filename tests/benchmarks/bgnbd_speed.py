"""BG/NBD fit on the CDNOW sample against lifetimes' BetaGeoFitter, and pymc-marketing's MAP where there is one.

2,357 customers. The likelihood of both estimates is computed with the same formula (lifetimes' own). Exits 1 when
ours is not 1.2 times as fast as lifetimes, or the log-likelihoods differ by more than 1e-6, or (only if --pymc names an
interpreter that has pymc-marketing) when it is not 20 times as fast as the MAP fit there.

Usage: python -m tests.benchmarks.bgnbd_speed [--runs 9] [--pymc PYTHON]
"""

import argparse
import sys
import warnings

import numpy as np

from crmlab.data import load_real
from crmlab.loyalty import BetaGeoModel, rfm_summary
from tests.benchmarks._bench import MISSED, answer_of, in_turn, machine, not_measured, with_lifetimes

# Prints the median seconds of a MAP fit and its parameters; the first fit, which compiles, is not counted.
PYMC = """
import json, logging, statistics, time, warnings
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
import pandas as pd
from pymc_marketing.clv import BetaGeoModel
x, t, age = {columns}
data = pd.DataFrame({{"customer_id": range(len(x)), "frequency": x, "recency": t, "T": age}})
def fit():
    model = BetaGeoModel(data=data)
    start = time.perf_counter()
    model.fit(method="map", progressbar=False)
    return time.perf_counter() - start
fit()
print(json.dumps({{"seconds": statistics.median(fit() for _ in range(5))}}))
"""


def main() -> int:
    """Measure, print, and say by the exit code whether the limits hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--limit", type=float, default=1.2, help="times as fast as lifetimes")
    parser.add_argument("--pymc", help="an interpreter that has pymc-marketing")
    options = parser.parse_args()
    if not with_lifetimes():
        return not_measured("lifetimes", 'pip install "crmlab[data]"')
    from lifetimes import BetaGeoFitter

    summary = rfm_summary(
        load_real("cdnow_sample"), amount=None, time_unit="week", observation_end="1997-09-30", later="drop"
    )
    x, t_x, age = (summary[name] for name in ("frequency", "recency", "T"))

    def peer() -> BetaGeoFitter:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return BetaGeoFitter().fit(x, t_x, age)

    ours, theirs = BetaGeoModel.fit(summary, time_unit="week"), peer()
    arrays = [column.to_numpy() for column in (x, t_x, age)]

    def likelihood(values: list[float]) -> float:
        mean = BetaGeoFitter._negative_log_likelihood(np.log(values), *arrays, np.ones(len(x)), 0.0)
        return -float(mean) * len(x)

    mine = likelihood([getattr(ours, name) for name in ours.names])
    other = likelihood([theirs.params_[name] for name in ours.names])
    seconds = in_turn({"ours": lambda: BetaGeoModel.fit(summary, time_unit="week"), "lifetimes": peer}, options.runs)
    ratio = seconds["lifetimes"] / seconds["ours"]
    print(f"{machine()}; CDNOW sample, {len(x):,} customers; medians of {options.runs}")
    print(f"ours {seconds['ours']:.4f} s, lifetimes {seconds['lifetimes']:.4f} s, ratio {ratio:.1f}")
    print(f"log-likelihood ours {mine:.7f}, lifetimes {other:.7f}, difference {mine - other:.1e}")
    print("parameters " + ", ".join(f"{n} {getattr(ours, n):.4f} ({theirs.params_[n]:.4f})" for n in ours.names))
    good = ratio >= options.limit and abs(mine - other) <= 1e-6
    if options.pymc:
        columns = [column.tolist() for column in (x, t_x, age)]
        theirs_s = answer_of(options.pymc, PYMC.format(columns=columns))["seconds"]
        print(
            f"pymc-marketing MAP {theirs_s:.3f} s (median of 5, compiled before), ratio {theirs_s / seconds['ours']:.0f}"
        )
        good &= theirs_s / seconds["ours"] >= 20
    else:
        print(
            "pymc-marketing: skipped. Install it elsewhere (pip install pymc-marketing) and name its python by --pymc"
        )
    if not good:
        print("FAILED: a limit was missed")
    return 0 if good else MISSED


if __name__ == "__main__":
    sys.exit(main())
