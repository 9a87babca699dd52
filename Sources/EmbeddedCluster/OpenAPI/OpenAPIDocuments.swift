// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import KubernetesJSON

/// The OpenAPI v3 index and its document per group and version, as far as kubectl reads them: schemas for `explain`, client-side apply and
/// edit, paths with their kinds and the `dryRun` and `fieldValidation` parameters of writes.
struct OpenAPIDocuments: Sendable {
    private let groups: [DiscoveryDocuments.Group]

    init(_ registry: ResourceRegistry) { groups = DiscoveryDocuments(registry).groups }

    /// `/openapi/v3`.
    var index: JSONValue {
        var paths = JSONObject()
        for group in groups {
            for version in group.versions {
                let path = Self.path(group: group.name, version: version.version)
                let hash = StableHash.of(Self.bytes(group, version))
                paths[path] = [
                    "serverRelativeURL": .string("/openapi/v3/\(path)?hash=\(String(hash, radix: 16, uppercase: true))")
                ]
            }
        }
        return ["paths": .object(paths)]
    }

    /// The document of `api/v1` or `apis/GROUP/VERSION`; nil when it is not served.
    func document(path: String) -> [UInt8]? {
        for group in groups {
            for version in group.versions where Self.path(group: group.name, version: version.version) == path {
                return Self.bytes(group, version)
            }
        }
        return nil
    }

    private static func path(group: String, version: String) -> String {
        group.isEmpty ? "api/" + version : "apis/" + group + "/" + version
    }

    /// What is built in never changes, so it is made once.
    private static func bytes(_ group: DiscoveryDocuments.Group, _ version: DiscoveryDocuments.GroupVersion) -> [UInt8] {
        guard !group.isBuiltIn || version.definitions.contains(where: \.isCustom) else {
            return builtIn.withLock { cache in
                let path = path(group: group.name, version: version.version)
                if let bytes = cache[path] { return bytes }
                let bytes = OpenAPIDocument(version.definitions).value.serialized()
                cache[path] = bytes
                return bytes
            }
        }
        return OpenAPIDocument(version.definitions).value.serialized()
    }

    private static let builtIn = Locked<[String: [UInt8]]>([:])
}
