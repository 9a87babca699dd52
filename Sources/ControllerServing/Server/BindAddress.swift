// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Where to listen, in the notation of kubebuilder's flags: `:8080` (all addresses), `127.0.0.1:8080`, `[::1]:8080`, `localhost:0` (any
/// free port); `0` or nothing for not at all.
public struct BindAddress: Sendable, Hashable, CustomStringConvertible {
    /// The host, nil for all addresses of the machine.
    public let host: String?

    /// The port; 0 takes a free one.
    public let port: Int

    /// Reads the notation.
    ///
    /// - Returns: nil when `text` says not to listen.
    /// - Throws: ``ServingError`` with the code `badAddress`.
    public static func parse(_ text: String) throws(ServingError) -> BindAddress? {
        if text.isEmpty || text == "0" { return nil }
        guard let colon = text.lastIndex(of: ":") else { throw badAddress(text) }
        var host = text[..<colon]
        if host.hasPrefix("[") && host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw badAddress(text)
        }
        let digits = text[text.index(after: colon)...]
        guard let port = UInt16(digits), digits.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { throw badAddress(text) }
        return BindAddress(host: host.isEmpty ? nil : String(host), port: Int(port))
    }

    /// An address.
    public init(host: String?, port: Int) {
        self.host = host
        self.port = port
    }

    /// The notation that ``parse(_:)`` reads.
    public var description: String {
        let host = host ?? ""
        return (host.contains(":") ? "[\(host)]" : host) + ":\(port)"
    }

    private static func badAddress(_ text: String) -> ServingError {
        ServingError(.badAddress, "\"\(text)\" is not an address to listen on; write HOST:PORT, :PORT, or 0 for none")
    }
}
