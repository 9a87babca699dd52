// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta
import Testing

@Suite("Quantity")
struct QuantityTests {
    // Expected texts follow the rules in the documentation of k8s.io/apimachinery/pkg/api/resource.
    @Test(
        "text becomes canonical",
        arguments: [
            ("0", "0"), ("-0", "0"), ("00", "0"), ("0m", "0"), ("0Ki", "0"), ("1", "1"), ("+1", "1"), ("-1", "-1"), ("1.", "1"),
            (".5", "500m"),
            ("1000m", "1"), ("1500m", "1500m"), ("1.5", "1500m"), ("-1.5", "-1500m"), ("100m", "100m"), ("0.1m", "100u"),
            ("1000", "1k"),
            ("1500", "1500"), ("1000000", "1M"), ("12345", "12345"), ("1.5G", "1500M"), ("1024", "1024"), ("1Ki", "1Ki"),
            ("1024Ki", "1Mi"),
            ("1000Ki", "1000Ki"), ("1.5Gi", "1536Mi"), ("0.5Ki", "512"), ("0.5Mi", "512Ki"), ("1Ei", "1Ei"), ("1023", "1023"),
            ("0.25Gi", "256Mi"), ("512Mi", "512Mi"), ("2048Mi", "2Gi"), ("1e3", "1e3"), ("1E3", "1e3"), ("1e0", "1"),
            ("1.5e3", "1500"),
            ("12e6", "12e6"), ("1e-3", "1e-3"), ("1e1", "10"), ("1e2", "100"), ("1e4", "10e3"), ("5n", "5n"), ("5u", "5u"),
            ("1E", "1E"),
            ("0.0000000001", "1n"), ("1.0000000001", "1000000001n"), ("-0.0000000001", "-1n"), ("0.1n", "1n"),
            ("9223372036854775807", "9223372036854775807"), ("99999999999999999999", "9223372036854775807"),
            ("100E", "9223372036854775807"),
            ("10Ei", "9223372036854775807"), ("-99999999999999999999999999", "-9223372036854775807"),
            ("1e1000000", "9223372036854775807e0"),
            ("1e-1000000", "1e-9"), ("0.00000000000000000000000000000000000000001", "1n"),
        ]
    )
    func canonical(text: String, canonical: String) throws {
        let quantity = try #require(Quantity(text))
        #expect(quantity.description == canonical.replacingSuffix("e0"))
        #expect(Quantity(quantity.description) == quantity)
    }

    @Test(
        "what is no quantity is refused",
        arguments: [
            "", ".", "+", "-", "m", "Ki", "1 ", " 1", "1K", "1ki", "1KI", "1mi", "1 Gi", "1.2.3", "1e", "1e+", "1e1.5", "--1",
            "1i", "0x1", "１", "1Gib",
        ]
    )
    func refused(text: String) {
        #expect(Quantity(text) == nil)
    }

    @Test("equal amounts are equal, whatever their format")
    func equality() {
        #expect(Quantity("1") == Quantity("1000m"))
        #expect(Quantity("1Ki") == Quantity("1024"))
        #expect(Quantity("1e3").hashValue == Quantity("1k").hashValue)
        #expect(Quantity("1Ki") != Quantity("1k"))
        #expect(Quantity(milli: 999) < Quantity(1))
    }

    @Test("arithmetic is exact, and saturates at the largest amount")
    func arithmetic() throws {
        var sum = Quantity(0)
        for _ in 0..<10 { sum = sum + (try #require(Quantity("0.1"))) }
        #expect(sum == Quantity(1))
        #expect((Quantity(1, format: .binarySI) - Quantity(milli: 1)).description == "999m")
        #expect((Quantity(.max) + Quantity(.max)).value == .max)
        #expect((try #require(Quantity("1Gi")) + #require(Quantity("1Gi"))).description == "2Gi")
    }

    @Test(
        "multiplication is exact, keeps the format and saturates",
        arguments: [
            ("100m", 3, "300m"), ("0.1", 10, "1"), ("1Gi", 4, "4Gi"), ("1Gi", -1, "-1Gi"), ("5n", 0, "0"), ("1e3", 1000, "1e6"),
            ("-2", -3, "6"), ("1E", 100, "9223372036854775807"), ("-1E", 100, "-9223372036854775807"),
            ("-9223372036854775807", .min, "9223372036854775807"), ("1", .max, "9223372036854775807"),
        ] as [(String, Int64, String)]
    )
    func multiplication(text: String, factor: Int64, product: String) throws {
        let quantity = try #require(Quantity(text))
        #expect((quantity * factor).description == product)
        #expect(factor * quantity == quantity * factor)
    }

    @Test("zero takes the other side's format, as in Kubernetes, and a negative amount is written with its sign")
    func signs() throws {
        let gibibyte = try #require(Quantity("1Gi"))
        #expect((Quantity.zero + gibibyte).description == "1Gi")
        #expect((Quantity.zero - gibibyte).description == "-1Gi")
        #expect((-gibibyte).isNegative && !gibibyte.isNegative && !Quantity.zero.isNegative)
        #expect([gibibyte, gibibyte].reduce(.zero, +).description == "2Gi")
        #expect((Quantity(milli: 1500).approximateValue, Quantity(1).formatted(as: .binarySI).format) == (1.5, .binarySI))
    }

    @Test("arithmetic follows the laws of whole numbers", arguments: 0..<200 as Range<UInt64>)
    func laws(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        func random() -> Quantity {
            Quantity(milli: .random(in: -1_000_000_000_000...1_000_000_000_000, using: &generator))
        }
        let (a, b, c) = (random(), random(), random())
        let factor = Int64.random(in: -1000...1000, using: &generator)
        #expect(a + b == b + a, "seed \(seed)")
        #expect((a + b) + c == a + (b + c), "seed \(seed)")
        #expect((a + b) - b == a, "seed \(seed)")
        #expect((a + b) * factor == a * factor + b * factor, "seed \(seed)")
        #expect((a < b) == (a - b).isNegative, "seed \(seed)")
        #expect((a + b).milliValue == a.milliValue + b.milliValue, "seed \(seed)")
    }

    @Test("whole and thousandth values round away from zero")
    func rounding() throws {
        #expect(try #require(Quantity("1.1")).value == 2)
        #expect(try #require(Quantity("-1.1")).value == -2)
        #expect(try #require(Quantity("1n")).milliValue == 1)
        #expect(try #require(Quantity("250m")).milliValue == 250)
        #expect(try #require(Quantity("1Gi")).value == 1 << 30)
    }

    @Test("JSON holds it as text, and numbers are read too")
    func json() throws {
        let quantities = try JSONValue(parsing: #"["0.5",2,1.5,1e3]"#).decoded(as: [Quantity].self)
        #expect(JSONValue(encoding: quantities).text == #"["500m","2","1500m","1e3"]"#)
        let error = #expect(throws: JSONError.self) {
            try JSONValue(parsing: #"{"cpu":"x"}"#).decoded(as: [String: Quantity].self)
        }
        #expect(error?.code == .invalidValue)
        #expect(error?.path == "cpu")
    }

    @Test("any whole number of thousandths survives text", arguments: 0..<100 as Range<Int64>)
    func roundTrip(step: Int64) {
        for format in [Quantity.Format.binarySI, .decimalSI, .decimalExponent] {
            let quantity = Quantity(milli: step * step * step * 7_919_999 - 1_000_000 * step, format: format)
            #expect(Quantity(quantity.description) == quantity)
        }
    }
}

extension String {
    fileprivate func replacingSuffix(_ suffix: String) -> String { hasSuffix(suffix) ? String(dropLast(suffix.count)) : self }
}
