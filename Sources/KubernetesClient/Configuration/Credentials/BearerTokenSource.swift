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
        if case .file = token, let known = last.withLock({ $0 }), now - known.readAt < Self.reloadInterval { return known.value }
        return try reload(now: now)
    }

    /// The token that its file holds now, or held last.
    func reload(now: ContinuousClock.Instant) throws(TransportError) -> String {
        let path: String
        switch token {
        case .value(let value): return try Self.checked(value, "the token of the kubeconfig's user")
        case .file(let file): path = file
        }
        do throws(TransportError) {
            let value = try Self.read(path)
            last.withLock { $0 = (value, now) }
            return value
        } catch {
            if let known = last.withLock({ $0 }) { return known.value }
            throw error
        }
    }

    private static func read(_ path: String) throws(TransportError) -> String {
        let bytes: [UInt8]
        do throws(SmallFile.ReadError) {
            bytes = try SmallFile.read(path, limit: 1 << 20)
        } catch {
            throw TransportError(
                .credentials,
                "cannot read the token file \(path): \(error); is it mounted and readable?",
                underlying: error
            )
        }
        return try checked(String(decoding: bytes, as: UTF8.self).trimmingWhitespace, "the token in \(path)")
    }

    private static func checked(_ value: String, _ what: String) throws(TransportError) -> String {
        guard !value.isEmpty else { throw TransportError(.credentials, "\(what) is empty") }
        guard BearerToken.isToken(value) else {
            throw TransportError(.credentials, "\(what) holds a space, a line break or another character that no token has")
        }
        return value
    }
}
