// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The warnings of an answer within a real server's bounds (`k8s.io/apiserver/pkg/endpoints/filters/warning.go`): each once, and when all
/// together are longer than 4,096 characters, each cut to 256 and no more than 4,096 in all.
enum WarningList {
    private static let totalLimit = 4096
    private static let itemLimit = 256

    static func bounded(_ warnings: [String]) -> [String] {
        var seen: Set<String> = []
        let distinct = warnings.filter { !$0.isEmpty && seen.insert($0).inserted }
        if distinct.reduce(0, { $0 + $1.unicodeScalars.count }) <= totalLimit { return distinct }
        var result: [String] = []
        var written = 0
        for text in distinct {
            guard written < totalLimit else { break }
            var cut = String.UnicodeScalarView()
            cut.append(contentsOf: text.unicodeScalars.prefix(itemLimit))
            written += cut.count
            result.append(String(cut))
        }
        return result
    }
}
