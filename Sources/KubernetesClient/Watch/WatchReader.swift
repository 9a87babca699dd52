// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Turns the body of a watch into batches of events; the moving part of ``WatchStream``.
final class WatchReader<Object: Resource>: Sendable {
    /// Where reading stands.
    private enum State {
        /// Nobody reads.
        case idle(LineSplitter)
        /// A task is in `nextBatch`, and has the splitter.
        case reading
        /// Events that came before this failure have been delivered; it comes next.
        case failing(ClientError)
        /// The watch has ended.
        case ended
    }

    private let body: HTTPBody
    private let subject: String
    private let state: Locked<State>

    init(body: HTTPBody, maximumEventBytes: Int, subject: String) {
        self.body = body
        self.subject = subject
        state = Locked(.idle(LineSplitter(maximumLineBytes: maximumEventBytes)))
    }

    @concurrent
    func nextBatch() async throws(ClientError) -> [WatchEvent<Object>]? {
        guard var splitter = try takeSplitter() else { return nil }
        do throws(ClientError) {
            while true {
                let (events, failure) = decode(from: &splitter)
                if events.isEmpty {
                    if let failure { throw failure }
                } else {
                    leave(failure.map(State.failing) ?? .idle(splitter))
                    return events
                }
                guard let chunk = try await nextChunk() else {
                    try checkEnd(splitter)
                    leave(.ended)
                    return nil
                }
                splitter.append(chunk)
            }
        } catch {
            leave(.ended)
            throw error
        }
    }

    private func takeSplitter() throws(ClientError) -> LineSplitter? {
        let before = state.withLock { state in
            let before = state
            switch state {
            case .idle: state = .reading
            case .failing: state = .ended
            case .reading, .ended: break
            }
            return before
        }
        switch before {
        case .idle(let splitter): return splitter
        case .ended: return nil
        case .failing(let error): throw error
        case .reading:
            throw ClientError(.invalidRequest, "\(subject): two tasks read one watch; let one read and hand the events on")
        }
    }

    private func leave(_ next: State) { state.withLock { $0 = next } }

    private func nextChunk() async throws(ClientError) -> [UInt8]? {
        do throws(TransportError) {
            return try await body.next()
        } catch {
            throw ClientError(transport: error, subject: subject)
        }
    }

    /// A server that ends a watch ends it between two events; half an event means that the connection broke.
    private func checkEnd(_ splitter: LineSplitter) throws(ClientError) {
        if splitter.hasPartialLine {
            throw ClientError(
                .transport,
                "\(subject): the connection ended in the middle of an event; watch again from the last revision"
            )
        }
    }

    /// The events whose lines are whole, up to the first that cannot be read.
    private func decode(from splitter: inout LineSplitter) -> ([WatchEvent<Object>], ClientError?) {
        var events: [WatchEvent<Object>] = []
        do throws(LineSplitterError<JSONError>) {
            while events.count < WatchStream<Object>.batchLimit {
                let event = try splitter.nextLine { (line) throws(JSONError) in
                    try JSON.decode(WatchEvent<Object>.self, from: line)
                }
                guard let event else { break }
                events.append(event)
            }
            return (events, nil)
        } catch {
            return (events, describe(error, limit: splitter.maximumLineBytes))
        }
    }

    private func describe(_ error: LineSplitterError<JSONError>, limit: Int) -> ClientError {
        switch error {
        case .lineTooLong:
            ClientError(.tooLarge, "\(subject): an event is larger than the \(limit) bytes that are accepted")
        case .body(let error):
            ClientError(
                .unreadableAnswer,
                "\(subject): the server sent an event that cannot be read: \("\(error)".escapingControlCharacters)",
                underlying: error
            )
        }
    }
}
