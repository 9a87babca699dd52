// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// How long an ``APIServerAccessReview`` takes an answer of the API server for granted, and how much it asks.
public struct APIServerAccessReviewOptions: Sendable, Hashable {
    /// Whose a token is: a minute, as in controller-runtime.
    public var userLifetime: Duration = .seconds(60)
    /// That a token is nobody's.
    public var refusalLifetime: Duration = .seconds(10)
    /// That a user may read a path: five minutes, as in controller-runtime. So long a right that was taken away still holds.
    public var allowedLifetime: Duration = .seconds(300)
    /// That a user may not: half a minute, as in controller-runtime.
    public var deniedLifetime: Duration = .seconds(30)
    /// How many answers of each of the two questions are kept.
    public var maximumAnswers = 1024
    /// How many questions are asked at the same time; others wait.
    public var maximumQuestions = 8
    /// How long the API server may take for one.
    public var timeout: Duration = .seconds(10)
    /// For whom tokens must be made; nil for the API server.
    public var audiences: [String]?

    /// Options with the defaults.
    public init() {}
}
