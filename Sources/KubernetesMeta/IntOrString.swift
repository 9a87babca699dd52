// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// A number or a name, for example of a port.
public enum IntOrString: Sendable, Hashable {
    case int(Int32)
    case string(String)
}

extension IntOrString: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    public init(integerLiteral value: Int32) { self = .int(value) }
    public init(stringLiteral value: String) { self = .string(value) }
}

extension IntOrString: CustomStringConvertible {
    public var description: String {
        switch self {
        case .int(let value): String(value)
        case .string(let value): value
        }
    }
}

extension IntOrString: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        self = try reader.peek() == .string ? .string(try reader.readString()) : .int(try reader.readInt32())
    }

    public func write(to writer: inout JSONWriter) {
        switch self {
        case .int(let value): value.write(to: &writer)
        case .string(let value): value.write(to: &writer)
        }
    }
}
