// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// What a running cluster says about itself, kept in the state directory and sent to whoever started it.
struct RunRecord: Sendable, Hashable {
    var pid: Int32
    var port: Int
    /// Where `/readyz` of the operator is served on 127.0.0.1; nil without an operator.
    var healthPort: Int?
    var runsNode: Bool
    var version: String
    /// The kubeconfig file that has the cluster's context; nil before it was written.
    var kubeconfig: String?

    var server: String { "https://127.0.0.1:\(port)" }

    var json: [UInt8] {
        var value: JSONValue = [
            "pid": .int(pid), "port": .int(port), "runsNode": .bool(runsNode), "version": .string(version),
        ]
        if let healthPort { value["healthPort"] = .int(healthPort) }
        if let kubeconfig { value["kubeconfig"] = .string(kubeconfig) }
        return value.serialized()
    }

    /// Reads what ``json`` wrote; nil for anything else, such as the file of another version.
    init?(json: [UInt8]) {
        guard let value = Self.parse(json), let pid = value["pid"]?.int.flatMap(Int32.init(exactly:)), pid > 1,
            let port = value["port"]?.int, (1...65535).contains(port), let runsNode = value["runsNode"]?.bool,
            let version = value["version"]?.string
        else { return nil }
        self.init(
            pid: pid,
            port: Int(port),
            healthPort: value["healthPort"]?.int.map(Int.init),
            runsNode: runsNode,
            version: version,
            kubeconfig: value["kubeconfig"]?.string
        )
    }

    init(pid: Int32, port: Int, healthPort: Int?, runsNode: Bool, version: String, kubeconfig: String? = nil) {
        self.pid = pid
        self.port = port
        self.healthPort = healthPort
        self.runsNode = runsNode
        self.version = version
        self.kubeconfig = kubeconfig
    }

    private static func parse(_ json: [UInt8]) -> JSONValue? {
        do { return try JSON.decode(JSONValue.self, from: json) } catch { return nil }
    }
}
