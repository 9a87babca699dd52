// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// What is wrong with the place where a webhook is said to be served (`k8s.io/apiserver/pkg/util/webhook/validation.go`).
struct WebhookClientValidation {
    /// E.g. `webhooks[0].clientConfig`.
    let path: String

    func errors(_ client: JSONValue) -> [FieldError] {
        switch (client["url"]?.string, client["service"]) {
        case (nil, nil), (_?, _?): [.required(path, "exactly one of url or service is required")]
        case (let url?, nil): urlErrors(url)
        case (nil, let service?): serviceErrors(service)
        }
    }

    private func urlErrors(_ url: String) -> [FieldError] {
        let field = path + ".url"
        let form = "; desired format: https://host[/path]"
        let scheme = url.firstRange(of: "://").map { url[..<$0.lowerBound] } ?? ""
        var errors: [FieldError] = []
        if scheme != "https" {
            errors.append(.invalid(field, .string(String(scheme)), "'https' is the only allowed URL scheme" + form))
        }
        let rest = scheme.isEmpty ? url[...] : url.dropFirst(scheme.count + 3)
        let authority = scheme.isEmpty ? "" : rest.prefix { !"/?#".contains($0) }
        if authority.isEmpty { errors.append(.invalid(field, "", "host must be specified" + form)) }
        if let at = authority.lastIndex(of: "@") {
            let user = String(authority[..<at])
            errors.append(.invalid(field, .string(user), "user information is not permitted in the URL"))
        }
        if let mark = rest.firstIndex(of: "#"), mark != rest.index(before: rest.endIndex) {
            let fragment = String(rest[rest.index(after: mark)...])
            errors.append(.invalid(field, .string(fragment), "fragments are not permitted in the URL"))
        }
        let head = rest.prefix { $0 != "#" }
        if let mark = head.firstIndex(of: "?"), mark != head.index(before: head.endIndex) {
            let query = String(head[head.index(after: mark)...])
            errors.append(.invalid(field, .string(query), "query parameters are not permitted in the URL"))
        }
        return errors
    }

    private func serviceErrors(_ service: JSONValue) -> [FieldError] {
        let field = path + ".service"
        var errors: [FieldError] = []
        if service.text("name").isEmpty { errors.append(.required(field + ".name", "service name is required")) }
        if service.text("namespace").isEmpty { errors.append(.required(field + ".namespace", "service namespace is required")) }
        let port = service.integer("port") ?? 443
        if !(1...65535).contains(port) {
            let detail = "port is not valid: must be between 1 and 65535, inclusive"
            errors.append(.invalid(field + ".port", .int(port), detail))
        }
        return errors + pathErrors(service.text("path"), field + ".path")
    }

    private func pathErrors(_ text: String, _ field: String) -> [FieldError] {
        if text.isEmpty || text == "/" { return [] }
        let value = JSONValue.string(text)
        if text == "//" { return [.invalid(field, value, "segment[0] may not be empty")] }
        var errors: [FieldError] = []
        if !text.hasPrefix("/") { errors.append(.invalid(field, value, "must start with a '/'")) }
        var steps = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        if steps.count > 1, steps.last == "" { steps.removeLast() }
        for (index, step) in steps.enumerated() {
            if step.isEmpty {
                errors.append(.invalid(field, value, "segment[\(index)] may not be empty"))
            } else {
                let problems = NameFormat.subdomainErrors(String(step))
                errors += problems.map { .invalid(field, value, "segment[\(index)]: \($0)") }
            }
        }
        return errors
    }
}
