// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// bubblewrap's reports: flat JSON objects whose values are numbers.
struct SandboxReport: Sendable, Hashable {
    private let text: String

    init(_ bytes: [UInt8]) { text = String(decoding: bytes, as: UTF8.self) }

    /// The number of the last member with this name; nil when there is none.
    func number(_ name: String) -> Int64? {
        var found: Int64?
        for member in text.split(whereSeparator: { "{},\n".contains($0) }) {
            let parts = member.split(separator: ":")
            guard parts.count == 2, parts[0].filter({ !$0.isWhitespace }) == "\"\(name)\"" else { continue }
            found = Int64(parts[1].filter { !$0.isWhitespace })
        }
        return found
    }
}
