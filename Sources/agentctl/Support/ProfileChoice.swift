// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI

/// Which profile a program is run with.
struct ProfileChoice: Equatable {
    let profile: String
    /// What to tell the user, when the choice is not the usual one.
    let note: String?

    /// - Parameters:
    ///   - wanted: `--profile`.
    ///   - fileExtension: the ending of the file; nil for standard input, which has none.
    ///   - available: the profiles that the local node can run; nil when the cluster is another one, which has its own images.
    init(wanted: String?, fileExtension: String?, available: [String]?) throws {
        if let wanted {
            // The pod would wait for its image until the start-up deadline, so it is not made.
            if let available, !available.contains(wanted), let builtin = BuiltinProfiles.named(wanted) {
                throw CommandFailure(
                    "this host has no interpreter for profile \(wanted): \(builtin.installHint); it can run \(available.sorted().joined(separator: ", "))"
                )
            }
            profile = wanted
            note = nil
            return
        }
        guard let fileExtension else {
            throw CommandFailure(
                "standard input has no file ending to choose a profile by; say which with --profile, as in --profile python3.11"
            )
        }
        let candidates = BuiltinProfiles.forFileExtension(fileExtension).map(\.name)
        guard let usual = candidates.first else {
            let known = Set(BuiltinProfiles.all.flatMap(\.fileExtensions)).sorted().map { ".\($0)" }.joined(separator: ", ")
            throw CommandFailure(
                "no profile runs files that end in '.\(fileExtension)'; known are \(known); say which with --profile"
            )
        }
        guard let available, !available.contains(usual), let nearest = candidates.first(where: available.contains) else {
            profile = usual
            note = nil
            return
        }
        profile = nearest
        note = "This host has no \(usual); running with \(nearest)."
    }
}
