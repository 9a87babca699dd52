// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import HTTPTypes
import KubernetesJSON

/// Answers requests from registries.
struct ContentResponder: Sendable {
    let contents: [ServedContent]
    var access: (any AccessReview)?

    struct Answer: Sendable, Hashable {
        var status: HTTPResponse.Status
        var contentType: String
        var text: String
    }

    /// Who asks, as far as the connection tells.
    enum Peer: Sendable { case loopback, remote }

    func answer(_ head: HTTPRequest, from peer: Peer = .remote) async -> Answer {
        let parts = (head.path ?? "/").split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let segments = parts[0].split(separator: "/", maxSplits: 2).map(String.init)
        let query = Query(parts.count > 1 ? parts[1] : "")
        for content in contents where content.serves(segments) {
            guard head.method == .get || head.method == .head else {
                return Self.plain(.methodNotAllowed, "only GET is served here\n")
            }
            if let refusal = await refusal(of: content, head, path: String(parts[0]), peer) { return refusal }
            if let answer = answer(content, segments, query) { return answer }
        }
        return Self.plain(.notFound, "404 page not found\n")
    }

    // MARK: Access

    /// Nil when the content may be shown.
    private func refusal(of content: ServedContent, _ head: HTTPRequest, path: String, _ peer: Peer) async -> Answer? {
        switch content {
        case .health: return nil
        case .metrics:
            guard let access else { return nil }
            return Self.refusal(await access.review(head.headerFields[.authorization], path: path))
        case .debug:
            if peer == .loopback { return nil }
            guard let access else {
                return Self.plain(.forbidden, "/debug is shown on this machine only; use kubectl port-forward\n")
            }
            return Self.refusal(await access.review(head.headerFields[.authorization], path: path))
        }
    }

    private static func refusal(_ decision: AccessDecision) -> Answer? {
        switch decision {
        case .allowed: nil
        case .unauthenticated: plain(.unauthorized, "Unauthorized\n")
        case .denied(let user): plain(.forbidden, "Authorization denied for user \(user)\n")
        case .unavailable: plain(.internalServerError, "The API server could not be asked whether this is allowed; try again\n")
        }
    }

    // MARK: Content

    private func answer(_ content: ServedContent, _ segments: [String], _ query: Query) -> Answer? {
        switch content {
        case .metrics(let registry):
            return Answer(status: .ok, contentType: MetricsRegistry.contentType, text: registry.render())
        case .health(let registry):
            guard let endpoint = HealthEndpoint(rawValue: segments[0]) else { return nil }
            if segments.count > 1 { return registry.render(endpoint, check: segments[1]).map(Self.health) }
            return Self.health(registry.render(endpoint, verbose: query.has("verbose"), excluding: Set(query.values("exclude"))))
        case .debug(let registry):
            guard segments.count > 1, let section = DebugSection(rawValue: segments[1]) else { return nil }
            let limit = query.values("limit").first.flatMap { Int($0) } ?? Self.debugEntries
            let name = segments.count > 2 ? segments[2] : nil
            return registry.snapshot(section, of: name, limit: max(0, min(limit, Self.maximumDebugEntries))).map { document in
                let text = String(decoding: JSON.encode(document), as: UTF8.self) + "\n"
                return Answer(status: .ok, contentType: "application/json", text: text)
            }
        }
    }

    /// Entries of a list below `/debug`: unless `?limit=` is given, and at most.
    private static let debugEntries = 1000
    private static let maximumDebugEntries = 100_000

    private static func health(_ report: HealthReport) -> Answer {
        plain(report.isHealthy ? .ok : .internalServerError, report.text)
    }

    private static func plain(_ status: HTTPResponse.Status, _ text: String) -> Answer {
        Answer(status: status, contentType: "text/plain; charset=utf-8", text: text)
    }
}

extension ServedContent {
    /// Whether the first part of a path is this content's.
    fileprivate func serves(_ segments: [String]) -> Bool {
        switch self {
        case .metrics: segments == ["metrics"]
        case .health: segments.first.flatMap(HealthEndpoint.init(rawValue:)) != nil && segments.count <= 2
        case .debug: segments.first == "debug"
        }
    }
}
