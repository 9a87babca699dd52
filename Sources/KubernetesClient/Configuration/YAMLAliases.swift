// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Hides the aliases of a YAML text from Yams.
///
/// Yams puts what an alias stands for in its place, however often: a few lines are then a tree of millions of nodes or levels, and hashing
/// or freeing it takes hours or more stack than there is. With a letter in place of its asterisks a text has no aliases, only plain
/// scalars that begin with that letter, as no other plain scalar can.
struct YAMLAliases: Sendable {
    private static let asterisk: Unicode.Scalar = "*"
    private static let privateUse: ClosedRange<UInt32> = 0xE000...0xF8FF

    /// What stands for an asterisk; nil when the text has none.
    private let mark: Unicode.Scalar?

    /// - Returns: nil when the text holds all characters that could stand for an asterisk.
    init?(for text: String) {
        guard text.unicodeScalars.contains(Self.asterisk) else {
            mark = nil
            return
        }
        let taken = Set(text.unicodeScalars.lazy.map(\.value).filter(Self.privateUse.contains))
        guard let free = Self.privateUse.first(where: { !taken.contains($0) }) else { return nil }
        mark = Unicode.Scalar(free)
    }

    /// The text without asterisks.
    func hidden(in text: String) -> String { mark.map { Self.replacing(Self.asterisk, with: $0, in: text) } ?? text }

    /// A part of the hidden text as it was.
    func restored(_ text: String) -> String { mark.map { Self.replacing($0, with: Self.asterisk, in: text) } ?? text }

    /// The name after the asterisk, when this is an alias.
    ///
    /// - Parameter scalar: A plain scalar of the hidden text.
    func name(in scalar: String) -> String? {
        guard let mark, scalar.unicodeScalars.first == mark else { return nil }
        return restored(String(scalar.unicodeScalars.dropFirst()))
    }

    private static func replacing(_ old: Unicode.Scalar, with new: Unicode.Scalar, in text: String) -> String {
        guard text.unicodeScalars.contains(old) else { return text }
        var result = String.UnicodeScalarView()
        result.append(contentsOf: text.unicodeScalars.lazy.map { $0 == old ? new : $0 })
        return String(result)
    }
}
