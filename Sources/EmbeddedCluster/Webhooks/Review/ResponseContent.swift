// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The members of an AdmissionReview's `response`, of the right types.
struct ResponseContent: Sendable {
    let uid: String
    let isAllowed: Bool
    let patch: [UInt8]
    let patchType: String?
    let status: JSONValue?
    let warnings: [String]

    init(_ response: JSONValue) throws(WebhookFailure) {
        guard response.object != nil else { throw Self.mismatch(response, "AdmissionReview.response", "v1.AdmissionResponse") }
        uid = try Self.text(response, "uid", "types.UID") ?? ""
        patchType = try Self.text(response, "patchType", "v1.PatchType")
        patch = try Self.bytes(try Self.text(response, "patch", "[]uint8") ?? "")
        switch response["allowed"]?.nonNull {
        case nil: isAllowed = false
        case .bool(let allowed)?: isAllowed = allowed
        case let other?: throw Self.mismatch(other, "AdmissionResponse.response.allowed", "bool")
        }
        switch response["status"]?.nonNull {
        case let status? where status.object == nil: throw Self.mismatch(status, "AdmissionResponse.response.status", "v1.Status")
        case let status: self.status = status
        }
        var warnings: [String] = []
        if let value = response["warnings"]?.nonNull {
            guard let elements = value.array else {
                throw Self.mismatch(value, "AdmissionResponse.response.warnings", "[]string")
            }
            for element in elements {
                guard let text = element.string else {
                    throw Self.mismatch(element, "AdmissionResponse.response.warnings", "string")
                }
                warnings.append(text)
            }
        }
        self.warnings = warnings
    }

    private static func text(_ response: JSONValue, _ key: String, _ type: String) throws(WebhookFailure) -> String? {
        guard let value = response[key]?.nonNull else { return nil }
        guard let text = value.string else { throw mismatch(value, "AdmissionResponse.response.\(key)", type) }
        return text
    }

    private static func bytes(_ text: String) throws(WebhookFailure) -> [UInt8] {
        guard let bytes = Base64.decode(text) else {
            throw .call("illegal base64 data at input byte \(Base64.firstIllegalByte(text) ?? 0)")
        }
        return bytes
    }

    private static func mismatch(_ value: JSONValue, _ field: String, _ type: String) -> WebhookFailure {
        .call("json: cannot unmarshal \(value.goKind) into Go struct field \(field) of type \(type)")
    }
}
