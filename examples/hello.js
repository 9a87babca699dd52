// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
// The smallest task: prints a line and leaves a result.

const fs = require("fs");

console.log("Hello from the secure sandbox!");
fs.writeFileSync(process.env.AGENTTASK_RESULT_PATH, JSON.stringify({ greeting: "hello" }));
