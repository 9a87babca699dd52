// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import HTTPTypes
public import KubernetesClient

/// A transport for work that only the leader may do: it starts no write but under a ``LeadershipTerm`` that lasts, and names the term in the
/// write's User-Agent, so that the server's audit log tells who wrote under which term. Reads pass.
///
/// The term is that of the task that writes, ``LeadershipTerm/current``. A write without one, or whose term is over, is refused with the
/// code `canceled`, and no write is waited for beyond the term's deadline. The term is looked at when the write is begun, and again by the
/// transport right before it leaves (``SendPermit``), however long it has waited for its turn or for a connection, or the process has stood
/// still. What is left are the microseconds between that look and the system call, and no client can call a request back that is on its
/// way: for those, writes have to test what they were decided from (UID and resource version), create under deterministic names, and delete
/// by UID.
public struct FencedTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let time: TimeSource
    private let refused: MetricCounter

    /// A transport over `base`.
    public init(_ base: any HTTPTransport, environment: RuntimeEnvironment) {
        self.base = base
        time = environment.time
        refused = environment.metrics.counter(
            "leader_election_refused_writes_total",
            help: "Writes that were not started because the process did not lead, or not any more"
        )
    }

    public func send(_ head: HTTPRequest, body: [UInt8], options: RequestOptions) async throws(TransportError) -> HTTPExchange {
        if head.method == .get || head.method == .head { return try await base.send(head, body: body, options: options) }
        guard let term = LeadershipTerm.current else {
            refused.increment()
            throw TransportError(
                .canceled,
                "a write that needs leadership was tried outside of a term; do it in something that the manager runs for the leader"
            )
        }
        let permit = permit(of: term, beside: options.permit)
        try permit.check()
        var options = options
        options.permit = permit
        let rest = time.now().duration(to: term.deadline)
        options.timeout = max(.zero, min(options.timeout ?? rest, rest))
        var head = head
        head.headerFields[.userAgent] = (head.headerFields[.userAgent].map { $0 + " " } ?? "") + Self.product(of: term)
        return try await base.send(head, body: body, options: options)
    }

    private func permit(of term: LeadershipTerm, beside other: SendPermit?) -> SendPermit {
        SendPermit { [time, refused] in
            guard term.mayWrite(at: time.now()) else {
                refused.increment()
                return TransportError(
                    .canceled,
                    "the leadership term \(term) is over; the leader of now will do what is left to do"
                )
            }
            do throws(TransportError) {
                try other?.check()
                return nil
            } catch {
                return error
            }
        }
    }

    /// Shuts the base down.
    public func shutdown() async { await base.shutdown() }

    /// The term as a product of the User-Agent: `leadership/EPOCH (LEASE; IDENTITY)`.
    static func product(of term: LeadershipTerm) -> String { "leadership/\(term.epoch) (\(term.lease); \(term.identity))" }
}

extension KubernetesClient {
    /// The same client for work that only the leader may do: see ``FencedTransport``.
    public func fenced(environment: RuntimeEnvironment) -> KubernetesClient {
        with(transport: FencedTransport(transport, environment: environment), logger: environment.logger)
    }
}
