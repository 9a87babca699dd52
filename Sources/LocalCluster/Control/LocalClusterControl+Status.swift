// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import EmbeddedClusterServer
import HTTPTypes
import KubernetesClient
import KubernetesCore
import KubernetesJSON
import Logging

extension LocalClusterControl {
    /// Looks at the cluster: its process, the API server, node and operator. Takes at most some seconds.
    ///
    /// - Throws: ``LocalClusterError`` when the state directory cannot be read; a cluster that does not run is a status, not an error.
    public func status() async throws -> LocalClusterStatus {
        let state = try LocalState(stateDirectory)
        let record = try state.record()
        var status = LocalClusterStatus(stateDirectory: state.directory.path, log: state.log)
        status.pid = try ClusterProcess(state: state, time: time).holder().flatMap { $0 > 1 ? $0 : nil }
        status.server = record?.server
        status.version = record?.version
        status.kubeconfig = record?.kubeconfig
        guard let pid = status.pid, let record, record.pid == pid else { return status }
        let logger = Logger(label: "local-status", factory: { _ in SwiftLogNoOpLogHandler() })
        let client = try KubernetesClient(configuration: try Self.configuration(state, record), logger: logger)
        await ask(client, record, &status)
        for replica in try state.replicas() {
            let probe = OperatorProbe(port: replica.healthPort)
            status.replicas.append(
                LocalClusterStatus.Replica(
                    number: replica.number,
                    pid: replica.pid,
                    part: await probe.part(),
                    leadership: await probe.leadership()
                )
            )
        }
        await client.transport.shutdown()
        return status
    }

    private static let patience = RequestOptions(timeout: .seconds(5))

    private static func configuration(_ state: LocalState, _ record: RunRecord) throws -> ClientConfiguration {
        ClientConfiguration(
            server: try ServerURL(record.server),
            tls: TLSConfiguration(certificateAuthority: try state.directory.directory("pki").read("ca.crt")),
            token: .value(try StoredToken.load(in: state.directory))
        )
    }

    private func ask(_ client: KubernetesClient, _ record: RunRecord, _ status: inout LocalClusterStatus) async {
        do {
            let (head, body) = try await client.request(Self.get("/version"), options: Self.patience)
            guard head.status == .ok else {
                status.apiProblem = "the API server answers /version with \(head.status.code)"
                return
            }
            status.isAPIReachable = true
            status.kubernetesVersion = try JSON.decode(JSONValue.self, from: body)["gitVersion"]?.string
        } catch {
            status.apiProblem = "\(error)"
            return
        }
        if record.runsNode { status.node = await nodePart(client) }
        guard let port = record.healthPort else { return }
        status.taskOperator = await OperatorProbe(port: port).part()
        status.leadership = await OperatorProbe(port: port).leadership()
    }

    private func nodePart(_ client: KubernetesClient) async -> LocalClusterStatus.Part {
        do {
            let node = try await client.get(Node.self, name: LocalClusterServer.nodeName)
            guard let condition = node.status?.conditions?.first(where: { $0.type == "Ready" }) else {
                return .notReady("the node does not say whether it is ready")
            }
            return condition.status == "True" ? .ready : .notReady(condition.message ?? condition.reason ?? "not ready")
        } catch {
            return .notReady("\(error)")
        }
    }

    private static func get(_ path: String) -> HTTPRequest { HTTPRequest(method: .get, scheme: nil, authority: nil, path: path) }
}
