// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import Testing

@testable import ControllerServing

@Suite("When certificates are replaced")
struct CertificateScheduleTests {
    typealias Step = CertificateSchedule.Step
    typealias Validity = CertificateSchedule.Validity

    /// Days are what dates are counted in here; the propagation is an hour.
    static let schedule = CertificateSchedule(
        authorityLifetime: .seconds(365 * 86_400),
        leafLifetime: .seconds(90 * 86_400),
        propagation: .seconds(3600)
    )

    static func day(_ day: Double) -> WallTime { WallTime(seconds: 1_900_000_000 + Int64(day * 86_400)) }

    /// What was made on a day and lasts so many.
    static func made(_ first: Double, for days: Double) -> Validity {
        Validity(notBefore: day(first), notAfter: day(first + days))
    }

    static func inventory(
        authority: Validity? = made(0, for: 365),
        successor: Validity? = nil,
        retired: [Validity] = [],
        leaf: Validity? = made(0, for: 90),
        fits: Bool = true,
        injected: Bool = true
    ) -> CertificateSchedule.Inventory {
        CertificateSchedule.Inventory(
            authority: authority,
            successor: successor,
            retired: retired,
            leaf: leaf,
            leafFits: fits,
            isInjected: injected
        )
    }

    /// An hour and the five minutes by which certificates are dated back.
    static let arrival = 65.0 / 1440

    @Test(
        "each situation has its step",
        arguments: [
            ("nothing there", inventory(authority: nil, leaf: nil), 0, Step.begin),
            ("all is new", inventory(), 1, .wait(until: day(60))),
            ("no certificate", inventory(leaf: nil), 1, .issueLeaf),
            ("other names, or another authority's", inventory(fits: false), 1, .issueLeaf),
            ("certificate has ended", inventory(leaf: made(0, for: 90)), 90, .issueLeaf),
            ("a third of the certificate is left", inventory(), 60, .issueLeaf),
            ("a moment before", inventory(), 59.9, .wait(until: day(60))),
            ("a third of the authority is left", inventory(leaf: made(200, for: 90)), 244, .addSuccessor),
            ("not yet", inventory(leaf: made(200, for: 90)), 243, .wait(until: day(365.0 * 2 / 3))),
            (
                "the successor is on its way",
                inventory(successor: made(244, for: 365), leaf: made(200, for: 90)), 244,
                .wait(until: day(244 + arrival))
            ),
            (
                "the successor is there", inventory(successor: made(244, for: 365), leaf: made(200, for: 90)), 244.1,
                .promoteSuccessor
            ),
            (
                "the API server does not have it",
                inventory(successor: made(244, for: 365), leaf: made(200, for: 90), injected: false), 244.1,
                .wait(until: day(260))
            ),
            (
                "meanwhile the certificate is renewed",
                inventory(successor: made(244, for: 365), leaf: made(200, for: 90), injected: false), 261, .issueLeaf
            ),
            (
                "but not when the authority ends no later",
                inventory(successor: made(244, for: 365), leaf: made(300, for: 65), injected: false), 364,
                .wait(until: day(365))
            ),
            ("then the successor has to do", inventory(successor: made(244, for: 365), injected: false), 365, .promoteSuccessor),
            ("both have ended", inventory(successor: made(0, for: 365)), 365, .begin),
            (
                "the new certificate is on its way",
                inventory(authority: made(244, for: 365), retired: [made(0, for: 365)], leaf: made(245, for: 90)), 245,
                .wait(until: day(245 + arrival))
            ),
            (
                "the new certificate is everywhere",
                inventory(authority: made(244, for: 365), retired: [made(0, for: 365)], leaf: made(245, for: 90)), 245.1,
                .dropRetired
            ),
        ]
    )
    func steps(situation: String, inventory: CertificateSchedule.Inventory, day: Double, expected: Step) {
        #expect(Self.schedule.step(inventory, now: Self.day(day)) == expected)
    }

    /// Replicas that look at the Secret late, and an API server that sees the bundle late.
    @Test("over ten years no client ever meets a certificate that it does not trust", arguments: 0..<5 as Range<UInt64>)
    func overlap(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let propagation = 3600
        struct Made: Hashable {
            var validity: Validity
            var id: Int
        }
        struct World {
            var authority: Made?
            var successor: Made?
            var retired: [Made] = []
            var leaf: (validity: Validity, issuer: Int)?
            var bundle: [Made] { [authority, successor].compactMap { $0 } + retired }
        }
        var secret = World()
        var history: [(at: Int, world: World)] = []
        var lastID = 0
        var now = 0
        func made(_ days: Int, upTo end: WallTime? = nil) -> Validity {
            let start = WallTime(seconds: Int64(now) - 300)
            let wanted = WallTime(seconds: Int64(now) + Int64(days) * 86_400)
            return Validity(notBefore: start, notAfter: end.map { min($0, wanted) } ?? wanted)
        }
        func authority() -> Made {
            lastID += 1
            return Made(validity: made(365), id: lastID)
        }
        func issue() {
            guard let authority = secret.authority else { return }
            secret.leaf = (made(90, upTo: authority.validity.notAfter), authority.id)
        }
        while now < 3650 * 86_400 {
            let step = Self.schedule.step(
                CertificateSchedule.Inventory(
                    authority: secret.authority?.validity,
                    successor: secret.successor?.validity,
                    retired: secret.retired.map(\.validity),
                    leaf: secret.leaf?.validity,
                    leafFits: secret.leaf?.issuer == secret.authority?.id,
                    isInjected: random.next() % 4 > 0
                ),
                now: WallTime(seconds: Int64(now))
            )
            switch step {
            case .wait: now += Int(random.next() % 40_000) + 60
            case .begin:
                #expect(secret.authority == nil, "all was lost at \(now), seed \(seed)")
                secret.authority = authority()
                issue()
            case .issueLeaf: issue()
            case .addSuccessor: secret.successor = authority()
            case .promoteSuccessor:
                secret.retired += [secret.authority].compactMap { $0 }
                secret.authority = secret.successor
                secret.successor = nil
                issue()
            case .dropRetired: secret.retired = []
            }
            history.append((now, secret))
            history.removeFirst(max(0, history.count - 50))
            // Any certificate of the last hour, seen by a client with any bundle of the last hour.
            var recent = history.filter { $0.at > now - propagation }
            if let before = history.last(where: { $0.at <= now - propagation }) { recent.append(before) }
            for shown in recent {
                guard let leaf = shown.world.leaf else { continue }
                #expect(leaf.validity.covers(WallTime(seconds: Int64(now))), "seed \(seed), at \(now)")
                for client in recent where client.world.authority != nil {
                    #expect(client.world.bundle.contains { $0.id == leaf.issuer }, "seed \(seed), at \(now)")
                }
            }
        }
        #expect(lastID >= 14)
    }
}
