// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// A port, or a range of ports.
public struct NetworkPorts: Sendable, Hashable {
    /// The port, or the first one, 1 to 65,535.
    public var port: Int32
    /// The last one of a range.
    public var endPort: Int32?
    /// `TCP` (default), `UDP` or `SCTP`.
    public var `protocol`: String?
    private var unknownFields = UnknownFields()

    /// All fields by name; absent ones are nil.
    public init(
        port: Int32,
        endPort: Int32? = nil,
        protocol: String? = nil
    ) {
        self.port = port
        self.endPort = endPort
        self.protocol = `protocol`
    }
}

extension NetworkPorts: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        self.init(port: 0)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "port": try reader.read(into: &self.port)
            case "endPort": self.endPort = try reader.readIfPresent()
            case "protocol": self.protocol = try reader.readIfPresent()
            default: try unknownFields.read(key, from: &reader)
            }
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("port", port)
        writer.memberIfPresent("endPort", endPort)
        writer.memberIfPresent("protocol", `protocol`)
        unknownFields.write(to: &writer)
        writer.endObject()
    }
}
