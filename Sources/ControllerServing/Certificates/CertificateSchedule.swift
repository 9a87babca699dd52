// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import HTTPSServing

/// Decides when self-managed certificates are made, used and dropped. No clock, no keys: dates in, the next step out.
///
/// An authority is replaced in three steps, so that at every moment whatever certificate any replica shows is trusted by whatever bundle
/// any client has: the new authority is added to the bundle; when the bundle had the time to get everywhere it signs the certificate; when
/// the certificate had the time to get everywhere the old authority is dropped.
struct CertificateSchedule: Sendable, Hashable {
    /// How long an authority is valid.
    var authorityLifetime: Duration
    /// How long a server's certificate is valid.
    var leafLifetime: Duration
    /// How long bundle and certificate may take to reach every replica and the API server.
    var propagation: Duration

    /// From one date to another.
    struct Validity: Sendable, Hashable {
        var notBefore: WallTime
        var notAfter: WallTime

        /// When a third of the time is left.
        var renewal: WallTime { notBefore.advanced(by: notBefore.duration(to: notAfter) * 2 / 3) }

        func covers(_ time: WallTime) -> Bool { notBefore <= time && time < notAfter }
    }

    /// What there is.
    struct Inventory: Sendable, Hashable {
        /// The authority that signs.
        var authority: Validity?
        /// The authority that will sign; in the bundle already.
        var successor: Validity?
        /// Authorities that sign no more; in the bundle still.
        var retired: [Validity] = []
        /// The servers' certificate.
        var leaf: Validity?
        /// Whether the certificate is signed by ``authority`` and has all names that are asked for.
        var leafFits = false
        /// Whether the API server has been given the bundle as it is.
        var isInjected = false
    }

    /// What is to be done.
    enum Step: Sendable, Hashable {
        /// Nothing, until this moment at the latest.
        case wait(until: WallTime)
        /// There is no authority that can be used: make one, and a certificate.
        case begin
        /// Sign a new certificate.
        case issueLeaf
        /// Put a new authority into the bundle.
        case addSuccessor
        /// Let the successor sign, and a new certificate with it.
        case promoteSuccessor
        /// Take those authorities out of the bundle that sign no more.
        case dropRetired
    }

    /// The next step. After one that changes something, ask again.
    func step(_ inventory: Inventory, now: WallTime) -> Step {
        guard let authority = inventory.authority, authority.covers(now) else {
            if let successor = inventory.successor, successor.covers(now) { return .promoteSuccessor }
            return .begin
        }
        guard let leaf = inventory.leaf, inventory.leafFits, leaf.covers(now) else { return .issueLeaf }
        var moments = [leaf.notAfter]
        if let successor = inventory.successor {
            let ready = arrival(of: successor)
            // As long as the API server does not trust it, it must not sign.
            if ready <= now && inventory.isInjected { return .promoteSuccessor }
            if ready > now { moments.append(ready) }
        } else if authority.renewal <= now {
            return .addSuccessor
        } else {
            moments.append(authority.renewal)
        }
        // A certificate ends with its authority at the latest, and another one would not be valid for longer then.
        if min(now.advanced(by: leafLifetime), authority.notAfter) > leaf.notAfter {
            if leaf.renewal <= now { return .issueLeaf }
            moments.append(leaf.renewal)
        }
        if !inventory.retired.isEmpty {
            let unused = arrival(of: leaf)
            if unused <= now { return .dropRetired }
            moments.append(unused)
        }
        return .wait(until: moments.min() ?? now)
    }

    /// When something that was made has got everywhere.
    private func arrival(of made: Validity) -> WallTime { made.notBefore.advanced(by: clockSkew + propagation) }

    /// How long before it was made a certificate is valid, for clocks that are set back a little.
    private var clockSkew: Duration { .seconds(Int64(CertificateAuthority.clockSkew)) }
}
