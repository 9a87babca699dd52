// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Gives the certificates and the key to use, reading their files again when it is time.
final class TLSMaterialSource: Sendable {
    /// Files that were read are trusted for so long.
    static let reloadInterval = Duration.seconds(60)

    private struct State {
        var material: TLSMaterial
        var checkedAt: ContinuousClock.Instant?
    }

    private let files: TLSFiles
    private let state: Locked<State>

    init(_ configuration: TLSConfiguration) {
        files = configuration.files
        state = Locked(State(material: TLSMaterial(configuration)))
    }

    /// What to use as of `now`. A file that is gone, or holds no PEM, leaves what it held last in use; the server says when that is too old.
    func current(now: ContinuousClock.Instant) -> TLSMaterial {
        if files.isEmpty { return state.withLock { $0.material } }
        let known = state.withLock { state -> TLSMaterial? in
            if let checkedAt = state.checkedAt, now - checkedAt < Self.reloadInterval { return state.material }
            // The others go on with what there is while this caller reads.
            state.checkedAt = now
            return nil
        }
        return known ?? reload(now: now)
    }

    /// Reads the files now.
    ///
    /// - Returns: What they hold: the same object as before when nothing has changed.
    func reload(now: ContinuousClock.Instant) -> TLSMaterial {
        var parts = state.withLock { $0.material.parts }
        Self.read(files.certificateAuthority, into: &parts.certificateAuthority)
        Self.read(files.clientCertificate, into: &parts.clientCertificate)
        Self.read(files.clientKey, into: &parts.clientKey)
        return state.withLock { [parts] state in
            state.checkedAt = now
            if state.material.parts != parts { state.material = TLSMaterial(parts) }
            return state.material
        }
    }

    private static func read(_ path: String?, into part: inout [UInt8]?) {
        guard let path else { return }
        do throws(SmallFile.ReadError) {
            let bytes = try SmallFile.read(path, limit: 4 << 20)
            if TLSMaterial.isPEM(bytes) { part = bytes }
        } catch {
            // Being replaced, or gone: what it held goes on being used.
        }
    }
}
