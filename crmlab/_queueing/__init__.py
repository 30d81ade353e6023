"""Queueing core shared by the topics technology (call centre) and service (waiting): Erlang B, C, A and M/M/c."""

from crmlab._queueing.abandonment import ErlangAResult, erlang_a
from crmlab._queueing.erlang import average_speed_of_answer, erlang_b, erlang_c, service_level, traffic_erlangs
from crmlab._queueing.mmc import LossResult, MmcResult, mmc, mmck

__all__ = [
    "ErlangAResult",
    "LossResult",
    "MmcResult",
    "average_speed_of_answer",
    "erlang_a",
    "erlang_b",
    "erlang_c",
    "mmc",
    "mmck",
    "service_level",
    "traffic_erlangs",
]
