// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import EmbeddedClusterServer
import Glibc
import KubernetesClient

/// Changes a kubeconfig file as kubectl and kind do: with the lock file that they respect, whole or not at all, readable by its owner alone.
struct KubeconfigEditor: Sendable {
    let path: String
    let time: TimeSource

    /// How long another program may hold the lock.
    static let patience: Duration = .seconds(3)

    /// Reads the file, lets `change` work on it, and writes it back when that says so.
    ///
    /// - Parameter change: Returns whether something was changed.
    /// - Throws: ``LocalClusterError`` with the code `kubeconfig`; the file is then as it was.
    func edit(_ change: (inout Kubeconfig) -> Bool) async throws {
        let target = KubeconfigLocation.resolved(path)
        let (folder, name) = Self.split(target)
        do {
            if access(folder, F_OK) != 0 { _ = try PrivateDirectory(folder) }
        } catch {
            throw LocalClusterError(.kubeconfig, "the kubeconfig's directory cannot be made: \(error)")
        }
        let lock = target + ".lock"
        try await take(lock)
        defer { unlink(lock) }
        var config = try read(target)
        guard change(&config) else { return }
        try write(config, folder, name)
    }

    /// The file's contents, an empty kubeconfig when there is none.
    ///
    /// - Throws: ``LocalClusterError`` when it is not a kubeconfig.
    func read() throws(LocalClusterError) -> Kubeconfig { try read(KubeconfigLocation.resolved(path)) }

    private func read(_ target: String) throws(LocalClusterError) -> Kubeconfig {
        guard access(target, F_OK) == 0 else { return Kubeconfig() }
        do throws(ClientError) {
            return try Kubeconfig.read(target)
        } catch {
            throw LocalClusterError(.kubeconfig, "\(error.message); repair it, or name another with --kubeconfig")
        }
    }

    private func take(_ lock: String) async throws {
        let deadline = time.now().advanced(by: Self.patience)
        while true {
            let descriptor = open(lock, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
            if descriptor >= 0 {
                close(descriptor)
                return
            }
            let code = errno
            guard code == EEXIST else {
                throw LocalClusterError(.kubeconfig, "cannot write beside \(path): \(lock): \(String(cString: strerror(code)))")
            }
            guard time.now() < deadline else {
                throw LocalClusterError(
                    .kubeconfig,
                    "\(lock) is there, so another program is changing the kubeconfig; if none is, remove that file and try again"
                )
            }
            try await time.sleepUntil(time.now().advanced(by: .milliseconds(50)))
        }
    }

    private func write(_ config: Kubeconfig, _ folder: String, _ name: String) throws(LocalClusterError) {
        let text: String
        do throws(ClientError) { text = try config.yaml } catch { throw LocalClusterError(.kubeconfig, error.message) }
        do throws(ServerError) {
            try WholeFile.write(Array(text.utf8), to: folder + "/" + name)
        } catch {
            throw LocalClusterError(.kubeconfig, error.message)
        }
    }

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let folder = path[..<slash]
        return (folder.isEmpty ? "/" : String(folder), String(path[path.index(after: slash)...]))
    }
}
