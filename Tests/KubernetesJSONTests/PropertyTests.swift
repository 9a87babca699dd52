// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import Testing

@Suite("Properties of random documents")
struct PropertyTests {
    @Test("what is written is read back, however it is spaced and escaped", arguments: 0..<200 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = RandomJSON(seed: seed)
        let value = random.value()
        #expect(try JSONValue(parsing: value.serialized()) == value, "seed \(seed)")
        let untidy = random.untidyText(of: value)
        #expect(try JSONValue(parsing: untidy) == value, "seed \(seed): \(untidy)")
        #expect(try JSON.decode(RawJSON.self, from: Array(untidy.utf8)).value == value, "seed \(seed): \(untidy)")
    }

    @Test("a damaged document is refused or read, the same by every way of reading", arguments: 0..<300 as Range<UInt64>)
    func damaged(seed: UInt64) throws {
        var random = RandomJSON(seed: seed)
        var bytes = Array(random.untidyText(of: random.value()).utf8)
        for _ in 0...random.number(in: 0...3) where !bytes.isEmpty {
            let index = random.number(in: 0...bytes.count - 1)
            switch random.number(in: 0...3) {
            case 0: bytes.remove(at: index)
            case 1: bytes[index] = UInt8(random.number(in: 0...255))
            case 2: bytes.insert(Array("\"\\{}[],:0-eu".utf8)[random.number(in: 0...11)], at: index)
            default: bytes.removeSubrange(index...)
            }
        }
        let read = Result { () throws(JSONError) in try JSONValue(parsing: bytes) }
        let skipped = Result { () throws(JSONError) in try JSON.decode(RawJSON.self, from: bytes) }
        switch (read, skipped) {
        case (.success(let value), .success(let raw)):
            #expect(raw.value == value, "seed \(seed)")
            #expect(try JSONValue(parsing: value.serialized()) == value, "seed \(seed)")
        case (.failure(let error), .failure(let other)):
            #expect(error == other, "seed \(seed)")
            #expect((0...bytes.count).contains(error.offset), "seed \(seed)")
        case (.success, .failure(let error)), (.failure(let error), .success):
            Issue.record("seed \(seed): reading and skipping disagree: \(error)")
        }
    }

    @Test("every Unicode scalar survives, alone and beside others")
    func scalars() throws {
        for plane in stride(from: UInt32(0), through: 0x10FFFF, by: 0x400) {
            var text = ""
            for value in plane..<(plane + 0x400) {
                if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
            }
            #expect(
                try JSONValue(parsing: JSONValue.string(text).serialized()) == .string(text),
                "from U+\(String(plane, radix: 16))"
            )
        }
    }
}
