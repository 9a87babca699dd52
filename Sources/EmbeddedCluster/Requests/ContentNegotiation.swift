// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// In which form a client wants an answer.
struct AnswerForm: Sendable, Hashable {
    enum Shape: Sendable, Hashable {
        case object
        case table
        /// Metadata only, of one object.
        case partialMetadata
        /// Metadata only, of a list.
        case partialMetadataList
    }

    var shape = Shape.object
    /// JSON is valid YAML, so that answers labelled as YAML have the same bytes.
    var contentType = "application/json"
}

/// Chooses the form of an answer by the Accept header.
enum ContentNegotiation {
    private static let served = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"]
    private static let servedAsWatch =
        served + ["application/json;stream=watch", "application/vnd.kubernetes.protobuf;stream=watch"]

    /// - Parameters:
    ///   - accept: The header; nil or empty accepts everything.
    ///   - isTransformable: Whether tables and partial metadata are offered.
    static func form(accept: String?, isTransformable: Bool, isWatch: Bool = false) throws(StatusError) -> AnswerForm {
        guard let accept, !accept.isEmpty else { return AnswerForm() }
        let types = MediaType.accepted(accept)
        guard types.contains(where: { $0.essence == "*/*" || served.contains($0.essence) }) else {
            throw .unrepresentable(available: isWatch ? servedAsWatch : served)
        }
        for type in types {
            if let form = form(type, isTransformable: isTransformable) { return form }
        }
        throw .notAcceptable(supported: served)
    }

    private static func form(_ type: MediaType, isTransformable: Bool) -> AnswerForm? {
        let contentType: String
        switch type.essence {
        case "*/*", "application/*", "application/json": contentType = "application/json"
        case "application/yaml": contentType = "application/yaml"
        default: return nil
        }
        guard let target = type.parameters["as"] else { return AnswerForm(contentType: contentType) }
        guard isTransformable, type.parameters["g"] == "meta.k8s.io", type.parameters["v"] == "v1" else { return nil }
        switch target {
        case "Table": return AnswerForm(shape: .table, contentType: contentType)
        case "PartialObjectMetadata": return AnswerForm(shape: .partialMetadata, contentType: contentType)
        case "PartialObjectMetadataList": return AnswerForm(shape: .partialMetadataList, contentType: contentType)
        default: return nil
        }
    }
}

extension StatusError {
    /// The answer to an Accept header that names nothing the server has.
    static func unrepresentable(available: [String]) -> StatusError {
        StatusError(
            code: 406,
            reason: "NotAcceptable",
            message: "406: Not Acceptable\n\nAvailable representations: " + available.joined(separator: ", "),
            details: .object([:])
        )
    }
}
