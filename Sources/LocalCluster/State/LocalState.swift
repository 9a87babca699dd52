// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import EmbeddedClusterServer
import KubernetesClient
import KubernetesJSON

/// The state directory and what lies where in it.
struct LocalState: Sendable {
    let directory: PrivateDirectory

    init(_ path: String) throws(LocalClusterError) {
        do throws(ServerError) { directory = try PrivateDirectory(path) } catch { throw LocalClusterError(.state, error.message) }
    }

    var database: String { directory.file("cluster.db") }
    var log: String { directory.file("cluster.log") }
    /// Held by the cluster's process as long as it lives.
    var lock: String { directory.file("lock") }
    var node: String { directory.file("node") }

    /// What the cluster that runs, or ran last, said about itself; nil when there is no such record, or it is of no use.
    func record() throws(LocalClusterError) -> RunRecord? {
        do throws(ServerError) {
            return try directory.read(Self.recordName).flatMap(RunRecord.init(json:))
        } catch {
            throw LocalClusterError(.state, error.message)
        }
    }

    func write(_ record: RunRecord) throws(LocalClusterError) {
        do throws(ServerError) { try directory.write(Self.recordName, record.json) } catch {
            throw LocalClusterError(.state, error.message)
        }
    }

    /// The further operators that run; empty when there is no record of them.
    func replicas() throws(LocalClusterError) -> [ReplicaRecord] {
        do throws(ServerError) {
            guard let bytes = try directory.read(Self.replicasName) else { return [] }
            return Self.parse(bytes)
        } catch {
            throw LocalClusterError(.state, error.message)
        }
    }

    func write(replicas: [ReplicaRecord]) throws(LocalClusterError) {
        let value = JSONValue.array(replicas.map(\.json))
        do throws(ServerError) { try directory.write(Self.replicasName, value.serialized()) } catch {
            throw LocalClusterError(.state, error.message)
        }
    }

    private static func parse(_ bytes: [UInt8]) -> [ReplicaRecord] {
        do {
            return try JSON.decode(JSONValue.self, from: bytes).array?.compactMap(ReplicaRecord.init(json:)) ?? []
        } catch {
            // Of another version, or broken: what runs is found by its ports only.
            return []
        }
    }

    /// The kubeconfig of the further operators.
    var operatorKubeconfig: String { directory.file(Self.operatorKubeconfigName) }

    func writeOperatorKubeconfig(_ context: KubeconfigContext) throws(LocalClusterError) {
        var config = Kubeconfig()
        context.merge(into: &config)
        let text: String
        do throws(ClientError) { text = try config.yaml } catch { throw LocalClusterError(.state, error.message) }
        do throws(ServerError) { try directory.write(Self.operatorKubeconfigName, Array(text.utf8)) } catch {
            throw LocalClusterError(.state, error.message)
        }
    }

    private static let operatorKubeconfigName = "operator.kubeconfig"
    private static let replicasName = "replicas.json"
    private static let recordName = "cluster.json"
}
