// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesAuthentication
import KubernetesJSON
import Logging

/// Turns a TokenReview into one with a status. The token is neither sent back nor logged.
struct TokenReviewHandler: Sendable {
    /// Says whose the token is, or throws.
    let decide: @Sendable (TokenReviewSpec, Logger) async throws -> AuthenticationVerdict

    /// A review that could be read, of either version: an API server sends `v1beta1` unless
    /// `--authentication-token-webhook-version` says otherwise, and the two are the same.
    struct Review: Sendable {
        let apiVersion: String
        let spec: TokenReviewSpec

        /// - Throws: What is wrong with it.
        init(_ body: [UInt8]) throws {
            let document = try JSONValue(parsing: body)
            let version = document["apiVersion"]?.string ?? ""
            guard document["kind"] == "TokenReview", Self.versions.contains(version) else {
                throw ServingError(.configuration, "the body is no TokenReview of version v1 or v1beta1")
            }
            guard let spec = document["spec"] else { throw ServingError(.configuration, "the review has no spec") }
            apiVersion = version
            self.spec = try spec.decoded()
        }

        private static let versions = ["authentication.k8s.io/v1", "authentication.k8s.io/v1beta1"]
    }

    /// The answer to a review. An error of the handler means that the token is nobody's.
    ///
    /// - Throws: `CancellationError` when the handler was canceled and says so.
    func response(to review: Review, name: String, logger: Logger) async throws -> JSONValue {
        var status = TokenReviewStatus(authenticated: false)
        do {
            guard !review.spec.token.isEmpty else { throw ServingError(.configuration, "the review has no token") }
            switch try await decide(review.spec, logger) {
            case .authenticated(let user, let audiences): try fill(&status, user, audiences, asked: review.spec.audiences)
            case .unauthenticated(let reason): status.error = reason?.cut(toUTF8: Self.maximumReasonBytes)
            }
        } catch let error as CancellationError where Task.isCancelled {
            throw error
        } catch {
            logger.error("the webhook failed, the token is taken for nobody's: \(error)")
            status.error = "the webhook \(name) failed: \(error)".cut(toUTF8: Self.maximumReasonBytes)
        }
        return ["apiVersion": .string(review.apiVersion), "kind": "TokenReview", "status": JSONValue(encoding: status)]
    }

    private func fill(_ status: inout TokenReviewStatus, _ user: UserInfo, _ audiences: [String]?, asked: [String]?) throws {
        guard user.username?.isEmpty == false else { throw ServingError(.configuration, "the user has no name") }
        if let audiences, let asked, !asked.isEmpty {
            let common = audiences.filter(asked.contains)
            guard !common.isEmpty else {
                status.error = "the token is for other audiences"
                return
            }
            status.audiences = common
        }
        status.authenticated = true
        status.user = user
    }

    private static let maximumReasonBytes = 4096
}
