// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubernetesJSON

/// The recorded answers of a real API server, and which steps this cluster is known to answer differently.
struct ConformanceData: Sendable {
    /// The folder with `scenarios/` and `recordings/`; nil when it is not there.
    static let shared: ConformanceData? = {
        let environment = ProcessInfo.processInfo.environment
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = environment["CONFORMANCE_DIR"].map { URL(filePath: $0) } ?? package.appending(path: "../shared/conformance")
        return FileManager.default.fileExists(atPath: folder.appending(path: "scenarios").path)
            ? ConformanceData(folder: folder) : nil
    }()

    /// In CI the data must be there.
    static let isRequired = ProcessInfo.processInfo.environment["CI"] == "true"

    /// A name pattern that limits a run, for looking at single scenarios.
    static let filter = ProcessInfo.processInfo.environment["CONFORMANCE_SCENARIOS"]?.split(separator: ",").map(String.init)

    let folder: URL

    func document(_ kind: String, _ name: String) throws -> JSONValue {
        let data = try Data(contentsOf: folder.appending(path: "\(kind)/\(name).json"))
        return try JSONValue(parsing: Array(data))
    }

    /// Steps that are known to differ: a line `scenario/step  reason` each.
    static func knownDifferences() throws -> [String: String] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "known-differences.txt")
        let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        var differences: [String: String] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
            differences[String(parts[0])] = parts.count > 1 ? String(parts[1]).trimmingCharacters : ""
        }
        return differences
    }
}

extension String {
    fileprivate var trimmingCharacters: String {
        var text = self[...]
        while text.first == " " { text.removeFirst() }
        return String(text)
    }
}
