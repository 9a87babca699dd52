// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesMeta

/// Which lease is contended for, by whom and how.
///
/// The rules are client-go's: a follower holds a lease for valid as long as the *record's* duration has not passed since it saw the record
/// change, by its own clock; times that others wrote are never compared with it.
public struct LeaderElectionOptions: Sendable, Hashable {
    /// The lease's name; the same for all who contend.
    public var leaseName: String
    /// The lease's namespace.
    public var leaseNamespace: String
    /// Who contends. Must be unique to this process, not only to this host: whoever finds its own identity in the lease takes it at once.
    public var identity: String
    /// How long followers wait after they last saw the leader renew. Whole seconds, because the lease holds whole seconds.
    public var leaseDuration: Duration
    /// How long after the start of its last accepted write the leader gives up, and starts no more writes. What is left of the lease's
    /// duration then is for requests that are on their way, for canceled work to end, and for clocks that run unequally fast.
    public var renewDeadline: Duration
    /// How often the leader renews. Followers that cannot watch the lease, and all after a failure, try again after one to 2.2 times that.
    public var retryPeriod: Duration
    /// Whether the lease is given back when the process stops in order, after all work of the term has ended, so that another takes over at
    /// once.
    public var releaseOnStop: Bool
    /// Labels of the lease. They are set with each write of who leads; others that the lease has stay.
    public var labels: [String: String]

    /// Options with the defaults of Kubernetes' own components: 15 s, 10 s, 2 s; the lease is given back.
    public init(
        leaseName: String,
        leaseNamespace: String,
        identity: String,
        leaseDuration: Duration = .seconds(15),
        renewDeadline: Duration = .seconds(10),
        retryPeriod: Duration = .seconds(2),
        releaseOnStop: Bool = true,
        labels: [String: String] = [:]
    ) {
        self.leaseName = leaseName
        self.leaseNamespace = leaseNamespace
        self.identity = identity
        self.leaseDuration = leaseDuration
        self.renewDeadline = renewDeadline
        self.retryPeriod = retryPeriod
        self.releaseOnStop = releaseOnStop
        self.labels = labels
    }

    /// An identity as controller-runtime makes them: the host's name, an underscore, and something random.
    public static func identity(host: String, random: RandomSource = .system) -> String {
        func hex(_ value: UInt64) -> String {
            let text = String(value, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }
        let name = host.unicodeScalars.filter { isAllowed($0) }.prefix(200)
        return (name.isEmpty ? "unknown" : String(String.UnicodeScalarView(name))) + "_" + hex(random.next()) + hex(random.next())
    }

    /// Checks the values.
    ///
    /// - Throws: ``LeaderElectionError`` with the code `options`.
    public func validate() throws(LeaderElectionError) {
        guard !leaseName.isEmpty else { throw Self.refused("the lease's name is empty; give one with --leader-election-id") }
        guard !leaseNamespace.isEmpty else {
            throw Self.refused("the lease's namespace is empty; give one with --leader-election-namespace")
        }
        guard !identity.isEmpty, identity.utf8.count <= 256, identity.unicodeScalars.allSatisfy({ Self.isAllowed($0) }) else {
            throw Self.refused(
                "the identity '\(identity)' is not 1 to 256 letters, digits and -._~:@/+=; it goes into the User-Agent"
            )
        }
        guard leaseDuration >= .seconds(1), leaseDuration.components.attoseconds == 0, leaseDuration <= .seconds(Int64(Int32.max))
        else {
            throw Self.refused("the lease duration is \(leaseDuration); use whole seconds, at least one")
        }
        guard retryPeriod > .zero else { throw Self.refused("the retry period is \(retryPeriod); use more than nothing") }
        guard leaseDuration > renewDeadline else {
            throw Self.refused("the lease duration of \(leaseDuration) must be more than the renew deadline of \(renewDeadline)")
        }
        guard renewDeadline * 5 > retryPeriod * 6 else {
            throw Self.refused(
                "the renew deadline of \(renewDeadline) must be more than 1.2 times the retry period of \(retryPeriod)"
            )
        }
        for (key, value) in labels.sorted(by: { $0.key < $1.key }) where !LabelSyntax.isKey(key) || !LabelSyntax.isValue(value) {
            throw Self.refused("the lease cannot have the label '\(key)=\(value)'; the API server would refuse it")
        }
    }

    /// The lease as `namespace/name`.
    public var lease: String { "\(leaseNamespace)/\(leaseName)" }

    /// How long one request may take: long enough for a slow server, and so short that there is time for a second one.
    var requestTimeout: Duration { max(.seconds(1), renewDeadline / 2) }

    private static func refused(_ message: String) -> LeaderElectionError {
        LeaderElectionError(code: .options, message: message)
    }

    /// What cannot break a User-Agent or its comment.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", ".", "_", "~", ":", "@", "/", "+", "=": true
        default: false
        }
    }
}
