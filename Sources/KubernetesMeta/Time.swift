// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON

/// A moment in whole seconds, as most Kubernetes fields hold it: `2006-01-02T15:04:05Z`.
public struct Time: Sendable, Hashable, Comparable {
    /// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    public var seconds: Int64

    /// A moment by its seconds since 1970.
    public init(seconds: Int64) { self.seconds = seconds }

    /// The second that a finer time falls into.
    public init(_ time: MicroTime) {
        seconds = CivilTime.floorDivide(time.microseconds, CivilTime.microsecondsPerSecond)
    }

    /// A moment in RFC 3339 text, with any offset; a fraction of a second is dropped. Nil when `text` is something else.
    public init?(_ text: String) {
        guard let microseconds = CivilTime.microseconds(parsing: text) else { return nil }
        self.init(MicroTime(microseconds: microseconds))
    }

    public static func < (left: Time, right: Time) -> Bool { left.seconds < right.seconds }

    /// The moment `seconds` later.
    public static func + (time: Time, seconds: Int64) -> Time { Time(seconds: time.seconds + seconds) }
}

extension Time: CustomStringConvertible {
    /// RFC 3339 in UTC.
    public var description: String { CivilTime.text(seconds: seconds) }
}

extension Time: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        let begin = reader.offset
        let text = try reader.readString()
        guard let time = Time(text) else {
            throw reader.error(.invalidValue, "'\(text.prefix(64))' is not a time such as 2006-01-02T15:04:05Z", at: begin)
        }
        self = time
    }

    public func write(to writer: inout JSONWriter) { writer.value(description) }
}
