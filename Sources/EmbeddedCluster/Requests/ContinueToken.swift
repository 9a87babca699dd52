// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// Where a list that was cut by `limit` goes on: the revision of the first page and the place behind its last object.
struct ContinueToken: Sendable, Hashable {
    /// The consistent snapshot's revision; -1 goes on in the newest state.
    var revision: Int64
    /// The next object is the first at or behind this `name`, or `namespace/name` in lists of all namespaces.
    var start: String

    init(revision: Int64, start: String) {
        self.revision = revision
        self.start = start
    }

    /// The token as clients see it.
    var text: String {
        let value: JSONValue = ["v": "meta.k8s.io/v1", "rv": .int(revision), "start": .string(start)]
        return Base64URL.encoded(value.serialized())
    }

    init(parsing text: String) throws(StatusError) {
        let bytes: [UInt8]
        switch Base64URL.decoded(text) {
        case .success(let decoded): bytes = decoded
        case .failure(let error): throw Self.invalid("illegal base64 data at input byte \(error.offset)")
        }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw Self.invalid(GoJSONSyntax.message(for: bytes))
        }
        let version = value["v"]?.string ?? ""
        guard version == "meta.k8s.io/v1" else { throw Self.invalid("server does not recognize this encoded version \(version)") }
        guard let revision = value["rv"]?.int, revision != 0 else {
            throw Self.invalid("incorrect encoded start resourceVersion (version \(version))")
        }
        guard let start = value["start"]?.string, !start.isEmpty else {
            throw Self.invalid("encoded start key empty (version \(version))")
        }
        guard !start.split(separator: "/").contains("..") else { throw Self.invalid(start) }
        self.init(revision: revision, start: start)
    }

    private static func invalid(_ text: String) -> StatusError {
        .badRequest("invalid continue token: continue key is not valid: " + text)
    }
}
