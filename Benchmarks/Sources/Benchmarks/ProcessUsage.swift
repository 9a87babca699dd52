// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Foundation

/// What another process has used so far, from /proc.
struct ProcessUsage {
    /// Processor time, user and system.
    let seconds: Double
    /// Memory that no file backs.
    let privateMegabytes: Double

    init(_ pid: Int32) throws {
        let stat = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        // The name in parentheses may hold spaces; utime and stime are the 12th and 13th field after it.
        let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
        let ticks = [12, 13].compactMap { fields.indices.contains($0) ? Double(fields[$0]) : nil }.reduce(0, +)
        seconds = ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
        privateMegabytes = (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) } ?? 0) / 1024
    }
}
