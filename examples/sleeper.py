# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
"""A task that takes long: `sleeper.py [SECONDS] [--ignore-sigterm]`.

Shows what a timeout and a cancel look like. With --ignore-sigterm it has to be killed after the grace period.
"""

import signal
import sys
import time

seconds = next((float(word) for word in sys.argv[1:] if not word.startswith("-")), 3600.0)


def stop(number: int, _frame: object) -> None:
    print("asked to stop, stopping", flush=True)
    sys.exit(128 + number)


if "--ignore-sigterm" in sys.argv:
    signal.signal(signal.SIGTERM, lambda *_: print("asked to stop, ignoring it", flush=True))
else:
    # The program is process 1 of its sandbox: without a handler it would not notice SIGTERM, as in any container.
    signal.signal(signal.SIGTERM, stop)

print(f"sleeping for {seconds:g} s", flush=True)
end = time.monotonic() + seconds
while (left := end - time.monotonic()) > 0:
    time.sleep(min(left, 1.0))
print("slept well")
