// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// Makes a ``ClientConfiguration`` of one context of kubeconfig files. Each problem is one line with file, key and remedy.
struct KubeconfigResolver {
    let files: KubeconfigFiles

    /// - Parameter context: nil for the current one.
    func configuration(context: String?) throws(ClientError) -> ClientConfiguration {
        let name = try contextName(context)
        let context = try section(name, in: .contexts, neededBy: "")
        let clusterName = try context.required("cluster")
        let cluster = try section(clusterName, in: .clusters, neededBy: " of context \"\(name)\"")
        var configuration = ClientConfiguration(server: try server(of: cluster))
        configuration.tls = try trust(of: cluster)
        configuration.proxy = try cluster.text("proxy-url")
        if let proxy = configuration.proxy { try check(proxy: proxy, cluster) }
        configuration.acceptsCompression = false
        if let userName = try context.text("user") {
            let user = try section(userName, in: .users, neededBy: " of context \"\(name)\"")
            try addCredentials(of: user, to: &configuration)
            configuration.execPlugin = try ExecCredentialPlugin(user: user, cluster: cluster)
        }
        if let namespace = try context.text("namespace") { configuration.defaultNamespace = namespace }
        return configuration
    }

    private func contextName(_ wanted: String?) throws(ClientError) -> String {
        if let name = wanted ?? files.currentContext { return name }
        let known = files.names(in: .contexts)
        let remedy =
            known.isEmpty
            ? "it has no contexts at all" : "choose one of: \(known.joined(separator: ", "))".escapingControlCharacters
        throw Kubeconfig.error(files.names, "has no current-context; \(remedy)")
    }

    private func section(_ name: String, in section: Kubeconfig.Section, neededBy: String) throws(ClientError)
        -> KubeconfigSection
    {
        guard let (contents, path) = files.entry(name, in: section) else {
            let known = files.names(in: section)
            let remedy = known.isEmpty ? "there are none" : "there are: \(known.joined(separator: ", "))"
            throw Kubeconfig.error(
                files.names,
                "has no \(section.key) \"\(name)\"\(neededBy); \(remedy)".escapingControlCharacters
            )
        }
        return KubeconfigSection(
            path: path,
            place: "\(section.rawValue)[\(name)].\(section.key)".escapingControlCharacters,
            contents: contents
        )
    }

    private func server(of cluster: KubeconfigSection) throws(ClientError) -> ServerURL {
        let text = try cluster.required("server")
        do throws(ServerURL.ParseError) {
            return try ServerURL(text)
        } catch {
            throw cluster.error("server", "\(error); write an address such as https://10.0.0.1:6443")
        }
    }

    private func check(proxy: String, _ cluster: KubeconfigSection) throws(ClientError) {
        let schemes = ["http://", "https://", "socks5://", "socks5h://"]
        guard schemes.contains(where: { proxy.hasPrefix($0) }), proxy.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw cluster.error("proxy-url", "is not the address of a proxy; it begins with http://, https:// or socks5://")
        }
    }

    private func trust(of cluster: KubeconfigSection) throws(ClientError) -> TLSConfiguration {
        var tls = TLSConfiguration()
        tls.serverName = try cluster.text("tls-server-name")
        tls.skipsVerification = try cluster.flag("insecure-skip-tls-verify")
        tls.certificateAuthority = try cluster.pem("certificate-authority")
        tls.files.certificateAuthority = try cluster.pemFile("certificate-authority")
        if tls.skipsVerification, tls.certificateAuthority != nil {
            throw cluster.error("insecure-skip-tls-verify", "excludes a certificate-authority; remove one of the two")
        }
        return tls
    }

    private func addCredentials(of user: KubeconfigSection, to configuration: inout ClientConfiguration) throws(ClientError) {
        for key in ["username", "password"] where try user.text(key) != nil {
            throw user.error(
                key,
                "cannot be used: Kubernetes has had no passwords since 1.19; use a token or a client certificate"
            )
        }
        if user.has("auth-provider") {
            throw user.error(
                "auth-provider",
                "was removed from Kubernetes in 1.26; use exec, a token, a tokenFile or a client certificate"
            )
        }
        configuration.impersonation = try impersonation(of: user)
        configuration.tls.clientCertificate = try user.pem("client-certificate")
        configuration.tls.files.clientCertificate = try user.pemFile("client-certificate")
        configuration.tls.clientKey = try user.pem("client-key")
        configuration.tls.files.clientKey = try user.pemFile("client-key")
        if (configuration.tls.clientCertificate == nil) != (configuration.tls.clientKey == nil) {
            let missing = configuration.tls.clientKey == nil ? "client-key" : "client-certificate"
            throw user.error(missing, "is missing (or \(missing)-data): a client certificate needs its key")
        }
        // kubectl prefers the file when both are there.
        if let file = try user.text("tokenFile") {
            configuration.token = .file(path: user.resolve(file))
        } else if let token = try user.text("token") {
            guard BearerToken.isToken(token) else {
                throw user.error("token", "holds a space, a line break or another character that no token has")
            }
            configuration.token = .value(token)
        }
    }

    private func impersonation(of user: KubeconfigSection) throws(ClientError) -> Impersonation? {
        guard let name = try user.field("as") else {
            for key in ["as-uid", "as-groups", "as-user-extra"] where user.has(key) {
                throw user.error(key, "says more about a user to act as, but there is no key as with the user's name")
            }
            return nil
        }
        var impersonation = Impersonation(user: name, uid: try user.field("as-uid"), groups: try user.fields("as-groups"))
        if let extra = try user.section("as-user-extra") {
            for key in extra.keys { impersonation.extra[key] = try extra.fields(key) }
        }
        return impersonation
    }
}
