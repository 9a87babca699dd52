// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import HTTPTypes

/// Answers requests from registries.
struct ContentResponder: Sendable {
    let contents: [ServedContent]

    struct Answer: Sendable, Hashable {
        var status: HTTPResponse.Status
        var contentType: String
        var text: String
    }

    func answer(_ head: HTTPRequest) -> Answer {
        let parts = (head.path ?? "/").split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let segments = parts[0].split(separator: "/", maxSplits: 1).map(String.init)
        let query = parts.count > 1 ? Self.items(parts[1]) : []
        for content in contents {
            guard let answer = answer(content, segments, query) else { continue }
            guard head.method == .get || head.method == .head else {
                return Self.plain(.methodNotAllowed, "only GET is served here\n")
            }
            return answer
        }
        return Self.plain(.notFound, "404 page not found\n")
    }

    private func answer(_ content: ServedContent, _ segments: [String], _ query: [(name: String, value: String)]) -> Answer? {
        switch content {
        case .metrics(let registry):
            guard segments == ["metrics"] else { return nil }
            return Answer(status: .ok, contentType: MetricsRegistry.contentType, text: registry.render())
        case .health(let registry):
            guard let name = segments.first, let endpoint = HealthEndpoint(rawValue: name) else { return nil }
            if segments.count > 1 { return registry.render(endpoint, check: segments[1]).map(Self.health) }
            return Self.health(
                registry.render(
                    endpoint,
                    verbose: query.contains { $0.name == "verbose" },
                    excluding: Set(query.filter { $0.name == "exclude" }.map(\.value))
                )
            )
        }
    }

    private static func health(_ report: HealthReport) -> Answer {
        plain(report.isHealthy ? .ok : .internalServerError, report.text)
    }

    private static func plain(_ status: HTTPResponse.Status, _ text: String) -> Answer {
        Answer(status: status, contentType: "text/plain; charset=utf-8", text: text)
    }

    private static func items(_ query: Substring) -> [(name: String, value: String)] {
        query.split(separator: "&").map { item in
            let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(pair[0]), pair.count > 1 ? String(pair[1]) : "")
        }
    }
}
