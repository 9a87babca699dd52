// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime

/// Holds exchanges back until a test lets them go on.
public final class FaultGate: Sendable {
    private let latch = Latch<Void>()
    private let arrived = Latch<Void>()

    /// A closed gate.
    public init() {}

    /// Lets everything pass, from now on.
    public func open() { latch.open(()) }

    /// Waits until an exchange stands at the gate.
    public func waitForArrival() async { _ = await arrived.wait() }

    func pass() async {
        arrived.open(())
        _ = await latch.wait()
    }
}
