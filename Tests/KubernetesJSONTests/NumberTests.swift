// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import Testing

@Suite("Numbers")
struct NumberTests {
    private func decode<T: JSONReadable>(_ text: String, as type: T.Type = T.self) throws(JSONError) -> T {
        try JSON.decode(type, from: Array(text.utf8))
    }

    @Test(
        "64-bit integers are read exactly",
        arguments: [
            ("0", 0), ("-0", 0), ("999999999999999999", 999_999_999_999_999_999),
            ("1000000000000000000", 1_000_000_000_000_000_000),
            ("9223372036854775807", .max), ("-9223372036854775808", .min), ("-1", -1),
        ] as [(String, Int64)]
    )
    func int64(text: String, value: Int64) throws {
        #expect(try decode(text) == value)
        #expect(try decode(text) == Int(value))
        #expect(String(decoding: JSON.encode(value), as: UTF8.self) == (text == "-0" ? "0" : text))
    }

    @Test(
        "integers that do not fit are refused",
        arguments: ["9223372036854775808", "-9223372036854775809", "100000000000000000000000"]
    )
    func tooLarge(text: String) {
        let error = #expect(throws: JSONError.self) { try decode(text, as: Int64.self) }
        #expect(error?.code == .outOfRange)
    }

    @Test("32-bit integers end where they end")
    func int32() throws {
        #expect(try decode("2147483647") == Int32.max)
        #expect(try decode("-2147483648") == Int32.min)
        for text in ["2147483648", "-2147483649"] {
            let error = #expect(throws: JSONError.self) { try decode(text, as: Int32.self) }
            #expect(error?.code == .outOfRange)
        }
    }

    @Test(
        "a number with a fraction or exponent is no integer, nor is a string",
        arguments: ["1.0", "1e3", "0.5", "\"1\"", "true"]
    )
    func notAnInteger(text: String) {
        let error = #expect(throws: JSONError.self) { try decode(text, as: Int64.self) }
        #expect(error?.code == .typeMismatch)
        #expect(error?.offset == 0)
    }

    @Test("doubles are the nearest; those beyond all doubles are refused")
    func doubles() throws {
        #expect(try decode("0.1") == 0.1)
        #expect(try decode("-2.5e-3") == -0.0025)
        #expect(try decode("1e-400") == 0.0)
        let error = #expect(throws: JSONError.self) { try decode("1e400", as: Double.self) }
        #expect(error?.code == .outOfRange)
        #expect(JSON.encode(Double.infinity) == Array("null".utf8))
        #expect(JSON.encode(2.0) == Array("2".utf8))
        #expect(JSON.encode(0.1) == Array("0.1".utf8))
    }

    @Test("the text of a number in a JSONValue is kept, and equality is that of the number")
    func text() throws {
        #expect(try JSONValue(parsing: "1.50e1").text == "1.50e1")
        #expect(try JSONValue(parsing: "1.50e1") == JSONValue(parsing: "15"))
        #expect(try JSONValue(parsing: "9223372036854775807") != JSONValue(parsing: "9223372036854775806"))
    }
}
