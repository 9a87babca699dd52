// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

extension String {
    /// The text, or its beginning of at most `limit` bytes of UTF-8, never cut inside a character.
    func cut(toUTF8 limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: limit)
        while end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}
