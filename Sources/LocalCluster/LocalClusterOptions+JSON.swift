// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The form in which options reach the background process: one argument.
extension LocalClusterOptions {
    var argument: String {
        var value: JSONValue = [
            "stateDirectory": .string(stateDirectory), "replicas": .int(replicas), "runsNode": .bool(runsNode),
            "logLevel": .string(logLevel),
        ]
        if let port { value["port"] = .int(port) }
        if let auditLog { value["auditLog"] = .string(auditLog) }
        return value.text
    }

    init(argument: String) throws(LocalClusterError) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: argument)
        } catch {
            throw LocalClusterError(.options, "the cluster's process was started with an argument that is not JSON: \(error)")
        }
        guard let directory = value["stateDirectory"]?.string, let replicas = value["replicas"]?.int,
            let runsNode = value["runsNode"]?.bool, let logLevel = value["logLevel"]?.string
        else { throw LocalClusterError(.options, "the cluster's process was started with incomplete options: \(argument)") }
        self.init(
            stateDirectory: directory,
            port: value["port"]?.int.map(Int.init),
            replicas: Int(replicas),
            runsNode: runsNode,
            auditLog: value["auditLog"]?.string,
            logLevel: logLevel
        )
        try validate()
    }
}
