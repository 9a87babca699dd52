// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The query of a create, update or patch (`CreateOptions`, `UpdateOptions`, `PatchOptions`).
struct WriteParameters: Sendable {
    var isDryRun: Bool
    var fieldValidation: FieldValidation
    /// What was given, as members of the options' kind.
    var options: JSONObject = [:]

    /// - Parameters:
    ///   - kind: The name of the options in error messages.
    ///   - isApply: `force` and a required field manager belong to apply patches.
    init(_ query: QueryParameters, kind: String, isPatch: Bool = false, isApply: Bool = false) throws(StatusError) {
        var errors: [FieldError] = []
        let dryRun = query.all("dryRun")
        if isPatch, query["force"] != nil, !isApply {
            errors.append(.forbidden("force", "may not be specified for non-apply patch"))
        }
        errors += Self.fieldManagerErrors(query["fieldManager"] ?? "")
        errors += Self.dryRunErrors(dryRun)
        let validation = query["fieldValidation"] ?? ""
        if !validation.isEmpty, FieldValidation(rawValue: validation) == nil {
            errors.append(.notSupported("fieldValidation", .string(validation), ["", "Ignore", "Strict", "Warn"]))
        }
        guard errors.isEmpty else { throw .invalid(QualifiedName(group: "meta.k8s.io", name: kind), name: "", errors) }
        isDryRun = !dryRun.isEmpty
        fieldValidation = FieldValidation(rawValue: validation) ?? .warn
        if isDryRun { options["dryRun"] = .array(dryRun.map(JSONValue.string)) }
        if let manager = query.nonEmpty("fieldManager") { options["fieldManager"] = .string(manager) }
        if !validation.isEmpty { options["fieldValidation"] = .string(validation) }
    }

    static func dryRunErrors(_ values: [String]) -> [FieldError] {
        values.allSatisfy { $0 == "All" }
            ? [] : [.notSupported("dryRun", .array(values.map(JSONValue.string)), ["All"])]
    }

    private static func fieldManagerErrors(_ manager: String) -> [FieldError] {
        var errors: [FieldError] = []
        if manager.utf8.count > 128 { errors.append(.tooLong("fieldManager", maximumBytes: 128)) }
        for (index, scalar) in manager.unicodeScalars.enumerated() where !GoText.isPrintable(scalar) {
            let code = String(scalar.value, radix: 16, uppercase: true)
            let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
            errors.append(.invalid("fieldManager", .string(manager), "invalid character U+\(padded) (at position \(index))"))
        }
        return errors
    }
}
