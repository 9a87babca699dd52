// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The parts of a webhook's URL, which has been validated to begin with `https://` and a host.
struct WebhookURL: Sendable {
    let host: String
    let port: Int

    init?(_ text: String) {
        guard text.hasPrefix("https://") else { return nil }
        let authority = text.dropFirst("https://".count).prefix { $0 != "/" && $0 != "?" }
        if authority.first == "[", let end = authority.firstIndex(of: "]") {
            host = String(authority[authority.index(after: authority.startIndex)..<end])
            let rest = authority[authority.index(after: end)...]
            guard rest.isEmpty || rest.first == ":", let port = rest.isEmpty ? 443 : Int(rest.dropFirst()) else { return nil }
            self.port = port
        } else if let colon = authority.lastIndex(of: ":") {
            guard let port = Int(authority[authority.index(after: colon)...]) else { return nil }
            host = String(authority[..<colon])
            self.port = port
        } else {
            host = String(authority)
            port = 443
        }
        guard !host.isEmpty, (1...65535).contains(port) else { return nil }
    }
}
