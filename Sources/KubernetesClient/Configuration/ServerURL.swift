// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The address of an API server, for example `https://10.0.0.1:6443` or, behind a gateway, `https://host/k8s/clusters/a`.
public struct ServerURL: Sendable, Hashable, CustomStringConvertible {
    /// Whether the connection is encrypted.
    public let usesTLS: Bool
    /// A name or an address; IPv6 addresses without their brackets.
    public let host: String
    /// The port, the scheme's own when none is written.
    public let port: Int
    /// What comes before every path; empty, or with a leading and without a trailing slash.
    public let prefix: String

    /// Why a text is not the address of a server: what is wrong with it, to come after the address.
    public struct ParseError: Error, Sendable, CustomStringConvertible {
        public let description: String
    }

    /// Reads an address.
    public init(_ text: String) throws(ParseError) {
        var rest = text[...]
        if let tail = rest.dropping("https://") {
            usesTLS = true
            rest = tail
        } else if let tail = rest.dropping("http://") {
            usesTLS = false
            rest = tail
        } else {
            throw ParseError(description: "does not begin with https:// (or http://)")
        }
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        var path = rest.dropFirst(authority.count)
        // The text is not repeated in messages from here on when it may hold a password.
        if authority.contains("@") {
            throw ParseError(description: "holds a user name or password; put credentials into the user's entry")
        }
        (host, port) = try Self.hostAndPort(authority, defaultPort: usesTLS ? 443 : 80)
        while path.last == "/" { path.removeLast() }
        guard path.utf8.allSatisfy({ (0x21...0x7e).contains($0) }), !path.contains("?"), !path.contains("#") else {
            throw ParseError(description: "has a query, a fragment or characters that an address cannot have")
        }
        prefix = String(path)
    }

    private static func hostAndPort(_ authority: Substring, defaultPort: Int) throws(ParseError) -> (String, Int) {
        var host = authority
        var port: Substring?
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { throw ParseError(description: "has a '[' without a ']'") }
            host = authority[authority.index(after: authority.startIndex)..<end]
            let tail = authority[authority.index(after: end)...]
            if !tail.isEmpty {
                guard tail.first == ":" else { throw ParseError(description: "has something else than a port after ']'") }
                port = tail.dropFirst()
            }
            guard host.contains(":"),
                host.utf8.allSatisfy({ isHexDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") })
            else {
                throw ParseError(description: "has no IPv6 address between '[' and ']'")
            }
        } else {
            if let colon = authority.lastIndex(of: ":") {
                host = authority[..<colon]
                port = authority[authority.index(after: colon)...]
            }
            guard !host.isEmpty else { throw ParseError(description: "has no host") }
            guard host.utf8.allSatisfy(isHostByte) else {
                throw ParseError(description: "has a host with characters that a host cannot have")
            }
        }
        guard let port else { return (String(host), defaultPort) }
        guard let number = UInt16(port), number > 0 else {
            throw ParseError(description: "has a port that is not between 1 and 65535")
        }
        return (String(host), Int(number))
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Whether requests stay on this machine.
    public var isLoopback: Bool {
        let name = host.lowercased()
        if name == "localhost" || name.hasSuffix(".localhost") || name == "::1" || name == "0:0:0:0:0:0:0:1" { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Host and port as the Host field has them.
    var authority: String {
        let isDefault = port == (usesTLS ? 443 : 80)
        return isDefault ? bracketed(host) : "\(bracketed(host)):\(port)"
    }

    /// What comes before a request's path, with `host` in place of the server's own, if given.
    func requestBase(host other: String?) -> String {
        "\(usesTLS ? "https" : "http")://\(bracketed(other ?? host)):\(port)\(prefix)"
    }

    func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }

    public var description: String { "\(usesTLS ? "https" : "http")://\(authority)\(prefix)" }
}

extension Substring {
    fileprivate func dropping(_ prefix: String) -> Substring? {
        lowercased().hasPrefix(prefix) ? dropFirst(prefix.count) : nil
    }
}
