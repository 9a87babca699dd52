// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Tells before anything is started whether this host can run sandboxes, and precisely what is missing when not.
package enum SandboxPreflight {
    /// The path of bubblewrap on a host that can.
    ///
    /// - Throws: `LocalNodeError` with the code `host` whose message says what to install or change.
    package static func check() async throws(LocalNodeError) -> String {
        let facts = HostFacts.current()
        guard let bubblewrap = facts.bubblewrap else { throw LocalNodeError(.host, missing) }
        if let obstacle = obstacle(facts) { throw LocalNodeError(.host, obstacle) }
        let trial: String?
        do {
            trial = try await SandboxTrial.run(bubblewrap: bubblewrap)
        } catch {
            trial = error.message
        }
        if let trial { throw LocalNodeError(.host, explanation(of: trial, facts)) }
        return bubblewrap
    }

    static let missing = """
        the local node runs programs in bubblewrap, and bwrap is not installed; install it with 'apt-get install bubblewrap' \
        (Debian, Ubuntu) or 'dnf install bubblewrap' (Fedora)
        """

    /// A setting of the host that forbids sandboxes for certain; nil when none is known.
    static func obstacle(_ facts: HostFacts) -> String? {
        if facts.maximumUserNamespaces == "0" {
            return """
                user namespaces are switched off (user.max_user_namespaces is 0); allow them with \
                'sudo sysctl -w user.max_user_namespaces=15000' and a line in /etc/sysctl.d to keep it
                """
        }
        // Sandboxes of a root node run as unprivileged users too, so this holds for root as well.
        if facts.unprivilegedUserNamespaces == "0" {
            return """
                this kernel forbids user namespaces to ordinary users (kernel.unprivileged_userns_clone is 0); allow them with \
                'sudo sysctl -w kernel.unprivileged_userns_clone=1' and a line in /etc/sysctl.d to keep it
                """
        }
        return nil
    }

    /// Why a trial sandbox failed, in the words that help most.
    static func explanation(of failure: String, _ facts: HostFacts) -> String {
        if facts.isInChroot {
            return """
                this process runs inside a chroot, where the kernel refuses user namespaces (\(failure)); enter the directory with \
                pivot_root instead (systemd-nspawn, or 'unshare --mount' with pivot_root), or run outside
                """
        }
        if facts.apparmorRestriction == "1" {
            return """
                AppArmor keeps user namespaces from programs without a profile (\(failure)); give bwrap a profile that has \
                'userns,' or run 'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0'
                """
        }
        return """
            a trial sandbox failed: \(failure); inside a container, user namespaces must be allowed by its runtime \
            (docker run --security-opt seccomp=unconfined --security-opt systempaths=unconfined), and inside a chroot they never are
            """
    }
}
