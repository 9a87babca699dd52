// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// Random JSON values and random white space, from a seed.
struct RandomJSON {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func number(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

    mutating func value(depth: Int = 0) -> JSONValue {
        switch number(in: depth > 6 ? 0...3 : 0...5) {
        case 0: .null
        case 1: .bool(Bool.random(using: &generator))
        case 2: numberValue()
        case 3: .string(string())
        case 4: .array((0..<number(in: 0...4)).map { _ in value(depth: depth + 1) })
        default: .object(JSONObject((0..<number(in: 0...20)).map { _ in (string(), value(depth: depth + 1)) }))
        }
    }

    private mutating func numberValue() -> JSONValue {
        switch number(in: 0...2) {
        case 0: .int(Int64.random(in: .min ... .max, using: &generator))
        case 1: .int(Int64(number(in: -20...20)))
        default: JSONNumber(Double.random(in: -1e6...1e6, using: &generator)).map(JSONValue.number) ?? .null
        }
    }

    mutating func string() -> String {
        var scalars = String.UnicodeScalarView()
        for _ in 0..<number(in: 0...24) {
            let limit: UInt32 =
                switch number(in: 0...9) {
                case 0: 0x20
                case 1: 0x10FFFF
                case 2: 0xFFFF
                case 3: 0x7FF
                default: 0x7F
                }
            if let scalar = Unicode.Scalar(UInt32.random(in: 0...limit, using: &generator)) { scalars.append(scalar) }
        }
        return String(scalars)
    }

    /// The value's text with random white space and random escapes.
    mutating func untidyText(of value: JSONValue) -> String {
        let text: String
        switch value {
        case .array(let elements):
            text = "[" + elements.map { untidyText(of: $0) }.joined(separator: ",") + space() + "]"
        case .object(let object):
            text =
                "{" + object.map { space() + untidy($0.key) + space() + ":" + untidyText(of: $0.value) }.joined(separator: ",")
                + space() + "}"
        case .string(let string): text = untidy(string)
        case .null, .bool, .number: text = value.text
        }
        return space() + text + space()
    }

    private mutating func untidy(_ string: String) -> String {
        var text = "\""
        for scalar in string.unicodeScalars {
            let mustEscape = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
            if mustEscape || number(in: 0...5) == 0 {
                for unit in String(scalar).utf16 {
                    let hex = String(unit, radix: 16, uppercase: Bool.random(using: &generator))
                    text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                }
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }

    private mutating func space() -> String {
        String((0..<number(in: 0...2)).map { _ in [" ", "\n", "\t", "\r"][number(in: 0...3)] })
    }
}
