// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubernetesJSON

/// One scenario of the conformance data: what was sent to a real API server, and what it answered. The data lies outside this repository,
/// in the folder that `CONFORMANCE_DIR` names.
struct RecordedScenario {
    struct Step {
        let name: String
        let method: String
        let path: String
        let body: JSONValue?
        let rawBody: String?
        let status: Int64
        let answer: JSONValue
        let warnings: [String]

        /// The causes of a 422 as `field|message|reason`, in order.
        var causes: [String] {
            (answer["details"]?["causes"]?.array ?? []).map { cause in
                [cause["field"], cause["message"], cause["reason"]].map { $0?.string ?? "" }.joined(separator: "|")
            }
        }
    }

    static let environment = ProcessInfo.processInfo.environment
    static let directory = environment["CONFORMANCE_DIR"] ?? "../shared/conformance"
    /// In CI the data must be there; elsewhere tests that need it are skipped without it.
    static let isAvailable = environment["CI"] == "true" || FileManager.default.fileExists(atPath: directory)

    let steps: [Step]

    init(_ name: String) throws {
        let scenario = try Self.document("scenarios/\(name).json")
        let recording = try Self.document("recordings/\(name).json")
        steps = (scenario["steps"]?.array ?? []).compactMap { step in
            guard let name = step["name"]?.string, let answer = recording["steps"]?[name] else { return nil }
            let warning = answer["headers"]?["warning"]
            return Step(
                name: name,
                method: step["method"]?.string ?? "",
                path: step["path"]?.string ?? "",
                body: step["body"],
                rawBody: step["rawBody"]?.string,
                status: answer["status"]?.int ?? 0,
                answer: answer["body"] ?? .null,
                warnings: (warning?.array ?? warning.map { [$0] } ?? []).compactMap(\.string)
            )
        }
    }

    private static func document(_ path: String) throws -> JSONValue {
        // The placeholder of a group must be a valid group.
        let text = try String(contentsOfFile: directory + "/" + path, encoding: .utf8)
        return try JSONValue(parsing: text.replacing("${group}", with: "group.example.com"))
    }
}
