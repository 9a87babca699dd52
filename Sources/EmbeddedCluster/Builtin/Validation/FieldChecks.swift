// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// Checks that many kinds share, with the sentences of `k8s.io/apimachinery/pkg/util/validation`.
enum FieldChecks {
    static func label(_ text: String, _ field: String) -> [FieldError] {
        NameFormat.labelErrors(text).map { .invalid(field, .string(text), $0) }
    }

    static func subdomain(_ text: String, _ field: String) -> [FieldError] {
        NameFormat.subdomainErrors(text).map { .invalid(field, .string(text), $0) }
    }

    static func qualifiedName(_ text: String, _ field: String) -> [FieldError] {
        NameFormat.qualifiedNameErrors(text).map { .invalid(field, .string(text), $0) }
    }

    static func labels(_ labels: JSONValue?, _ field: String) -> [FieldError] {
        ObjectMetaValidation.labelErrors(labels, field: field)
    }

    /// One of a fixed set of words; `values` in the order in which a real server lists them.
    static func choice(_ text: String, _ field: String, _ values: [String], isOptional: Bool = false) -> [FieldError] {
        if text.isEmpty { return isOptional ? [] : [.required(field)] }
        return values.contains(text) ? [] : [.notSupported(field, .string(text), values)]
    }

    static func nonNegative(_ value: Int64?, _ field: String) -> [FieldError] {
        guard let value, value < 0 else { return [] }
        return [.invalid(field, .int(value), "must be greater than or equal to 0")]
    }

    static func positive(_ value: Int64?, _ field: String) -> [FieldError] {
        guard let value, value <= 0 else { return [] }
        return [.invalid(field, .int(value), "must be greater than 0")]
    }

    static func range(_ value: Int64?, _ field: String, _ range: ClosedRange<Int64>) -> [FieldError] {
        guard let value, !range.contains(value) else { return [] }
        return [.invalid(field, .int(value), "must be between \(range.lowerBound) and \(range.upperBound), inclusive")]
    }

    static func portNumber(_ value: Int64, _ field: String) -> [FieldError] { range(value, field, 1...65535) }

    /// A port by number or name.
    static func port(_ value: JSONValue?, _ field: String) -> [FieldError] {
        switch value {
        case .string(let name)?: return portNameErrors(name).map { .invalid(field, .string(name), $0) }
        default: return portNumber(value?.int ?? 0, field)
        }
    }

    /// `IsValidPortName`.
    static func portNameErrors(_ name: String) -> [String] {
        var errors: [String] = []
        if name.utf8.count > 15 { errors.append("must be no more than 15 characters") }
        let isLetter = { (byte: UInt8) in (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
        let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        if name.isEmpty || !name.utf8.allSatisfy({ isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") }) {
            errors.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
        }
        if !name.utf8.contains(where: isLetter) { errors.append("must contain at least one letter (a-z)") }
        if name.contains("--") { errors.append("must not contain consecutive hyphens") }
        if name.hasPrefix("-") || name.hasSuffix("-") { errors.append("must not begin or end with a hyphen") }
        return errors
    }

    /// Keys of ConfigMaps and Secrets.
    static func configKeyErrors(_ key: String) -> [String] {
        var errors: [String] = []
        if key.utf8.count > 253 { errors.append("must be no more than 253 characters") }
        let isAllowed = { (scalar: Unicode.Scalar) in
            scalar.isASCII
                && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || "-_.".unicodeScalars.contains(scalar))
        }
        if key.isEmpty || !key.unicodeScalars.allSatisfy(isAllowed) {
            errors.append(
                "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', "
                    + "regex used for validation is '[-._a-zA-Z0-9]+')"
            )
        }
        if key == "." {
            errors.append("must not be '.'")
        } else if key == ".." {
            errors.append("must not be '..'")
        } else if key.hasPrefix("..") {
            errors.append("must not start with '..'")
        }
        return errors
    }

    /// A path below the place where it is used.
    static func descendingPath(_ path: String, _ field: String) -> [FieldError] {
        if path.hasPrefix("/") { return [.invalid(field, .string(path), "must be a relative path")] }
        return noBackSteps(path, field)
    }

    static func noBackSteps(_ path: String, _ field: String) -> [FieldError] {
        path.split(separator: "/").contains("..") ? [.invalid(field, .string(path), "must not contain '..'")] : []
    }

    static func immutable(_ new: JSONValue?, _ old: JSONValue?, _ field: String) -> [FieldError] {
        new == old ? [] : [.invalid(field, new ?? .null, "field is immutable")]
    }

    /// `metav1.LabelSelector`.
    static func labelSelector(_ selector: JSONValue?, _ field: String) -> [FieldError] {
        guard let selector else { return [] }
        var errors = labels(selector["matchLabels"], field + ".matchLabels")
        for (index, requirement) in selector.elements("matchExpressions").enumerated() {
            let path = "\(field).matchExpressions[\(index)]"
            let values = requirement.elements("values")
            switch requirement.text("operator") {
            case "In", "NotIn":
                if values.isEmpty {
                    errors.append(.required(path + ".values", "must be specified when `operator` is 'In' or 'NotIn'"))
                }
            case "Exists", "DoesNotExist":
                if !values.isEmpty {
                    errors.append(
                        .forbidden(path + ".values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
                    )
                }
            default:
                errors.append(
                    .invalid(path + ".operator", .string(requirement.text("operator")), "not a valid selector operator")
                )
            }
            let key = requirement.text("key")
            errors += NameFormat.qualifiedNameErrors(key).map { .invalid(path + ".key", .string(key), $0) }
            for (position, value) in values.enumerated() {
                errors += NameFormat.labelValueErrors(value.string ?? "").map {
                    .invalid("\(path).values[\(position)]", value, $0)
                }
            }
        }
        return errors
    }
}
