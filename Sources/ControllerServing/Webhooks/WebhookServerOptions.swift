// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// The bounds of a ``WebhookServer``.
public struct WebhookServerOptions: Sendable, Hashable {
    /// Where it listens: port 9443 of all addresses, as controller-runtime's.
    public var address = BindAddress(host: nil, port: 9443)
    /// How long a handler may take when the API server does not say less: the API server's own default.
    public var timeout: Duration = .seconds(10)
    /// How many requests are handled at the same time; others wait, for at most their timeout. A handler that ignores its cancellation
    /// keeps its place until it ends.
    public var maximumConcurrentRequests = 64
    /// How large an AdmissionReview may be, in bytes: room for an object of the API server's limit, old and new.
    public var maximumAdmissionBytes = 7 << 20
    /// How large a ConversionReview may be, in bytes: a page of a list is converted at once.
    public var maximumConversionBytes = 64 << 20
    /// How large a TokenReview may be, in bytes: a token and a few audiences.
    public var maximumTokenReviewBytes = 1 << 20
    /// How it stops. The delay is for endpoints to be taken out of the service before connections are refused.
    public var drain = DrainOptions(delay: .seconds(5))

    /// Options with the defaults.
    public init() {}
}
