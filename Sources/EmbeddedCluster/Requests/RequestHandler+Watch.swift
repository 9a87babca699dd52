// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesClient
import KubernetesJSON
import KubernetesMeta

extension RequestHandler {
    func watch(_ call: ResourceRequest) async throws(StatusError) -> APIResponse {
        let form = try ContentNegotiation.form(accept: call.request.accept, isTransformable: true, isWatch: true)
        var parameters = try ListParameters(call.request.query, definition: call.definition, isWatch: true)
        if let name = call.path.name {
            parameters.selection.fields.requirements.append(.init(field: "metadata.name", value: name, isNegated: false))
        }
        let version = try Self.version(parameters.resourceVersion)
        let table = try TableRenderer(call.definition, query: call.request.query, now: Time(clock.wallNow()))
        let writer = WatchEventWriter(selection: parameters.selection, definition: call.definition, form: form, table: table)
        let sendsState =
            version == nil && !(call.request.query["sendInitialEvents"] != nil && !parameters.sendsInitialEvents)
            || parameters.sendsInitialEvents
        let start: WatchStart
        do throws(WatchStartError) {
            start = try await store.watch(
                WatchScope(resource: call.resourceID, namespace: call.path.namespace),
                after: sendsState ? nil : version,
                includingState: sendsState,
                capacity: watchLimits.pendingChanges
            )
        } catch {
            guard case .expired(let oldest) = error else { throw .internalError("the watch cannot begin") }
            return Self.ended(by: .expired("too old resource version: \(version ?? 0) (\(oldest))"), form: form)
        }
        if parameters.sendsInitialEvents, let version, version > start.revision {
            // A state that is not older than the future cannot be sent; kube-apiserver waits 3 s for it first.
            start.feed.end()
            return Self.ended(by: .tooLargeVersion(version, current: start.revision), form: form)
        }
        let plan = WatchStream.Plan(
            allowsBookmarks: parameters.allowsBookmarks,
            endsInitialStateWithBookmark: parameters.sendsInitialEvents && parameters.allowsBookmarks,
            deadline: deadline(parameters.timeoutSeconds),
            bookmarkInterval: watchLimits.bookmarkInterval
        )
        let stream = WatchStream(
            start: start,
            from: version ?? start.revision,
            writer: writer,
            plan: plan,
            sendsState: sendsState,
            clock: clock
        )
        let body = HTTPBody(next: { await stream.next() }, cancel: { stream.cancel() })
        return APIResponse(contentType: form.contentType, body: .stream(body))
    }

    private func deadline(_ seconds: Int?) -> Duration {
        let longest = watchLimits.maximumDuration
        return clock.monotonicNow() + (seconds.flatMap { $0 > 0 ? min(longest, .seconds($0)) : nil } ?? longest)
    }

    /// A watch that cannot begin is answered with 200 and one ERROR event.
    private static func ended(by error: StatusError, form: AnswerForm) -> APIResponse {
        var bytes: [UInt8] = []
        WatchEventWriter.append(error, to: &bytes)
        return APIResponse(contentType: form.contentType, body: .bytes(bytes))
    }
}
