// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ControllerRuntime
import Crypto
import KubernetesAuthentication
import KubernetesAuthorization
public import KubernetesClient
import KubernetesMeta
import Logging

/// Admits those whom the API server admits: it asks whose the bearer token is (TokenReview), and whether that user may `get` the path as a
/// non-resource URL (SubjectAccessReview), so a ClusterRole with `nonResourceURLs: [/metrics]` opens the metrics.
///
/// Whatever goes wrong, nobody is admitted. Answers are kept for a while, tokens as their SHA-256 alone; a token of more than 16 KiB is not
/// asked about. The client needs the right to create tokenreviews and subjectaccessreviews.
public struct APIServerAccessReview: AccessReview {
    private struct Answers {
        var users: DecisionCache<SHA256.Digest, UserInfo?>
        var rights: DecisionCache<Question, Bool>
        /// What went wrong last, so that it is logged once.
        var problem: String?
    }

    private struct Question: Hashable {
        var user: UserInfo
        var path: String
    }

    private let client: KubernetesClient
    private let options: APIServerAccessReviewOptions
    private let time: TimeSource
    private let logger: Logger
    private let answers: Locked<Answers>
    private let slots: SlotPool

    /// A review that has asked nothing yet.
    public init(
        client: KubernetesClient,
        options: APIServerAccessReviewOptions = APIServerAccessReviewOptions(),
        environment: RuntimeEnvironment
    ) {
        self.client = client
        self.options = options
        time = environment.time
        logger = environment.logger
        answers = Locked(
            Answers(
                users: DecisionCache(capacity: options.maximumAnswers),
                rights: DecisionCache(capacity: options.maximumAnswers)
            )
        )
        slots = SlotPool(count: options.maximumQuestions)
    }

    public func review(_ authorization: String?, path: String) async -> AccessDecision {
        guard let token = Self.bearerToken(authorization) else { return .unauthenticated }
        do throws(ClientError) {
            guard let user = try await user(of: token) else { return .unauthenticated }
            let isAllowed = try await mayGet(path, user)
            setProblem(nil)
            return isAllowed ? .allowed : .denied(user: user.username ?? "")
        } catch {
            setProblem(error.message)
            return .unavailable(error.message)
        }
    }

    private func setProblem(_ text: String?) {
        let isNew = answers.withLock { answers in
            defer { answers.problem = text }
            return answers.problem != text
        }
        if let text, isNew { logger.warning("cannot find out who may read what is served: \(text)") }
    }

    /// Nil for nobody's.
    private func user(of token: String) async throws(ClientError) -> UserInfo? {
        let digest = SHA256.hash(data: Array(token.utf8))
        if let known = answers.withLock({ $0.users.value(of: digest, now: time.now()) }) { return known }
        let review = TokenReview(spec: TokenReviewSpec(token: token, audiences: options.audiences))
        let status = try await ask(review).status
        let isKnown = status?.authenticated == true && status?.user?.username?.isEmpty == false && hasAudience(status)
        let user = isKnown ? status?.user : nil
        let lifetime = user == nil ? options.refusalLifetime : options.userLifetime
        answers.withLock { $0.users.insert(user, of: digest, lifetime: lifetime, now: time.now()) }
        return user
    }

    /// An authenticator that knows nothing of audiences names none, and then the token is the API server's alone.
    private func hasAudience(_ status: TokenReviewStatus?) -> Bool {
        guard let wanted = options.audiences else { return true }
        return !Set(wanted).isDisjoint(with: status?.audiences ?? [])
    }

    private func mayGet(_ path: String, _ user: UserInfo) async throws(ClientError) -> Bool {
        let question = Question(user: user, path: path)
        if let known = answers.withLock({ $0.rights.value(of: question, now: time.now()) }) { return known }
        let review = SubjectAccessReview(
            spec: SubjectAccessReviewSpec(
                extra: user.extra,
                groups: user.groups,
                nonResourceAttributes: NonResourceAttributes(path: path, verb: "get"),
                uid: user.uid,
                user: user.username
            )
        )
        let status = try await ask(review).status
        let isAllowed = status?.allowed == true && status?.denied != true
        let lifetime = isAllowed ? options.allowedLifetime : options.deniedLifetime
        answers.withLock { $0.rights.insert(isAllowed, of: question, lifetime: lifetime, now: time.now()) }
        return isAllowed
    }

    private func ask<Review: Resource>(_ review: Review) async throws(ClientError) -> Review {
        guard await slots.acquire() else { throw ClientError(.canceled, "the client has gone") }
        defer { slots.release() }
        let limits = RequestOptions(timeout: options.timeout, maximumBodyBytes: 1 << 20, lane: .status)
        return try await client.create(review, options: WriteOptions(request: limits))
    }

    /// The token of an Authorization field; nil when it is none, or too long to be one.
    private static func bearerToken(_ authorization: String?) -> String? {
        let parts = (authorization ?? "").split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        let token = parts[1].drop { $0 == " " }
        guard !token.isEmpty, token.utf8.count <= maximumTokenBytes, !token.contains(" ") else { return nil }
        return String(token)
    }

    private static let maximumTokenBytes = 16 << 10
}
