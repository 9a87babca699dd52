// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesClient
public import KubernetesMeta

/// Where the logs of containers come from: the seam between the API server and the node.
public protocol PodLogSource: Sendable {
    /// The log of one container. The body ends when the log has ended or, without `follow`, where it ends now.
    func logs(
        namespace: String,
        pod: String,
        podUID: String,
        container: String,
        options: PodLogOptions
    ) async throws(PodLogError) -> HTTPBody
}

/// What part of a log is wanted.
public struct PodLogOptions: Sendable, Hashable {
    /// Keep the answer open and send new lines as they come.
    public var follow: Bool
    /// Only that many of the last lines.
    public var tailLines: Int?
    /// No more than so many bytes.
    public var limitBytes: Int?
    /// Only lines of the last so many seconds.
    public var sinceSeconds: Int?
    /// Only lines from this time on.
    public var sinceTime: Time?
    /// Put the time in front of each line.
    public var timestamps: Bool
    /// The log of the container's previous run.
    public var previous: Bool

    /// Options; by default the whole log without follow.
    public init(
        follow: Bool = false,
        tailLines: Int? = nil,
        limitBytes: Int? = nil,
        sinceSeconds: Int? = nil,
        sinceTime: Time? = nil,
        timestamps: Bool = false,
        previous: Bool = false
    ) {
        self.follow = follow
        self.tailLines = tailLines
        self.limitBytes = limitBytes
        self.sinceSeconds = sinceSeconds
        self.sinceTime = sinceTime
        self.timestamps = timestamps
        self.previous = previous
    }
}

/// Why a log cannot be read; becomes a Status.
public struct PodLogError: Error, Sendable, CustomStringConvertible {
    /// What went wrong, for code. Grows over time.
    public struct Code: Sendable, Hashable {
        private enum Value { case notFound, notStarted, unavailable }
        private let value: Value

        private init(_ value: Value) { self.value = value }

        /// There is no such pod or container on the node (404).
        public static let notFound = Code(.notFound)
        /// The container has not started yet (400).
        public static let notStarted = Code(.notStarted)
        /// The node cannot read it (500).
        public static let unavailable = Code(.unavailable)
    }

    /// What went wrong.
    public var code: Code
    /// The sentence for the client.
    public var message: String

    /// An error.
    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
