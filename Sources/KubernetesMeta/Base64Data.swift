// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// Bytes that JSON carries as base64 text, for example a secret's values.
///
/// The text is kept as it came, so that an object goes back unchanged; it is checked when it is read.
public struct Base64Data: Sendable, Hashable {
    /// RFC 4648 base64 with padding.
    public let text: String

    /// These bytes.
    public init(_ bytes: some Collection<UInt8> = []) { text = Base64.encode(bytes) }

    /// Bytes in base64; nil when `text` is not base64.
    public init?(text: String) {
        guard Base64.decode(text) != nil else { return nil }
        self.text = text
    }

    /// The bytes.
    public var bytes: [UInt8] { Base64.decode(text) ?? [] }
}

extension Base64Data: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        let begin = reader.offset
        guard let data = Base64Data(text: try reader.readString()) else {
            throw reader.error(.invalidValue, "expected base64 text (RFC 4648, with padding)", at: begin)
        }
        self = data
    }

    public func write(to writer: inout JSONWriter) { writer.value(text) }
}
