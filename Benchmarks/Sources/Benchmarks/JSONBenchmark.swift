// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Foundation
import KubernetesAPI
import KubernetesJSON

/// Reading and writing a pod of 4–5 KB, against Foundation on the same bytes.
enum JSONBenchmark {
    static func run() throws -> [Row] {
        let bytes = PodDocument.bytes
        let data = Data(bytes)
        let decoder = JSONDecoder()
        let encoder = JSONEncoder()
        let pod = try JSON.decode(Pod.self, from: bytes)
        let codable = try decoder.decode(CodablePod.self, from: data)
        let value = try JSONValue(parsing: bytes)
        let object = try JSONSerialization.jsonObject(with: data)

        let decoding = try Measurement.compare([
            { keep(try JSON.decode(Pod.self, from: bytes)) },
            { keep(try decoder.decode(CodablePod.self, from: data)) },
        ])
        let encoding = try Measurement.compare([
            { keep(JSON.encode(pod)) },
            { keep(try encoder.encode(codable)) },
        ])
        let parsing = try Measurement.compare([
            { keep(try JSONValue(parsing: bytes)) },
            { keep(try JSONSerialization.jsonObject(with: data)) },
        ])
        let serializing = try Measurement.compare([
            { keep(value.serialized()) },
            { keep(try JSONSerialization.data(withJSONObject: object)) },
        ])
        return [
            row("decode Pod", decoding, "JSONDecoder"), row("encode Pod", encoding, "JSONEncoder"),
            row("parse JSONValue", parsing, "JSONSerialization"), row("serialize JSONValue", serializing, "JSONSerialization"),
        ]
    }

    private static func row(_ name: String, _ seconds: [Double], _ other: String) -> Row {
        let megabytes = Double(PodDocument.bytes.count) / 1e6
        return Row(
            name: "\(name) (\(PodDocument.bytes.count) bytes)",
            unit: "MB/s",
            ours: megabytes / seconds[0],
            other: (other, megabytes / seconds[1])
        )
    }
}
