// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// A further operator that runs, as the state directory names it.
struct ReplicaRecord: Sendable, Hashable {
    /// From 2: the first operator is part of the cluster's process.
    var number: Int
    var pid: Int32
    /// Where `/readyz` is served on 127.0.0.1.
    var healthPort: Int

    var json: JSONValue { ["number": .int(number), "pid": .int(pid), "healthPort": .int(healthPort)] }

    init(number: Int, pid: Int32, healthPort: Int) {
        self.number = number
        self.pid = pid
        self.healthPort = healthPort
    }

    /// Reads what ``json`` made; nil for anything else.
    init?(json: JSONValue) {
        guard let number = json["number"]?.int, let pid = json["pid"]?.int.flatMap(Int32.init(exactly:)), pid > 1,
            let port = json["healthPort"]?.int, (1...65535).contains(port)
        else { return nil }
        self.init(number: Int(number), pid: pid, healthPort: Int(port))
    }
}
