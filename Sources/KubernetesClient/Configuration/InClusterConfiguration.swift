// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The configuration of a client that runs in a pod: the kubelet sets two variables and mounts a folder.
package enum InClusterConfiguration {
    /// Where the kubelet puts a pod's token, authority and namespace.
    package static let serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// The pod's configuration; nil when this is not a pod, or one without a service account's token.
    static func load(environment: (String) -> String?, folder: String) throws(ClientError) -> ClientConfiguration? {
        guard
            let host = environment("KUBERNETES_SERVICE_HOST"), !host.isEmpty,
            let port = environment("KUBERNETES_SERVICE_PORT"), !port.isEmpty
        else { return nil }
        let tokenFile = "\(folder)/token"
        do throws(SmallFile.ReadError) {
            _ = try SmallFile.read(tokenFile, limit: 1 << 20)
        } catch {
            if error.isMissing { return nil }
            throw ClientError(.configuration, "the pod's token \(tokenFile) cannot be read: \(error)", underlying: error)
        }
        let authority = try authority(folder)
        let namespace = try namespace(folder)
        let address = "https://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        do throws(ServerURL.ParseError) {
            return ClientConfiguration(
                server: try ServerURL(address),
                tls: TLSConfiguration(
                    certificateAuthority: authority,
                    files: TLSFiles(certificateAuthority: authorityFile(folder))
                ),
                token: .file(path: tokenFile),
                defaultNamespace: namespace
            )
        } catch {
            throw ClientError(
                .configuration,
                "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT give no address: \(address.escapingControlCharacters) \(error)"
            )
        }
    }

    private static func authorityFile(_ folder: String) -> String { "\(folder)/ca.crt" }

    private static func authority(_ folder: String) throws(ClientError) -> [UInt8] {
        let path = authorityFile(folder)
        do throws(SmallFile.ReadError) {
            return try SmallFile.read(path, limit: 4 << 20)
        } catch {
            throw ClientError(
                .configuration,
                "the cluster's certificate authority \(path) cannot be read: \(error)",
                underlying: error
            )
        }
    }

    private static func namespace(_ folder: String) throws(ClientError) -> String {
        let path = "\(folder)/namespace"
        do throws(SmallFile.ReadError) {
            let name = String(decoding: try SmallFile.read(path, limit: 1_024), as: UTF8.self).trimmingWhitespace
            return name.isEmpty ? "default" : name
        } catch {
            if error.isMissing { return "default" }
            throw ClientError(.configuration, "the pod's namespace \(path) cannot be read: \(error)", underlying: error)
        }
    }
}
