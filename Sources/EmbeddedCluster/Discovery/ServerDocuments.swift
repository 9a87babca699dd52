// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// Everything that the server answers outside of resources: version, health, discovery and OpenAPI.
struct ServerDocuments: Sendable {
    private let version: ServerVersion

    init(version: ServerVersion = .current) { self.version = version }

    /// The answer to a path that nobody serves.
    static let pageNotFound = APIResponse(
        status: 404,
        contentType: "text/plain; charset=utf-8",
        body: .bytes(Array("404 page not found\n".utf8)),
        headers: ["X-Content-Type-Options": "nosniff"]
    )

    func respond(to request: APIRequest, registry: ResourceRegistry) throws(StatusError) -> APIResponse {
        let path = request.path.split(separator: "/").map(String.init)
        guard let first = path.first else { return try reading(request, ServerPaths(registry).document) }
        switch first {
        case "healthz", "livez", "readyz":
            return HealthDocument(endpoint: first).response(checks: path.dropFirst(), query: request.query)
        case "version" where path.count == 1: return try reading(request, version.document)
        case "api", "apis": return try discovery(request, path, DiscoveryDocuments(registry))
        case "openapi" where path.count > 1 && path[1] == "v3":
            return try openAPI(request, path.dropFirst(2).joined(separator: "/"), OpenAPIDocuments(registry))
        case "openapi" where path.count == 2 && path[1] == "v2": throw .openAPIVersion2
        default: return Self.pageNotFound
        }
    }

    // MARK: Discovery

    private func discovery(
        _ request: APIRequest,
        _ path: [String],
        _ documents: DiscoveryDocuments
    ) throws(StatusError) -> APIResponse {
        let isCore = path[0] == "api"
        switch path.count {
        case 1:
            guard request.method == "GET" else { throw .methodNotAllowedHere }
            switch try DiscoveryForm(accept: request.accept) {
            case .plain: return Self.json(isCore ? documents.coreVersions : documents.groupList)
            case .aggregated:
                return APIResponse(
                    contentType: DiscoveryForm.aggregatedType,
                    body: .bytes(documents.aggregated(isCore: isCore).serialized()),
                    headers: ["Cache-Control": "public", "Vary": "Accept"]
                )
            }
        case 2 where isCore:
            guard let list = documents.resourceList(group: "", version: path[1]) else { throw .pathNotFound }
            return try reading(request, list)
        case 2:
            guard let group = documents.group(path[1]) else { return Self.pageNotFound }
            return try reading(request, group)
        case 3 where !isCore:
            if let list = documents.resourceList(group: path[1], version: path[2]) { return try reading(request, list) }
            if documents.isBuiltIn(group: path[1]) { throw .pathNotFound }
            return Self.pageNotFound
        default:
            if isCore || documents.isBuiltIn(group: path[1]) { throw .pathNotFound }
            return Self.pageNotFound
        }
    }

    private func openAPI(_ request: APIRequest, _ path: String, _ documents: OpenAPIDocuments) throws(StatusError) -> APIResponse
    {
        if path.isEmpty { return try reading(request, documents.index) }
        guard request.method == "GET" else { throw .methodNotAllowedHere }
        guard let bytes = documents.document(path: path) else { return Self.pageNotFound }
        return APIResponse(body: .bytes(bytes))
    }

    private func reading(_ request: APIRequest, _ document: JSONValue) throws(StatusError) -> APIResponse {
        guard request.method == "GET" else { throw .methodNotAllowedHere }
        return Self.json(document)
    }

    private static func json(_ value: JSONValue) -> APIResponse { APIResponse(body: .bytes(value.serialized())) }
}

extension StatusError {
    /// Clients before kubectl 1.27 validate by this document.
    fileprivate static var openAPIVersion2: StatusError {
        StatusError(
            code: 404,
            reason: "NotFound",
            message: "this cluster serves OpenAPI v3 only: use --validate=false, or kubectl 1.27 or newer"
        )
    }
}
