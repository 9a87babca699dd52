# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
"""The smallest task: prints a line and leaves a result."""

import json
import os

print("Hello from the secure sandbox!")

with open(os.environ["AGENTTASK_RESULT_PATH"], "w", encoding="utf-8") as result:
    json.dump({"greeting": "hello"}, result)
