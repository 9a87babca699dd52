// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// The rules for volumes.
struct VolumeValidation {
    /// Names of the volumes that nothing is wrong with.
    private(set) var names: Set<String> = []
    private(set) var errors: [FieldError] = []

    /// The sources in the order in which a real server looks at them.
    private static let sources = [
        "emptyDir", "hostPath", "gitRepo", "gcePersistentDisk", "awsElasticBlockStore", "secret", "nfs", "iscsi", "glusterfs",
        "flocker",
        "persistentVolumeClaim", "rbd", "cinder", "cephfs", "quobyte", "downwardAPI", "fc", "flexVolume", "configMap",
        "azureFile",
        "vsphereVolume", "photonPersistentDisk", "portworxVolume", "azureDisk", "storageos", "projected", "scaleIO", "csi",
        "ephemeral", "image",
    ]

    init(_ volumes: [JSONValue], _ field: String) {
        for (index, volume) in volumes.enumerated() {
            let path = "\(field)[\(index)]"
            var found = Self.sourceErrors(volume, path)
            let name = volume.text("name")
            found += name.isEmpty ? [.required(path + ".name")] : FieldChecks.label(name, path + ".name")
            if names.contains(name) { found.append(.duplicate(path + ".name", .string(name))) }
            if found.isEmpty { names.insert(name) } else { errors += found }
        }
    }

    private static func sourceErrors(_ volume: JSONValue, _ path: String) -> [FieldError] {
        var errors: [FieldError] = []
        var count = 0
        for kind in sources {
            guard let source = volume[kind] else { continue }
            let field = path + "." + kind
            if count > 0 {
                errors.append(.forbidden(field, "may not specify more than 1 volume type"))
            } else {
                errors += sourceErrors(kind, source, field)
            }
            count += 1
        }
        if count == 0 { errors.append(.required(path, "must specify a volume type")) }
        return errors
    }

    private static func sourceErrors(_ kind: String, _ source: JSONValue, _ field: String) -> [FieldError] {
        switch kind {
        case "emptyDir":
            guard let limit = source["sizeLimit"]?.string.flatMap({ Quantity($0) }), limit < Quantity(0) else { return [] }
            return [.forbidden(field + ".sizeLimit", "SizeLimit field must be a valid resource quantity")]
        case "hostPath":
            let path = source.text("path")
            if path.isEmpty { return [.required(field + ".path")] }
            let types = ["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"]
            return FieldChecks.noBackSteps(path, field + ".path")
                + FieldChecks.choice(source.text("type"), field + ".type", types, isOptional: true)
        case "secret": return nameErrors(source.text("secretName"), field + ".secretName") + itemErrors(source, field)
        case "configMap": return nameErrors(source.text("name"), field + ".name") + itemErrors(source, field)
        case "persistentVolumeClaim": return nameErrors(source.text("claimName"), field + ".claimName")
        case "downwardAPI": return downwardErrors(source, field) + modeErrors(source, "defaultMode", field)
        case "projected":
            return source.elements("sources").enumerated().flatMap { projectionErrors($1, "\(field).sources[\($0)]") }
                + modeErrors(source, "defaultMode", field)
        case "nfs":
            var errors = nameErrors(source.text("server"), field + ".server") + nameErrors(source.text("path"), field + ".path")
            let path = source.text("path")
            if !path.isEmpty, !path.hasPrefix("/") {
                errors.append(.invalid(field + ".path", .string(path), "must be an absolute path"))
            }
            return errors
        case "csi": return nameErrors(source.text("driver"), field + ".driver")
        default: return []
        }
    }

    private static func nameErrors(_ name: String, _ field: String) -> [FieldError] { name.isEmpty ? [.required(field)] : [] }

    private static func projectionErrors(_ source: JSONValue, _ path: String) -> [FieldError] {
        var errors: [FieldError] = []
        var count = 0
        for kind in ["secret", "configMap", "downwardAPI", "serviceAccountToken", "clusterTrustBundle", "podCertificate"] {
            guard let projection = source[kind] else { continue }
            let field = path + "." + kind
            count += 1
            if count > 1 {
                errors.append(.forbidden(field, "may not specify more than 1 volume type"))
                continue
            }
            switch kind {
            case "secret", "configMap":
                errors += nameErrors(projection.text("name"), field + ".name") + itemErrors(projection, field)
            case "downwardAPI": errors += downwardErrors(projection, field)
            case "serviceAccountToken":
                let seconds = projection.integer("expirationSeconds") ?? 3600
                if seconds < 600 {
                    errors.append(
                        .invalid(field + ".expirationSeconds", .int(seconds), "may not specify a duration less than 10 minutes")
                    )
                }
                errors += nameErrors(projection.text("path"), field + ".path")
            default: break
            }
        }
        if count == 0 { errors.append(.required(path, "must specify a volume type")) }
        return errors
    }

    private static func itemErrors(_ source: JSONValue, _ field: String) -> [FieldError] {
        var errors = modeErrors(source, "defaultMode", field)
        for (index, item) in source.elements("items").enumerated() {
            let path = "\(field).items[\(index)]"
            errors +=
                nameErrors(item.text("key"), path + ".key") + pathErrors(item.text("path"), path + ".path")
                + modeErrors(item, "mode", path)
        }
        return errors
    }

    private static func downwardErrors(_ source: JSONValue, _ field: String) -> [FieldError] {
        source.elements("items").enumerated().flatMap { index, item -> [FieldError] in
            let path = "\(field).items[\(index)]"
            var errors = pathErrors(item.text("path"), path + ".path")
            if let reference = item["fieldRef"] {
                errors += EnvironmentValidation.fieldErrors(
                    reference,
                    path + ".fieldRef",
                    allowed: EnvironmentValidation.volumeFields
                )
                if item["resourceFieldRef"] != nil {
                    errors.append(.invalid(path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously"))
                }
            } else if item["resourceFieldRef"] == nil {
                errors.append(.required(path + ".fieldRef", "one of fieldRef and resourceFieldRef is required"))
            }
            return errors + modeErrors(item, "mode", path)
        }
    }

    private static func pathErrors(_ path: String, _ field: String) -> [FieldError] {
        path.isEmpty ? [.required(field)] : FieldChecks.descendingPath(path, field)
    }

    private static func modeErrors(_ source: JSONValue, _ name: String, _ field: String) -> [FieldError] {
        guard let mode = source.integer(name), mode < 0 || mode > 0o777 else { return [] }
        return [.invalid(field + "." + name, .int(mode), "must be a number between 0 and 0777 (octal), both inclusive")]
    }
}
