"""The edge to Dagster: partitions, assets, the job, its schedule, its sensor and its launcher."""

import warnings

import dagster as dg

# `backfill_policy` has been beta since 1.4: one run over all providers rests on it, and people need not be told each
# time.
warnings.filterwarnings("ignore", message="Parameter `backfill_policy`", category=dg.BetaWarning)
