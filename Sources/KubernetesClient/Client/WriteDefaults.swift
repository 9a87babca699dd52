// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesMeta

/// What a client adds to each of its writes; see ``KubernetesClient/with(writeDefaults:)``.
public struct WriteDefaults: Sendable, Hashable {
    /// For writes whose options name no field manager.
    public var fieldManager: String?
    /// Whether nothing is stored, whatever a write's own options say; deletions included.
    public var dryRun: Bool
    /// For writes whose options do not say.
    public var fieldValidation: WriteOptions.FieldValidation?

    /// Nothing is added unless something is given.
    public init(fieldManager: String? = nil, dryRun: Bool = false, fieldValidation: WriteOptions.FieldValidation? = nil) {
        self.fieldManager = fieldManager
        self.dryRun = dryRun
        self.fieldValidation = fieldValidation
    }
}

extension KubernetesClient {
    func completed(_ options: WriteOptions) -> WriteOptions {
        var options = options
        options.fieldManager = options.fieldManager ?? writeDefaults.fieldManager
        options.dryRun = options.dryRun || writeDefaults.dryRun
        options.fieldValidation = options.fieldValidation ?? writeDefaults.fieldValidation
        return options
    }

    func completed(_ options: DeleteOptions) -> DeleteOptions {
        var options = options
        if writeDefaults.dryRun { options.dryRun = ["All"] }
        return options
    }
}
