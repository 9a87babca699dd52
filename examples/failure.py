# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
"""A task that fails: the traceback ends up in the task's log and in `status.logTail`."""


def divide(dividend: int, divisor: int) -> float:
    if divisor == 0:
        raise ValueError("cannot divide by zero")
    return dividend / divisor


print("about to fail")
divide(1, 0)
