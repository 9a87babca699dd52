// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// One entry of an Accept or Content-Type header.
struct MediaType: Sendable, Hashable {
    /// `type/subtype` in lower case.
    var essence: String
    var parameters: [String: String]
    /// The `q` parameter; 1 when absent.
    var quality: Double

    init?(_ text: Substring) {
        var parts = text.split(separator: ";").map(Self.trimmed)[...]
        guard let first = parts.popFirst(), !first.isEmpty else { return nil }
        essence = first.lowercased()
        parameters = [:]
        quality = 1
        for part in parts {
            let pair = part.split(separator: "=", maxSplits: 1).map(Self.trimmed)
            guard pair.count == 2 else { continue }
            if pair[0].lowercased() == "q" {
                quality = Double(pair[1]) ?? 0
            } else {
                parameters[pair[0].lowercased()] = String(pair[1])
            }
        }
    }

    /// The entries of an Accept header, best first.
    static func accepted(_ header: String) -> [MediaType] {
        // The sort is stable: of equals, the first named is preferred.
        header.split(separator: ",").compactMap(MediaType.init).enumerated()
            .sorted { ($1.element.quality, $0.offset) < ($0.element.quality, $1.offset) }.map(\.element)
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
