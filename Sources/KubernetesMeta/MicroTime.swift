// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// A moment in microseconds, as leases and events hold it: `2006-01-02T15:04:05.000000Z`.
public struct MicroTime: Sendable, Hashable, Comparable {
    /// Microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    public var microseconds: Int64

    /// A moment by its microseconds since 1970.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// The beginning of a second.
    public init(_ time: Time) { microseconds = time.seconds * CivilTime.microsecondsPerSecond }

    /// A moment in RFC 3339 text, with any offset; what is finer than microseconds is dropped. Nil when `text` is something else.
    public init?(_ text: String) {
        guard let microseconds = CivilTime.microseconds(parsing: text) else { return nil }
        self.microseconds = microseconds
    }

    public static func < (left: MicroTime, right: MicroTime) -> Bool { left.microseconds < right.microseconds }
}

extension MicroTime: CustomStringConvertible {
    /// RFC 3339 in UTC.
    public var description: String { CivilTime.text(microseconds: microseconds) }
}

extension MicroTime: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        let begin = reader.offset
        let text = try reader.readString()
        guard let time = MicroTime(text) else {
            throw reader.error(.invalidValue, "'\(text.prefix(64))' is not a time such as 2006-01-02T15:04:05.000000Z", at: begin)
        }
        self = time
    }

    public func write(to writer: inout JSONWriter) { writer.value(description) }
}
