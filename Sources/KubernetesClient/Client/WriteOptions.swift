// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// How a create, replace or patch is done.
public struct WriteOptions: Sendable, Hashable {
    /// Whom the server notes as the writer of the fields; nil lets it take the User-Agent's first word.
    public var fieldManager: String?
    /// Do everything but store.
    public var dryRun: Bool
    /// What the server does about unknown and duplicate fields; nil for its default.
    public var fieldValidation: FieldValidation?
    /// Server-side apply only: take fields over from other managers.
    public var force: Bool
    /// Limits of the exchange.
    public var request: RequestOptions

    /// Options for a plain write unless something is given.
    public init(
        fieldManager: String? = nil,
        dryRun: Bool = false,
        fieldValidation: FieldValidation? = nil,
        force: Bool = false,
        request: RequestOptions = RequestOptions()
    ) {
        self.fieldManager = fieldManager
        self.dryRun = dryRun
        self.fieldValidation = fieldValidation
        self.force = force
        self.request = request
    }

    /// What a server does about unknown and duplicate fields.
    public enum FieldValidation: String, Sendable, Hashable {
        /// Drops them.
        case ignore = "Ignore"
        /// Drops them and says so in a Warning header.
        case warn = "Warn"
        /// Refuses the request.
        case strict = "Strict"
    }
}
