// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// `/healthz`, `/livez` and `/readyz`. A server in this process that answers at all is healthy; the check names are those that
/// clients ask for one by one.
struct HealthDocument: Sendable {
    /// `healthz`, `livez` or `readyz`.
    let endpoint: String

    private static let checks = ["ping", "log", "storage"]

    func response(checks path: some Collection<String>, query: QueryParameters) -> APIResponse {
        if let check = path.first {
            guard path.count == 1, Self.checks.contains(check) else { return ServerDocuments.pageNotFound }
            return Self.text("ok", headers: [:])
        }
        let isVerbose = query["verbose"] != nil
        let text = isVerbose ? Self.checks.map { "[+]\($0) ok\n" }.joined() + endpoint + " check passed\n" : "ok"
        return Self.text(text, headers: ["X-Content-Type-Options": "nosniff"])
    }

    private static func text(_ text: String, headers: [String: String]) -> APIResponse {
        APIResponse(contentType: "text/plain; charset=utf-8", body: .bytes(Array(text.utf8)), headers: headers)
    }
}
