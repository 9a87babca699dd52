// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The values of `format` that a real server checks on strings; others are accepted unchecked.
enum StringFormat {
    /// Whether `text` has the format; true for formats that are not checked.
    static func matches(_ text: String, format: String) -> Bool {
        switch format {
        case "date-time", "datetime": isDateTime(text)
        case "date": isDate(text)
        case "duration": isDuration(text)
        case "ipv4": isIPv4(text)
        case "ipv6": isIPv6(text)
        case "cidr": isCIDR(text)
        case "uri": isURI(text)
        default: expressions[format]?.matches(text) ?? true
        }
    }

    private static let hexadecimal = "[0-9a-fA-F]"

    /// Formats that an expression decides.
    private static let expressions: [String: RegularExpression] = {
        let uuid = { (version: String, variant: String) in
            "^\(hexadecimal){8}-?\(hexadecimal){4}-?\(version)\(hexadecimal){3}-?\(variant)\(hexadecimal){3}-?\(hexadecimal){12}$"
        }
        let label = "[a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?"
        let patterns = [
            "byte": "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$",
            "uuid": uuid(hexadecimal, hexadecimal),
            "uuid3": uuid("3", hexadecimal),
            "uuid4": uuid("4", "[89abAB]"),
            "uuid5": uuid("5", "[89abAB]"),
            "bsonobjectid": "^\(hexadecimal){24}$",
            "hexcolor": "^#?(\(hexadecimal){3}|\(hexadecimal){6})$",
            "rgbcolor": "^rgb\\(\\s*([0-9]{1,3}\\s*,\\s*){2}[0-9]{1,3}\\s*\\)$",
            "ssn": "^\\d{3}[- ]?\\d{2}[- ]?\\d{4}$",
            "mac":
                "^(\(hexadecimal){2}([:-]\(hexadecimal){2}){5}|\(hexadecimal){2}([:-]\(hexadecimal){2}){7}|(\(hexadecimal){4}\\.){2}\(hexadecimal){4})$",
            "email": "^[^\\s@]+@[^\\s@]+$",
            "hostname": "^\(label)(\\.\(label))*\\.?$",
            "isbn10": "^([0-9][- ]?){9}[0-9X]$",
            "isbn13": "^([0-9][- ]?){12}[0-9]$",
            "isbn": "^(([0-9][- ]?){9}[0-9X]|([0-9][- ]?){12}[0-9])$",
            "creditcard": "^([0-9][- ]?){12,18}[0-9]$",
            "k8s-short-name": "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$",
            "k8s-long-name": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
        ]
        var result: [String: RegularExpression] = [:]
        for (name, pattern) in patterns {
            do throws(RegularExpressionError) {
                result[name] = try RegularExpression(pattern)
            } catch {
                assertionFailure("format \(name): \(error)")
            }
        }
        return result
    }()

    private static func isDate(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 4, parts[1].utf8.count == 2, parts[2].utf8.count == 2,
            let year = digits(parts[0]), let month = digits(parts[1]), let day = digits(parts[2]), (1...12).contains(month)
        else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...days[month - 1]).contains(day)
    }

    private static func digits(_ text: Substring) -> Int? {
        text.utf8.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") } ? Int(text) : nil
    }

    /// A date, `T`, a time with an optional fraction, and `Z` or an offset.
    private static func isDateTime(_ text: String) -> Bool {
        let parts = text.lowercased().split(separator: "t", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, isDate(String(parts[0])), let expression = timeOfDay, expression.matches(String(parts[1])) else {
            return false
        }
        let clock = parts[1].prefix(8).split(separator: ":")
        return clock[0] <= "23" && clock[1] <= "59" && clock[2] <= "59"
    }

    private static let timeOfDay = try? RegularExpression("^[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(z|[+-][0-9]{2}:[0-9]{2})$")
    private static let goDuration = try? RegularExpression("^[-+]?(0|([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)+)+$")
    private static let wordDuration = try? RegularExpression(
        "^\\s*(\\d+)\\s*(ns|nano|us|µs|micro|ms|milli|s|secs?|seconds?|m|mins?|minutes?|h|hr|hours?|d|days?|w|wk|weeks?)\\s*$"
    )

    private static func isDuration(_ text: String) -> Bool {
        goDuration?.matches(text) == true || wordDuration?.matches(text) == true
    }

    private static func isIPv4(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                guard (1...3).contains(part.utf8.count), let value = digits(part) else { return false }
                return value <= 255 && (part == "0" || !part.hasPrefix("0"))
            }
    }

    private static func isIPv6(_ text: String) -> Bool {
        guard text.contains(":") else { return false }
        let halves = split(text, by: "::")
        guard halves.count <= 2 else { return false }
        var groups = 0
        for (index, half) in halves.enumerated() where !half.isEmpty {
            let parts = half.split(separator: ":", omittingEmptySubsequences: false)
            for (position, part) in parts.enumerated() {
                let isLast = index == halves.count - 1 && position == parts.count - 1
                if isLast, part.contains(".") {
                    guard isIPv4(String(part)) else { return false }
                    groups += 2
                } else {
                    guard (1...4).contains(part.utf8.count), UInt16(part, radix: 16) != nil, part.first != "+" else {
                        return false
                    }
                    groups += 1
                }
            }
        }
        return halves.count == 2 ? groups < 8 : groups == 8
    }

    private static func split(_ text: String, by separator: String) -> [Substring] {
        var parts: [Substring] = []
        var start = text.startIndex
        var index = text.startIndex
        while index < text.endIndex {
            if text[index...].hasPrefix(separator) {
                parts.append(text[start..<index])
                index = text.index(index, offsetBy: separator.count)
                start = index
            } else {
                index = text.index(after: index)
            }
        }
        return parts + [text[start...]]
    }

    private static func isCIDR(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let length = digits(parts[1]), !parts[1].isEmpty else { return false }
        if isIPv4(String(parts[0])) { return length <= 32 }
        return isIPv6(String(parts[0])) && length <= 128
    }

    /// An absolute URI or an absolute path, without spaces and control characters.
    private static func isURI(_ text: String) -> Bool {
        guard !text.isEmpty, text.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F }) else { return false }
        if text.hasPrefix("/") { return true }
        guard let colon = text.firstIndex(of: ":"), colon > text.startIndex, let first = text.first, first.isLetter else {
            return false
        }
        return text[..<colon].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
    }
}
