// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Dispatch
import KubernetesCore
import KubernetesMeta

@testable import KubernetesClient

/// The body of a watch in pieces. The first four bytes of an input choose the pieces and the limit of a line, the rest is the body.
enum WatchTarget: FuzzTarget {
    static func check(_ bytes: [UInt8]) {
        guard bytes.count > 4 else { return }
        let limit = 16 + Int(bytes[0]) * 16
        var random = SplitMix(seed: UInt64(bytes[1]) << 16 | UInt64(bytes[2]) << 8 | UInt64(bytes[3]))
        let body = Array(bytes[4...])
        let pieces = random.pieces(of: body)
        checkLines(body, pieces, limit: limit)
        let whole = events([body], limit: limit)
        claim(events(pieces, limit: limit) == whole, "events are the same however their bytes are cut")
        if body.count <= 256 {
            claim(events(body.map { [$0] }, limit: limit) == whole, "events are the same byte by byte")
        }
    }

    /// The splitter against a split of the whole, with what it holds back.
    private static func checkLines(_ body: [UInt8], _ pieces: [[UInt8]], limit: Int) {
        var splitter = LineSplitter(maximumLineBytes: limit)
        var found: [[UInt8]] = []
        var isRefused = false
        for piece in pieces where !isRefused {
            splitter.append(piece)
            do {
                while let line = try splitter.nextLine({ Array($0) }) { found.append(line) }
                claim(held(by: splitter) <= limit + piece.count, "what is held back is bounded")
            } catch {
                isRefused = true
            }
        }
        let parts = body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
        let lines = parts.dropLast().filter { !$0.isEmpty && $0 != [UInt8(ascii: "\r")] }
        let accepted = lines.prefix { $0.count <= limit }
        claim(found == Array(accepted), "lines are those of the whole")
        let isTooLong = accepted.count < lines.count || (parts.last?.count ?? 0) > limit
        claim(isRefused == isTooLong, "a line is refused when it is too long")
        if !isRefused { claim(splitter.hasPartialLine == (parts.last?.isEmpty == false), "what is left is known") }
    }

    /// The bytes that the splitter keeps.
    private static func held(by splitter: LineSplitter) -> Int {
        (Mirror(reflecting: splitter).children.first { $0.label == "buffer" }?.value as? [UInt8])?.count ?? .max
    }

    /// The events of a watch, and what ended it.
    private struct Story: Equatable, Sendable {
        var events: [WatchEvent<ConfigMap>] = []
        var failure: ClientError.Code?
    }

    private static func events(_ pieces: [[UInt8]], limit: Int) -> Story {
        let rest = Locked(pieces[...])
        let body = HTTPBody(next: { () throws(TransportError) in rest.withLock { $0.popFirst() } }, cancel: {})
        let watch = WatchStream<ConfigMap>(body: body, maximumEventBytes: limit, subject: "WATCH /fuzz")
        let story = Locked(Story())
        let done = DispatchSemaphore(value: 0)
        Task {
            do throws(ClientError) {
                while let batch = try await watch.nextBatch() { story.withLock { $0.events += batch } }
            } catch {
                claimOneLine(error.message)
                story.withLock { $0.failure = error.code }
            }
            done.signal()
        }
        done.wait()
        return story.withLock { $0 }
    }
}
