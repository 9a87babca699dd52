// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesMeta

/// The pages of a list as an asynchronous sequence; see ``KubernetesClient/pages(_:namespace:options:)``.
///
/// A page's token lives for some minutes. When it has run out, the next page throws an error with ``ClientError/isGone``.
public struct ListPages<R: Resource>: AsyncSequence, Sendable {
    public typealias Element = ResourceList<R>
    public typealias Failure = ClientError

    let client: KubernetesClient
    let namespace: String?
    let options: ListOptions

    public func makeAsyncIterator() -> AsyncIterator {
        var first = options
        if first.limit == nil { first.limit = 500 }
        return AsyncIterator(client: client, namespace: namespace, next: first)
    }

    /// Reads page after page.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let client: KubernetesClient
        let namespace: String?
        var next: ListOptions?

        public mutating func next() async throws(ClientError) -> ResourceList<R>? {
            guard var options = next else { return nil }
            next = nil
            let page = try await client.list(R.self, namespace: namespace, options: options)
            if let token = page.metadata.continue, !token.isEmpty {
                options.continueToken = token
                // The token stands for the revision; servers refuse both.
                options.resourceVersion = nil
                options.resourceVersionMatch = nil
                next = options
            }
            return page
        }

        public mutating func next(isolation actor: isolated (any Actor)?) async throws(ClientError) -> ResourceList<R>? {
            try await next()
        }
    }
}
