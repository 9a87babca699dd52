// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// A range of addresses that may be reached.
public struct NetworkDestination: Sendable, Hashable {
    /// The range, as in `203.0.113.0/24` or `2001:db8::/32`.
    public var cidr: String
    /// Ranges inside of ``cidr`` that may not be reached.
    public var except: [String]?
    /// The ports; all when absent.
    public var ports: [NetworkPorts]?
    private var unknownFields = UnknownFields()

    /// All fields by name; absent ones are nil.
    public init(
        cidr: String,
        except: [String]? = nil,
        ports: [NetworkPorts]? = nil
    ) {
        self.cidr = cidr
        self.except = except
        self.ports = ports
    }
}

extension NetworkDestination: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        self.init(cidr: "")
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "cidr": try reader.read(into: &self.cidr)
            case "except": self.except = try reader.readIfPresent()
            case "ports": self.ports = try reader.readIfPresent()
            default: try unknownFields.read(key, from: &reader)
            }
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("cidr", cidr)
        writer.memberIfPresent("except", except)
        writer.memberIfPresent("ports", ports)
        unknownFields.write(to: &writer)
        writer.endObject()
    }
}
