// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import LocalNode

extension HostInterpreters {
    /// What this host runs in place of the images of the built-in profiles.
    static let builtinProfiles = HostInterpreters(
        entries: BuiltinProfiles.all.map { profile in
            Entry(
                image: profile.image,
                profile: profile.name,
                candidates: profile.hostCandidates,
                versionPrefix: profile.hostVersionPrefix,
                installHint: profile.installHint
            )
        }
    )
}
