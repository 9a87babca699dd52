// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesMeta
public import Logging

/// One log line before it is bytes. Whatever it holds, it becomes one line: control characters are escaped, so nothing that a tenant wrote
/// can forge a line or speak to a terminal.
public struct LogLine: Sendable {
    /// When.
    public var time: WallTime
    /// How bad.
    public var level: Logger.Level
    /// The logger's name.
    public var label: String
    /// What happened.
    public var message: String
    /// What it happened to.
    public var metadata: Logger.Metadata

    /// A line of these parts.
    public init(time: WallTime, level: Logger.Level, label: String, message: String, metadata: Logger.Metadata = [:]) {
        self.time = time
        self.level = level
        self.label = label
        self.message = message
        self.metadata = metadata
    }

    /// The line with its line feed.
    public func rendered(as format: LogFormat) -> [UInt8] {
        switch format {
        case .json: Array((json + "\n").utf8)
        case .text: Array((text + "\n").utf8)
        }
    }

    // MARK: JSON

    /// Metadata under these names would be mistaken for the line's own members.
    private static let reserved: Set<String> = ["time", "level", "logger", "message"]

    private var json: String {
        var line =
            "{\"time\":\"\(time.microTime)\",\"level\":\"\(level.rawValue)\",\"logger\":\(Self.quoted(label)),\"message\":\(Self.quoted(message))"
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            let name = Self.reserved.contains(key) ? key + "_" : key
            line += ",\(Self.quoted(name)):\(Self.json(value))"
        }
        return line + "}"
    }

    private static func json(_ value: Logger.MetadataValue) -> String {
        switch value {
        case .string(let text): quoted(text)
        case .stringConvertible(let value): quoted(value.description)
        case .array(let values): "[" + values.map(json).joined(separator: ",") + "]"
        case .dictionary(let members):
            "{" + members.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(json($0.value))" }.joined(separator: ",") + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where isControl(scalar): result += "\\u" + hex(scalar.value, digits: 4)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    // MARK: Text

    private var text: String {
        var line = "\(time.microTime) \(Self.padded(level)) \(Self.escaped(message))"
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            line += " \(Self.escaped(key))=\(Self.textValue(value.description))"
        }
        return line
    }

    private static func padded(_ level: Logger.Level) -> String {
        let name = level.rawValue.uppercased()
        return name + String(repeating: " ", count: max(0, 8 - name.count))
    }

    private static func textValue(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.unicodeScalars.allSatisfy { $0 > " " && $0 != "\"" && $0 != "=" && !isControl($0) }
        return isPlain ? text : quoted(text)
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where isControl(scalar): result += "\\x" + hex(scalar.value, digits: 2)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// C0, DEL and C1, and what starts a new line or turns the direction of text on a terminal.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private static func hex(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
