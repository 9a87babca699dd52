// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// What a list returns.
public struct ListOptions: Sendable, Hashable {
    /// A label selector such as `app=web,tier in (a, b)`; nil for all.
    public var labelSelector: String?
    /// A field selector such as `spec.nodeName=a`; nil for all.
    public var fieldSelector: String?
    /// The most items of one answer; nil lets the server decide.
    public var limit: Int?
    /// The `continue` of the answer before, to get the next page.
    public var continueToken: String?
    /// The revision that the answer must have to do with as ``resourceVersionMatch`` says; nil for the newest.
    public var resourceVersion: String?
    /// How ``resourceVersion`` is meant.
    public var resourceVersionMatch: ResourceVersionMatch?
    /// Limits of the exchange.
    public var request: RequestOptions

    /// Options for all items unless something is given.
    public init(
        labelSelector: String? = nil,
        fieldSelector: String? = nil,
        limit: Int? = nil,
        continueToken: String? = nil,
        resourceVersion: String? = nil,
        resourceVersionMatch: ResourceVersionMatch? = nil,
        request: RequestOptions = RequestOptions(timeout: .seconds(60))
    ) {
        self.labelSelector = labelSelector
        self.fieldSelector = fieldSelector
        self.limit = limit
        self.continueToken = continueToken
        self.resourceVersion = resourceVersion
        self.resourceVersionMatch = resourceVersionMatch
        self.request = request
    }
}
