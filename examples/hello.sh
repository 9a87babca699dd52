# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
# The smallest task: prints a line and leaves a result.

echo "Hello from the secure sandbox!"
printf '{"greeting": "hello"}' > "$AGENTTASK_RESULT_PATH"
