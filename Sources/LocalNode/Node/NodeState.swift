// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc

/// The node's directory: per pod its log and the record of its sandbox.
struct NodeState: Sendable {
    private let root: String

    /// - Throws: `LocalNodeError` with the code `state` when the directory cannot be made.
    init(directory: String) throws(LocalNodeError) {
        root = "\(directory)/pods"
        try Directory.make(root)
    }

    /// Where a pod's log is.
    func logDirectory(uid: String) -> String { "\(root)/\(uid)" }

    private func recordPath(_ uid: String) -> String { "\(root)/\(uid)/sandbox" }

    func prepare(uid: String) throws(LocalNodeError) { try Directory.make("\(root)/\(uid)") }

    func write(_ record: SandboxRecord, uid: String) throws(LocalNodeError) {
        try TextFile.replace(recordPath(uid), with: record.text)
    }

    /// A program was started for this pod, by this or an earlier node process.
    func wasStarted(uid: String) -> Bool { access(recordPath(uid), F_OK) == 0 }

    func remove(uid: String) { Directory.remove("\(root)/\(uid)") }

    /// The pods that something is kept of.
    func uids() -> [String] { Directory.names(root) }

    /// Ends every sandbox that an earlier node process left. There is none as a rule: the kernel ends them with their starter.
    func sweep() {
        for uid in uids() {
            guard let text = TextFile.text(recordPath(uid)) else { continue }
            SandboxRecord(text: text)?.killIfAlive()
        }
    }
}
