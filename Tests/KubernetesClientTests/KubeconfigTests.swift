// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import Testing

@testable import KubernetesClient

@Suite("A kubeconfig")
struct KubeconfigTests {
    private static let pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    private static let encodedPEM = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCkFBQUEKLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo="

    private static let v1 = "apiVersion: client.authentication.k8s.io/v1"

    /// A kubeconfig with one context, `cluster` and `user` with these lines.
    private static func config(cluster: String, user: String = "token: t0k", context: String = "namespace: work") -> String {
        func indented(_ text: String) -> String { text.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n") }
        return """
            apiVersion: v1
            kind: Config
            current-context: here
            clusters:
            - name: c
              cluster:
            \(indented(cluster))
            users:
            - name: u
              user:
            \(indented(user))
            contexts:
            - name: here
              context:
                cluster: c
                user: u
            \(indented(context))
            """
    }

    private func load(_ yaml: String, context: String? = nil) throws -> ClientConfiguration {
        let folder = try TemporaryFolder()
        let path = try folder.write(yaml, to: "config")
        return try ClientConfiguration.load(kubeconfig: path, context: context, environment: { _ in nil })
    }

    /// The message of the error that loading gives; it is one line and names the file.
    private func problem(_ yaml: String, context: String? = nil) throws -> String {
        let error = try #require(#expect(throws: ClientError.self) { try load(yaml, context: context) })
        #expect(error.code == .configuration)
        #expect(!error.message.contains("\n"))
        #expect(error.message.hasPrefix("kubeconfig /"))
        return error.message
    }

    @Test("with everything in it is understood")
    func full() throws {
        let cluster = """
            server: https://10.0.0.1:6443
            certificate-authority-data: \(Self.encodedPEM)
            tls-server-name: api.example
            proxy-url: http://proxy:3128
            """
        let user = "client-certificate-data: \(Self.encodedPEM)\nclient-key-data: \(Self.encodedPEM)"
        let configuration = try load(Self.config(cluster: cluster, user: user))
        #expect(configuration.server.description == "https://10.0.0.1:6443")
        #expect(configuration.tls.certificateAuthority == Array(Self.pem.utf8))
        #expect(configuration.tls.clientCertificate == Array(Self.pem.utf8))
        #expect(configuration.tls.clientKey == Array(Self.pem.utf8))
        #expect(configuration.tls.serverName == "api.example")
        #expect(!configuration.tls.skipsVerification)
        #expect(configuration.tls.files == TLSFiles())
        #expect(configuration.impersonation == nil)
        #expect(configuration.proxy == "http://proxy:3128")
        #expect(configuration.token == nil)
        #expect(configuration.defaultNamespace == "work")
    }

    @Test("does not show its secrets when it is printed or dumped")
    func printing() throws {
        var configuration = try load(Self.config(cluster: "server: https://h"))
        configuration.tls.clientKey = Array("hunter2".utf8)
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(text.contains("https://h"))
            #expect(!text.contains("t0k") && !text.contains("104"), "\(text)")
        }
    }

    @Test("in JSON is as good")
    func json() throws {
        let text = #"""
            {"kind":"Config","current-context":"x","clusters":[{"name":"c","cluster":{"server":"http://h","insecure-skip-tls-verify":true}}],
             "users":[{"name":"u","user":{"token":"t"}}],"contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}]}
            """#
        let configuration = try load(text)
        #expect(configuration.token == .value("t"))
        #expect(configuration.tls.skipsVerification)
        #expect(configuration.defaultNamespace == "default")
    }

    @Test("finds files beside itself, and absolute ones")
    func files() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.pem, to: "pki/ca.crt")
        let absolute = try folder.write(Self.pem, to: "elsewhere.crt")
        let user = "client-certificate: \(absolute)\nclient-key: ../sub/pki/../../elsewhere.crt\ntokenFile: token"
        try folder.write(Self.pem, to: "sub/pki/ca.crt")
        let cluster = "server: https://h\ncertificate-authority: pki/ca.crt"
        let path = try folder.write(Self.config(cluster: cluster, user: user), to: "sub/config")
        let configuration = try ClientConfiguration.load(kubeconfig: path, context: nil, environment: { _ in nil })
        #expect(configuration.tls.certificateAuthority == Array(Self.pem.utf8))
        #expect(configuration.tls.clientKey == Array(Self.pem.utf8))
        let key = "\(folder.path)/sub/../sub/pki/../../elsewhere.crt"
        let files = TLSFiles(
            certificateAuthority: "\(folder.path)/sub/pki/ca.crt",
            clientCertificate: absolute,
            clientKey: key
        )
        #expect(configuration.tls.files == files)
        #expect(configuration.token == .file(path: "\(folder.path)/sub/token"))
    }

    @Test("may say whom to act as")
    func impersonation() throws {
        let user = "token: t\nas: jane\nas-uid: 42\nas-groups: [dev, 7]\nas-user-extra: {scopes: [a, b], none: []}"
        let impersonation = try load(Self.config(cluster: "server: https://h", user: user)).impersonation
        let expected = Impersonation(user: "jane", uid: "42", groups: ["dev", "7"], extra: ["scopes": ["a", "b"], "none": []])
        #expect(impersonation == expected)
    }

    @Test("may name a credential plugin")
    func plugin() throws {
        let cluster = """
            server: https://h
            extensions:
            - {name: other, extension: {audience: a}}
            - {name: client.authentication.k8s.io/exec, extension: {audience: b}}
            """
        let user = """
            exec:
              apiVersion: client.authentication.k8s.io/v1beta1
              command: get-token
              args: [one, 2]
              env: [{name: A, value: b}, {name: EMPTY}]
              provideClusterInfo: true
              installHint: install it
            """
        var expected = ExecCredentialPlugin(command: "get-token", arguments: ["one", "2"], environment: ["A": "b", "EMPTY": ""])
        expected.apiVersion = .v1beta1
        expected.providesClusterInfo = true
        expected.clusterConfiguration = ["audience": "b"]
        expected.installHint = "install it"
        #expect(try load(Self.config(cluster: cluster, user: user)).execPlugin == expected)
    }

    @Test(
        "looks for a plugin that is a path beside itself, and for a name in PATH",
        arguments: [("get-token", "get-token"), ("./get-token", "/./get-token"), ("bin/x", "/bin/x"), ("/bin/x", "/bin/x")]
    )
    func pluginPath(command: String, expected: String) throws {
        let folder = try TemporaryFolder()
        let user = "exec: {command: \(command), \(Self.v1), interactiveMode: Always}"
        let path = try folder.write(Self.config(cluster: "server: https://h", user: user), to: "config")
        let plugin = try ClientConfiguration.load(kubeconfig: path, context: nil, environment: { _ in nil }).execPlugin
        let isBeside = command.contains("/") && !command.hasPrefix("/")
        #expect(plugin?.command == (isBeside ? folder.path + expected : expected))
        #expect(plugin?.interactiveMode == .always)
    }

    @Test("gives a token that looks like a number as it was written")
    func numericToken() throws {
        #expect(try load(Self.config(cluster: "server: http://h", user: "token: 123456")).token == .value("123456"))
    }

    @Test(
        "that cannot be used says which key is wrong and what to do",
        arguments: [
            ("server: localhost:8080", "token: t", ["clusters[c].cluster.server", "https://"]),
            ("server: https://user:hunter2@h", "token: t", ["clusters[c].cluster.server", "password"]),
            ("proxy-url: http://p", "token: t", ["clusters[c].cluster.server", "is missing"]),
            ("server: https://h\nproxy-url: proxy:1", "token: t", ["proxy-url", "http://"]),
            ("server: https://h\ncertificate-authority-data: '***'", "token: t", ["certificate-authority-data", "base64"]),
            ("server: https://h\ncertificate-authority-data: aGVsbG8=", "token: t", ["certificate-authority-data", "PEM"]),
            (
                "server: https://h\ncertificate-authority: none.crt", "token: t",
                ["certificate-authority", "none.crt", "No such file"]
            ),
            (
                "server: https://h\ninsecure-skip-tls-verify: true\ncertificate-authority-data: \(encodedPEM)", "token: t",
                ["insecure-skip-tls-verify", "remove one"]
            ),
            ("server: https://h\ninsecure-skip-tls-verify: maybe", "token: t", ["insecure-skip-tls-verify", "true nor false"]),
            ("server: [1]", "token: t", ["server", "not a text"]),
            ("server: https://h", "username: a\npassword: hunter2", ["users[u].user.username", "use a token"]),
            ("server: https://h", "exec: x", ["users[u].user.exec", "does not hold keys"]),
            ("server: https://h", "exec: {\(v1)}", ["users[u].user.exec.command", "is missing"]),
            ("server: https://h", "exec: {command: x}", ["users[u].user.exec.apiVersion", "is missing"]),
            (
                "server: https://h", "exec: {command: x, apiVersion: client.authentication.k8s.io/v1alpha1}",
                ["users[u].user.exec.apiVersion", "client.authentication.k8s.io/v1beta1"]
            ),
            ("server: https://h", "exec: {command: x, \(v1)}", ["users[u].user.exec.interactiveMode", "is missing"]),
            (
                "server: https://h", "exec: {command: x, \(v1), interactiveMode: Maybe}",
                ["users[u].user.exec.interactiveMode", "none of"]
            ),
            (
                "server: https://h", "exec: {command: x, \(v1), interactiveMode: Never, args: a}",
                ["users[u].user.exec.args", "not a list"]
            ),
            (
                "server: https://h", "exec: {command: x, \(v1), interactiveMode: Never, env: [a]}",
                ["users[u].user.exec.env", "does not hold keys"]
            ),
            (
                "server: https://h", "exec: {command: x, \(v1), interactiveMode: Never, env: [{name: a}, {name: a=b}]}",
                ["users[u].user.exec.env[1].name", "name of a variable"]
            ),
            (
                "server: https://h\nextensions: {}",
                "exec: {command: x, \(v1), interactiveMode: Never, provideClusterInfo: true}",
                ["clusters[c].cluster.extensions", "not a list"]
            ),
            ("server: https://h", "auth-provider: {name: x}", ["auth-provider", "removed"]),
            ("server: https://h", "as-groups: [a]\ntoken: t", ["users[u].user.as-groups", "no key as"]),
            ("server: https://h", "as: \"a\\nb\"\ntoken: t", ["users[u].user.as", "line break"]),
            ("server: https://h", "as: a\nas-groups: b", ["users[u].user.as-groups", "not a list"]),
            ("server: https://h", "as: a\nas-groups: [[b]]", ["users[u].user.as-groups", "not a text"]),
            ("server: https://h", "as: a\nas-user-extra: [b]", ["users[u].user.as-user-extra", "does not hold keys"]),
            ("server: https://h", "as: a\nas-user-extra: {b: c}", ["users[u].user.as-user-extra.b", "not a list"]),
            ("server: https://h", "client-certificate-data: \(encodedPEM)", ["client-key", "is missing"]),
            ("server: https://h", "client-key-data: \(encodedPEM)", ["client-certificate", "is missing"]),
            ("server: https://h", "token: \"a\\nb\"", ["users[u].user.token", "line break"]),
        ]
    )
    func unusable(cluster: String, user: String, expected: [String]) throws {
        let message = try problem(Self.config(cluster: cluster, user: user))
        for text in expected { #expect(message.contains(text), "\(message)") }
        #expect(!message.contains("hunter2"))
    }

    @Test(
        "that is broken says where",
        arguments: [
            ("a: [", "line"), ("- 1", "is not a kubeconfig"), ("just text", "is not a kubeconfig"),
            ("kind: Pod", "kind is not Config"),
            ("clusters: 7", "clusters is not a list"), ("users: [{user: {}}]", "users[0] has no name"),
            ("contexts: [{name: a, context: 7}]", "contexts[0].context"), ("a: 1\na: 2", "YAML"), ("{}", "no current-context"),
            ("", "no contexts"),
            ("current-context: x", "has no context \"x\""),
            ("current-context: \"x\\u001b[2J\"", "has no context"),
            ("a: \u{1}", "YAML"),
        ]
    )
    func broken(yaml: String, expected: String) throws {
        let message = try problem(yaml)
        #expect(message.contains(expected), "\(message)")
        #expect(!message.unicodeScalars.contains("\u{1b}"))
    }

    @Test("without the context that is asked for names those that it has")
    func unknownContext() throws {
        #expect(try problem(Self.config(cluster: "server: http://h"), context: "there").contains("there are: here"))
    }

    @Test("that is missing, a folder or not text is one clear line")
    func unreadable() throws {
        let folder = try TemporaryFolder()
        func problem(_ path: String) throws -> String {
            let error = #expect(throws: ClientError.self) {
                try ClientConfiguration.load(kubeconfig: path, context: nil, environment: { _ in nil })
            }
            return try #require(error).message
        }
        #expect(try problem("\(folder.path)/none") == "kubeconfig \(folder.path)/none cannot be read: No such file or directory")
        #expect(try problem(folder.path).contains("cannot be read: Is a directory"))
    }

    // MARK: Where it is looked for

    @Test("KUBECONFIG may list several files: the first of each name wins, missing ones are passed over")
    func merging() throws {
        let folder = try TemporaryFolder()
        let first = try folder.write(
            "current-context: two\nclusters: [{name: c, cluster: {server: 'http://first'}}]\nusers: [{name: u, user: {tokenFile: t}}]",
            to: "a/config"
        )
        let second = try folder.write(
            """
            current-context: one
            clusters: [{name: c, cluster: {server: 'http://second'}}, {name: d, cluster: {server: 'http://d'}}]
            contexts: [{name: one, context: {cluster: d, user: u}}, {name: two, context: {cluster: c, user: u}}]
            """,
            to: "b/config"
        )
        let list = "\(folder.path)/none:\(first)::\(second)"
        func load(_ context: String?) throws -> ClientConfiguration {
            try ClientConfiguration.load(kubeconfig: nil, context: context, environment: { $0 == "KUBECONFIG" ? list : nil })
        }
        #expect(try load(nil).server.host == "first")
        #expect(try load("one").server.host == "d")
        #expect(try load("one").token == .file(path: "\(folder.path)/a/t"))
    }

    @Test("a file that is given wins over KUBECONFIG, that over the pod's, that over the home folder's")
    func precedence() throws {
        let folder = try TemporaryFolder()
        func file(_ host: String, _ name: String) throws -> String {
            try folder.write(Self.config(cluster: "server: http://\(host)"), to: name)
        }
        let (given, listed) = (try file("given", "given"), try file("listed", "listed"))
        _ = try file("home", "home/.kube/config")
        for (name, text) in [("token", "secret\n"), ("ca.crt", Self.pem), ("namespace", "podspace\n")] {
            try folder.write(text, to: "account/\(name)")
        }
        let home = ["HOME": "\(folder.path)/home"]
        let pod = home.merging(["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"]) { $1 }
        let all = pod.merging(["KUBECONFIG": listed]) { $1 }
        func load(_ kubeconfig: String?, _ context: String? = nil, _ environment: [String: String]) throws -> ClientConfiguration
        {
            try ClientConfiguration.load(
                kubeconfig: kubeconfig,
                context: context,
                environment: { environment[$0] },
                serviceAccount: "\(folder.path)/account"
            )
        }
        #expect(try load(given, nil, all).server.host == "given")
        #expect(try load(nil, nil, all).server.host == "listed")
        let inPod = try load(nil, nil, pod)
        #expect(inPod.server.description == "https://[fd00::1]")
        #expect(inPod.defaultNamespace == "podspace")
        #expect(inPod.token == .file(path: "\(folder.path)/account/token"))
        #expect(inPod.tls.certificateAuthority == Array(Self.pem.utf8))
        #expect(inPod.tls.files == TLSFiles(certificateAuthority: "\(folder.path)/account/ca.crt"))
        #expect(try load(nil, "here", pod).server.host == "home")
        #expect(try load(nil, nil, home).server.host == "home")
    }

    @Test("none at all says where it was looked for")
    func none() throws {
        let folder = try TemporaryFolder()
        let error = try #require(
            #expect(throws: ClientError.self) {
                try ClientConfiguration.load(kubeconfig: nil, context: nil, environment: { $0 == "HOME" ? folder.path : nil })
            }
        )
        #expect(error.message.contains("\(folder.path)/.kube/config does not exist and KUBECONFIG is not set"))
    }

    // MARK: Writing

    @Test("can be changed and written without losing what others put into it")
    func writing() throws {
        let yaml = """
            apiVersion: v1
            kind: Config
            preferences: {colors: true}
            x-own: [1, two, "3", null, 1.5, "no"]
            current-context: a
            clusters:
            - name: a
              extra: kept
              cluster: {server: 'https://a', extensions: [{name: e}]}
            users: []
            contexts: []
            """
        var config = try Kubeconfig(yaml: yaml, path: "config")
        config.upsert("a", in: .clusters, ["server": "https://b"])
        config.upsert("u", in: .users, ["token": "123"])
        config.upsert("gone", in: .contexts, [:])
        config.upsert("x", in: .contexts, ["cluster": "a", "user": "u"])
        let wasThere = config.remove("gone", from: .contexts)
        let isStillThere = config.remove("gone", from: .contexts)
        #expect(wasThere && !isStillThere)
        config.currentContext = "x"
        let again = try Kubeconfig(yaml: try config.yaml, path: "config")
        #expect(again == config)
        #expect(again.document["x-own"] == [1, "two", "3", nil, .number(JSONNumber(1.5)!), "no"])
        #expect(again.document["clusters"]?[0]?["extra"] == "kept")
        #expect(again.document["preferences"]?["colors"] == true)
        #expect(again.entry("a", in: .clusters) == ["server": "https://b"])
        #expect(again.entry("u", in: .users)?["token"] == "123")
        #expect(again.names(in: .contexts) == ["x"])
        #expect(again.currentContext == "x")
    }

    @Test("made from nothing can be used")
    func fromNothing() throws {
        var config = Kubeconfig()
        config.upsert("c", in: .clusters, ["server": "http://h"])
        config.upsert("u", in: .users, ["token": "t"])
        config.upsert("x", in: .contexts, ["cluster": "c", "user": "u", "namespace": "n"])
        config.currentContext = "x"
        let configuration = try load(try config.yaml)
        #expect(configuration.server.host == "h")
        #expect(configuration.defaultNamespace == "n")
    }
}
