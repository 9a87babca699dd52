// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LocalNode

@Suite("What is missing on a host is said precisely")
struct SandboxPreflightTests {
    private static let healthy = HostFacts(
        bubblewrap: "/usr/bin/bwrap",
        isRoot: false,
        unprivilegedUserNamespaces: "1",
        apparmorRestriction: "0",
        maximumUserNamespaces: "96365",
        isInChroot: false
    )

    private static func facts(_ change: (inout HostFacts) -> Void) -> HostFacts {
        var facts = healthy
        change(&facts)
        return facts
    }

    @Test("a host whose settings allow it has no obstacle")
    func none() {
        #expect(SandboxPreflight.obstacle(Self.healthy) == nil)
        #expect(SandboxPreflight.obstacle(Self.facts { $0.unprivilegedUserNamespaces = nil }) == nil)
    }

    @Test("a setting that forbids user namespaces is named with the command that allows them")
    func settings() {
        #expect(
            SandboxPreflight.obstacle(Self.facts { $0.maximumUserNamespaces = "0" })?.contains("user.max_user_namespaces=15000")
                == true
        )
        #expect(
            SandboxPreflight.obstacle(Self.facts { $0.unprivilegedUserNamespaces = "0" })?
                .contains("kernel.unprivileged_userns_clone=1") == true
        )
    }

    @Test("a failed trial is explained by what the host is")
    func explanations() {
        let failure = "bwrap: No permissions to create a new namespace"
        let chroot = SandboxPreflight.explanation(of: failure, Self.facts { $0.isInChroot = true })
        #expect(chroot.contains("chroot") && chroot.contains("pivot_root") && chroot.contains(failure))
        let apparmor = SandboxPreflight.explanation(of: failure, Self.facts { $0.apparmorRestriction = "1" })
        #expect(apparmor.contains("apparmor_restrict_unprivileged_userns=0") && apparmor.contains(failure))
        let other = SandboxPreflight.explanation(of: failure, Self.healthy)
        #expect(other.contains(failure) && other.contains("container"))
    }

    @Test("a missing bubblewrap is said with the package's name")
    func missing() {
        #expect(SandboxPreflight.missing.contains("apt-get install bubblewrap"))
    }

    @Test(
        "a chroot has no mount at its root",
        arguments: [
            ("21 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n", true),
            ("21 1 254:0 /srv/root /proc rw - proc proc rw\n", false),
            ("", true),
        ]
    )
    func chroot(mountinfo: String, hasRoot: Bool) {
        #expect(HostFacts.hasRootMount(Array(mountinfo.utf8)) == hasRoot)
    }
}
