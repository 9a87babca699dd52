// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The query of a list or watch, parsed and checked (`ListOptions`).
struct ListParameters: Sendable {
    enum VersionMatch: String, Sendable {
        case exact = "Exact"
        case notOlderThan = "NotOlderThan"
    }

    var selection = Selection()
    /// As the client wrote it; empty when absent.
    var resourceVersion: String
    var versionMatch: VersionMatch?
    /// 0 for no limit.
    var limit: Int
    var continueToken: String?
    var isWatch: Bool
    var allowsBookmarks: Bool
    var sendsInitialEvents: Bool
    var timeoutSeconds: Int?

    /// - Parameter definition: Says which fields can be selected.
    init(_ query: QueryParameters, definition: ResourceDefinition, isWatch: Bool) throws(StatusError) {
        self.isWatch = isWatch
        resourceVersion = query["resourceVersion"] ?? ""
        limit = max(0, try query.integer("limit") ?? 0)
        timeoutSeconds = try query.integer("timeoutSeconds")
        continueToken = query.nonEmpty("continue")
        allowsBookmarks = query.bool("allowWatchBookmarks") ?? false
        sendsInitialEvents = query.bool("sendInitialEvents") ?? false
        if let text = query.nonEmpty("labelSelector") { selection.labels = try LabelSelection(text) }
        if let text = query.nonEmpty("fieldSelector") { selection.fields = try FieldSelection(text) }
        let matchText = query["resourceVersionMatch"] ?? ""
        try Self.check(query, match: matchText, isWatch: isWatch)
        versionMatch = VersionMatch(rawValue: matchText)
        try Self.check(selection.fields, definition: definition)
    }

    /// `ValidateListOptions` of `k8s.io/apimachinery`.
    private static func check(_ query: QueryParameters, match: String, isWatch: Bool) throws(StatusError) {
        var errors: [FieldError] = []
        let version = query["resourceVersion"] ?? ""
        let sendsInitialEvents = query["sendInitialEvents"] != nil
        if isWatch, sendsInitialEvents {
            if match != VersionMatch.notOlderThan.rawValue {
                errors.append(
                    .forbidden("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")
                )
                if !match.isEmpty {
                    errors.append(.notSupported("resourceVersionMatch", .string(match), [VersionMatch.notOlderThan.rawValue]))
                }
            }
            if query.nonEmpty("continue") != nil {
                errors.append(.forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided"))
            }
        } else {
            errors += matchErrors(
                match: match,
                version: version,
                isWatch: isWatch,
                isContinued: query.nonEmpty("continue") != nil
            )
            if sendsInitialEvents { errors.append(.forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list")) }
        }
        guard errors.isEmpty else { throw .invalid(QualifiedName(group: "meta.k8s.io", name: "ListOptions"), name: "", errors) }
    }

    private static func matchErrors(match: String, version: String, isWatch: Bool, isContinued: Bool) -> [FieldError] {
        let field = "resourceVersionMatch"
        if isWatch {
            if isContinued { return [.forbidden(field, "resourceVersionMatch is forbidden when continue is provided")] }
            return match.isEmpty
                ? [] : [.forbidden(field, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided")]
        }
        guard !match.isEmpty else { return [] }
        var errors: [FieldError] = []
        if version.isEmpty {
            errors.append(.forbidden(field, "resourceVersionMatch is forbidden unless resourceVersion is provided"))
        }
        if isContinued { errors.append(.forbidden(field, "resourceVersionMatch is forbidden when continue is provided")) }
        if VersionMatch(rawValue: match) == nil {
            errors.append(.notSupported(field, .string(match), ["Exact", "NotOlderThan", ""]))
        }
        if match == VersionMatch.exact.rawValue, version == "0" {
            errors.append(.forbidden(field, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""))
        }
        return errors
    }

    private static func check(_ fields: FieldSelection, definition: ResourceDefinition) throws(StatusError) {
        guard !fields.isEmpty else { return }
        let own = definition.strategy.selectableFields(of: .object([:]))
        for requirement in fields.requirements {
            let field = requirement.field
            if field == "metadata.name" || field == "metadata.namespace" || own[field] != nil { continue }
            throw .badRequest(
                own.isEmpty && !definition.isCustom
                    ? "\(GoText.quoted(field)) is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
                    : "field label not supported: \(field)"
            )
        }
    }
}
