// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Gives the token to send, reading its file again when it is time.
final class BearerTokenSource: Sendable {
    /// A token that was read is used for so long.
    static let reloadInterval = Duration.seconds(60)

    private let token: BearerToken
    private let last = Locked<(value: String, readAt: ContinuousClock.Instant)?>(nil)

    init(_ token: BearerToken) { self.token = token }

    /// The token as of `now`. A file that can no longer be read leaves the last token in use; the server says when it is too old.
    func current(now: ContinuousClock.Instant) throws(TransportError) -> String {
        switch token {
        case .value(let value):
            return try Self.checked(value, "the token of the kubeconfig's user")
        case .file(let path):
            let known = last.withLock { $0 }
            if let known, now - known.readAt < Self.reloadInterval { return known.value }
            do {
                let bytes = try SmallFile.read(path, limit: 1 << 20)
                let value = try Self.checked(String(decoding: bytes, as: UTF8.self).trimmingWhitespace, "the token in \(path)")
                last.withLock { $0 = (value, now) }
                return value
            } catch let error as SmallFile.ReadError {
                if let known { return known.value }
                throw TransportError(
                    .other,
                    "cannot read the token file \(path): \(error); is it mounted and readable?",
                    underlying: error
                )
            } catch let error as TransportError {
                if let known { return known.value }
                throw error
            } catch {
                throw TransportError(.other, "cannot read the token file \(path): \(error)", underlying: error)
            }
        }
    }

    private static func checked(_ value: String, _ what: String) throws(TransportError) -> String {
        guard !value.isEmpty else { throw TransportError(.other, "\(what) is empty") }
        guard value.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw TransportError(.other, "\(what) holds a space, a line break or another character that no token has")
        }
        return value
    }
}
