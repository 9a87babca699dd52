// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesAuthentication
import KubernetesAuthorization
import KubernetesClient

/// Asks the API server what a user may read.
struct ReferenceReview: Sendable {
    /// Needs the right to create SubjectAccessReviews.
    let client: KubernetesClient

    /// The references that `user` may not `get`. Each object is asked for once.
    ///
    /// - Throws: `ClientError` when it cannot be found out.
    func unreadable(
        _ references: [TaskReference],
        namespace: String,
        by user: UserInfo
    ) async throws(ClientError) -> [TaskReference] {
        var answers: [Object: Bool] = [:]
        var unreadable: [TaskReference] = []
        for reference in references {
            let object = Object(kind: reference.kind, name: reference.name)
            let isReadable: Bool
            if let answer = answers[object] {
                isReadable = answer
            } else {
                isReadable = try await mayGet(object, namespace: namespace, user: user)
                answers[object] = isReadable
            }
            if !isReadable { unreadable.append(reference) }
        }
        return unreadable
    }

    private struct Object: Hashable {
        var kind: TaskReference.Kind
        var name: String
    }

    private func mayGet(_ object: Object, namespace: String, user: UserInfo) async throws(ClientError) -> Bool {
        let review = SubjectAccessReview(
            spec: SubjectAccessReviewSpec(
                extra: user.extra,
                groups: user.groups,
                resourceAttributes: ResourceAttributes(
                    group: "",
                    name: object.name,
                    namespace: namespace,
                    resource: object.kind.plural,
                    verb: "get",
                    version: "v1"
                ),
                uid: user.uid,
                user: user.username
            )
        )
        guard let status = try await client.create(review).status else { return false }
        return status.allowed && status.denied != true
    }
}
