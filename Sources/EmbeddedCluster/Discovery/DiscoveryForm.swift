// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The form of discovery that a client asks for in its Accept header.
enum DiscoveryForm: Sendable {
    /// `APIVersions` and `APIGroupList`.
    case plain
    /// `APIGroupDiscoveryList`: all groups and resources at once.
    case aggregated

    static let aggregatedType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"

    init(accept: String?) throws(StatusError) {
        let types = MediaType.accepted(accept ?? "")
        guard !types.isEmpty else {
            self = .plain
            return
        }
        for type in types where ["application/json", "application/*", "*/*", "application/yaml"].contains(type.essence) {
            switch type.parameters["as"] {
            case nil:
                self = .plain
                return
            case "APIGroupDiscoveryList" where type.parameters["g"] == "apidiscovery.k8s.io" && type.parameters["v"] == "v2":
                self = .aggregated
                return
            default: continue
            }
        }
        throw .notAcceptable(supported: ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"])
    }
}
