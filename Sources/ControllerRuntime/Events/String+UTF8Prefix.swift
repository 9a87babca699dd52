// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

extension String {
    /// The longest beginning of whole characters that has at most so many bytes of UTF-8.
    func prefix(utf8Bytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = startIndex
        var bytes = 0
        while end < endIndex {
            bytes += self[end].utf8.count
            if bytes > limit { break }
            end = index(after: end)
        }
        return String(self[..<end])
    }
}
