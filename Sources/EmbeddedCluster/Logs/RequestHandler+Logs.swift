// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import KubernetesJSON
import KubernetesMeta

extension RequestHandler {
    /// `GET …/pods/<name>/log`.
    func logs(_ call: ResourceRequest) async throws(StatusError) -> APIResponse {
        guard let entry = store.entry(call.key) else { throw .notFound(call.resource, name: call.key.name) }
        let options = try LogQuery(call.request.query, pod: call.key.name).options
        let pod = try entry.object()
        let container = try Self.container(call.request.query.nonEmpty("container"), of: pod, name: call.key.name)
        let node = pod["spec"]?["nodeName"]?.string ?? ""
        // A pod without a node has no log yet, which a real server shows as an answer without content.
        guard !node.isEmpty else { return APIResponse(status: 204, contentType: "", body: .bytes([])) }
        guard store.entry(StorageKey(group: "", resource: "nodes", name: node)) != nil else {
            throw .notFound(call.resource, name: node)
        }
        guard let source = logSource.withLock({ $0 }) else {
            throw .internalError("the node \(node) does not serve logs to this cluster")
        }
        do throws(PodLogError) {
            let body = try await source.logs(
                namespace: call.key.namespace,
                pod: call.key.name,
                podUID: entry.parts.uid,
                container: container,
                options: options
            )
            return APIResponse(contentType: "text/plain", body: .stream(body))
        } catch {
            throw Self.status(error, pod: call.key.name, container: container)
        }
    }

    private static func container(_ wanted: String?, of pod: JSONValue, name: String) throws(StatusError) -> String {
        let containers = (pod["spec"]?["containers"]?.array ?? []).compactMap { $0["name"]?.string }
        let initial = (pod["spec"]?["initContainers"]?.array ?? []).compactMap { $0["name"]?.string }
        let ephemeral = (pod["spec"]?["ephemeralContainers"]?.array ?? []).compactMap { $0["name"]?.string }
        if let wanted {
            guard (containers + initial + ephemeral).contains(wanted) else {
                throw .badRequest("container \(wanted) is not valid for pod \(name)")
            }
            return wanted
        }
        if containers.count == 1 { return containers[0] }
        if let annotated = pod["metadata"]?["annotations"]?["kubectl.kubernetes.io/default-container"]?.string,
            containers.contains(annotated)
        {
            return annotated
        }
        var text = "a container name must be specified for pod \(name), choose one of: [\(containers.joined(separator: " "))]"
        if !initial.isEmpty { text += " or one of the init containers: [\(initial.joined(separator: " "))]" }
        throw .badRequest(text)
    }

    private static func status(_ error: PodLogError, pod: String, container: String) -> StatusError {
        switch error.code {
        case .notStarted:
            .badRequest(
                "container \(GoText.quoted(container)) in pod \(GoText.quoted(pod)) is waiting to start: \(error.message)"
            )
        case .notFound: StatusError(code: 404, reason: "NotFound", message: error.message, details: .object([:]))
        default: .internalError(error.message)
        }
    }
}

/// The query of a log request (`PodLogOptions`).
struct LogQuery: Sendable {
    var options: PodLogOptions

    init(_ query: QueryParameters, pod: String) throws(StatusError) {
        options = PodLogOptions(
            follow: query.bool("follow") ?? false,
            tailLines: try query.integer("tailLines"),
            limitBytes: try query.integer("limitBytes"),
            sinceSeconds: try query.integer("sinceSeconds"),
            sinceTime: try Self.time(query.nonEmpty("sinceTime")),
            timestamps: query.bool("timestamps") ?? false,
            previous: query.bool("previous") ?? false
        )
        var errors: [FieldError] = []
        if let lines = options.tailLines, lines < 0 {
            errors.append(.invalid("tailLines", .int(lines), "must be greater than or equal to 0"))
        }
        if let bytes = options.limitBytes, bytes < 1 {
            errors.append(.invalid("limitBytes", .int(bytes), "must be greater than 0"))
        }
        if options.sinceSeconds != nil, options.sinceTime != nil {
            errors.append(.forbidden("[]", "at most one of `sinceTime` or `sinceSeconds` may be specified"))
        } else if let seconds = options.sinceSeconds, seconds < 1 {
            errors.append(.invalid("sinceSeconds", .int(seconds), "must be greater than 0"))
        }
        if query.nonEmpty("stream") != nil { errors.append(.forbidden("stream", "may not be specified")) }
        guard errors.isEmpty else { throw .invalid(QualifiedName(group: "", name: "PodLogOptions"), name: pod, errors) }
    }

    private static func time(_ text: String?) throws(StatusError) -> Time? {
        guard let text else { return nil }
        guard let time = Time(text) else {
            throw .badRequest(
                "parsing time \(GoText.quoted(text)) as \"2006-01-02T15:04:05Z07:00\": cannot parse \(GoText.quoted(text)) as \"2006\""
            )
        }
        return time
    }
}
