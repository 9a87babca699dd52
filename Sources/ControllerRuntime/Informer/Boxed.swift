// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// A value behind a reference, so that tree nodes stay small and copying them copies no objects.
final class Boxed<Value: Sendable>: Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
}
