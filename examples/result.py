# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
"""A task that computes something and leaves it as structured JSON in `status.result.json`."""

import json
import os
import statistics

measurements = [3.2, 4.8, 4.1, 5.0, 3.9]
result = {
    "task": os.environ.get("AGENTTASK_NAME", ""),
    "count": len(measurements),
    "mean": statistics.fmean(measurements),
    "deviation": round(statistics.stdev(measurements), 6),
    "sorted": sorted(measurements),
}
print(f"mean of {result['count']} measurements: {result['mean']}")

with open(os.environ["AGENTTASK_RESULT_PATH"], "w", encoding="utf-8") as file:
    json.dump(result, file)
