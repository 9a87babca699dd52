// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import KubernetesMeta
import Testing

@testable import agentctl

@Suite("agentctl run")
struct RunTests {
    @Test("the exit code is the program's, 124 after a timeout, 130 after a cancel, 1 when no program ran")
    func exitCodes() {
        let rows: [(TaskPhase, Int32?, Int32)] = [
            (.succeeded, 0, 0), (.failed, 3, 3), (.failed, 255, 255), (.failed, nil, 1), (.failed, 0, 1), (.timeout, 137, 124),
            (.canceled, nil, 130),
        ]
        for (phase, code, exit) in rows {
            let task = AgentTask(
                metadata: ObjectMeta(name: "t"),
                spec: AgentTaskSpec(runtimeProfile: "bash", code: TaskCode(source: "x")),
                status: AgentTaskStatus(phase: phase.rawValue, exitCode: code)
            )
            #expect(RunSummary(task).exitCode == exit)
        }
    }

    @Test("a file's ending chooses the profile, or the nearest that the host has, and says so")
    func profiles() throws {
        #expect(try ProfileChoice(wanted: "x", fileExtension: "py", available: []).profile == "x")
        #expect(try ProfileChoice(wanted: nil, fileExtension: "py", available: nil).profile == "python3.11")
        #expect(try ProfileChoice(wanted: nil, fileExtension: "js", available: ["node20"]).note == nil)
        let nearest = try ProfileChoice(wanted: nil, fileExtension: "py", available: ["bash", "python3.13"])
        #expect(nearest.profile == "python3.13")
        #expect(nearest.note?.contains("no python3.11") == true)
        // With nothing near, the usual one is asked for, and the node says what to install.
        #expect(try ProfileChoice(wanted: nil, fileExtension: "py", available: ["bash"]).profile == "python3.11")
        // A profile that the host lacks is refused at once, with what to install and what there is.
        let refusal = #expect(throws: CommandFailure.self) {
            try ProfileChoice(wanted: "node22", fileExtension: nil, available: ["bash"])
        }
        #expect(refusal?.description.contains("install Node.js 22") == true)
        #expect(refusal?.description.contains("it can run bash") == true)
        #expect(throws: CommandFailure.self) { try ProfileChoice(wanted: nil, fileExtension: "exe", available: nil) }
        #expect(throws: CommandFailure.self) { try ProfileChoice(wanted: nil, fileExtension: nil, available: nil) }
    }
}
