// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Checks RFC 3339 times as Go's `time.Parse` does, and words its complaints.
struct GoTimeText {
    enum Layout: String {
        /// `metav1.Time`: a fraction is accepted and forgotten.
        case seconds = "2006-01-02T15:04:05Z07:00"
        /// `metav1.MicroTime`: exactly six digits of fraction.
        case microseconds = "2006-01-02T15:04:05.000000Z07:00"
    }

    private let text: [UInt8]
    private var position = 0

    /// What is wrong with `text`, nil when nothing is.
    static func error(_ text: String, layout: Layout) -> String? {
        var parser = GoTimeText(text: Array(text.utf8))
        guard let problem = parser.problem(layout) else { return nil }
        switch problem {
        case .unexpected(let rest, let element):
            return
                "parsing time \(GoText.quoted(text)) as \(GoText.quoted(layout.rawValue)): cannot parse \(GoText.quoted(rest)) as \(GoText.quoted(element))"
        case .outOfRange(let what): return "parsing time \(GoText.quoted(text)): \(what) out of range"
        case .extra(let rest): return "parsing time \(GoText.quoted(text)): extra text: \(GoText.quoted(rest))"
        }
    }

    private enum Problem {
        case unexpected(rest: String, element: String)
        case outOfRange(String)
        case extra(String)
    }

    private init(text: [UInt8]) { self.text = text }

    private mutating func problem(_ layout: Layout) -> Problem? {
        let elements: [(digits: Int, name: String, range: ClosedRange<Int>, what: String, separator: Character?)] = [
            (4, "2006", 0...9999, "year", "-"), (2, "01", 1...12, "month", "-"), (2, "02", 1...31, "day", "T"),
            (2, "15", 0...23, "hour", ":"), (2, "04", 0...59, "minute", ":"), (2, "05", 0...59, "second", nil),
        ]
        var values: [Int] = []
        for element in elements {
            guard let value = digits(element.digits) else { return .unexpected(rest: rest, element: element.name) }
            guard element.range.contains(value) else { return .outOfRange(element.what) }
            values.append(value)
            if let separator = element.separator, !take(separator) { return .unexpected(rest: rest, element: String(separator)) }
        }
        switch layout {
        case .microseconds:
            let start = position
            guard take("."), digits(6) != nil else {
                position = start
                return .unexpected(rest: rest, element: ".000000")
            }
        case .seconds:
            if position + 1 < text.count, text[position] == UInt8(ascii: ".") || text[position] == UInt8(ascii: ","),
                isDigit(position + 1)
            {
                position += 1
                while isDigit(position) { position += 1 }
            }
        }
        if !take("Z") {
            let start = position
            guard take("+") || take("-"), digits(2) != nil, take(":"), digits(2) != nil else {
                position = start
                return .unexpected(rest: rest, element: "Z07:00")
            }
        }
        guard position == text.count else { return .extra(rest) }
        return values[2] > Self.days(in: values[1], of: values[0]) ? .outOfRange("day") : nil
    }

    private mutating func digits(_ count: Int) -> Int? {
        guard position + count <= text.count, (position..<position + count).allSatisfy(isDigit) else { return nil }
        let value = text[position..<position + count].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        position += count
        return value
    }

    private mutating func take(_ character: Character) -> Bool {
        guard position < text.count, text[position] == character.asciiValue else { return false }
        position += 1
        return true
    }

    private func isDigit(_ index: Int) -> Bool {
        index < text.count && text[index] >= UInt8(ascii: "0") && text[index] <= UInt8(ascii: "9")
    }

    private var rest: String { String(decoding: text[position...], as: UTF8.self) }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }
}
