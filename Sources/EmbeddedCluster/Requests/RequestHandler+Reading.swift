// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

extension RequestHandler {
    func get(_ call: ResourceRequest) throws(StatusError) -> APIResponse {
        let form = try ContentNegotiation.form(accept: call.request.accept, isTransformable: true)
        if let version = try Self.version(call.request.query["resourceVersion"] ?? "") {
            let current = store.revision
            if version > current { throw .tooLargeVersion(version, current: current) }
        }
        guard let entry = store.entry(call.key) else { throw .notFound(call.resource, name: call.key.name) }
        return try answer(entry, call, form: form)
    }

    /// One object as an answer.
    func answer(
        _ entry: ObjectEntry,
        _ call: ResourceRequest,
        form: AnswerForm,
        status: Int = 200,
        warnings: [String] = []
    ) throws(StatusError) -> APIResponse {
        let renderer = ObjectRenderer(call.definition)
        guard form.shape == .object else {
            return try answer(object: renderer.object(entry), call, form: form, status: status, warnings: warnings)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entry.bytes.count + 16)
        try renderer.append(entry, to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        return APIResponse(status: status, contentType: form.contentType, body: .bytes(bytes), warnings: warnings)
    }

    /// One object that is not stored (dry run) or was changed for the answer.
    func answer(
        object: JSONValue,
        _ call: ResourceRequest,
        form: AnswerForm,
        status: Int = 200,
        warnings: [String] = []
    ) throws(StatusError) -> APIResponse {
        let value: JSONValue
        switch form.shape {
        case .object: value = object
        case .partialMetadata: value = PartialMetadata.object(object)
        case .partialMetadataList: throw StatusError(code: 500, reason: "", message: "content is not a list")
        case .table:
            let table = try TableRenderer(call.definition, query: call.request.query, now: Time(clock.wallNow()))
            let version = object["metadata"]?["resourceVersion"] ?? ""
            value = table.table([object], metadata: ["resourceVersion": version])
        }
        return APIResponse(status: status, contentType: form.contentType, body: .bytes(value.serialized()), warnings: warnings)
    }

    // MARK: Lists

    func list(_ call: ResourceRequest) throws(StatusError) -> APIResponse {
        let form = try ContentNegotiation.form(accept: call.request.accept, isTransformable: true)
        let parameters = try ListParameters(call.request.query, definition: call.definition, isWatch: false)
        let page = try page(call, parameters)
        return try answer(page, call, form: form)
    }

    /// A list, or one page of it.
    func page(_ call: ResourceRequest, _ parameters: ListParameters) throws(StatusError) -> ListPage {
        let query = try ListQuery(parameters, current: store.revision)
        let id = call.resourceID
        let namespace = call.path.namespace
        let (state, compacted): ((revision: UInt64, entries: [ObjectEntry])?, UInt64) = store.read { state in
            let revision = query.exactRevision ?? state.revision
            guard revision == state.revision || revision >= state.compactedRevision else { return (nil, state.compactedRevision) }
            return ((revision, state.entries(id, namespace: namespace, at: revision)), state.compactedRevision)
        }
        guard let state else { throw query.expired(compacted: compacted, current: store.revision) }
        return ListPage(
            entries: state.entries,
            revision: state.revision,
            selection: parameters.selection,
            start: query.start,
            // Version 0 is answered from the cache of a real server, which knows no pages.
            limit: parameters.resourceVersion == "0" ? 0 : parameters.limit,
            isAllNamespaces: call.definition.scope == .namespaced && namespace == nil
        )
    }

    /// A page as an answer.
    func answer(_ page: ListPage, _ call: ResourceRequest, form: AnswerForm) throws(StatusError) -> APIResponse {
        let renderer = ObjectRenderer(call.definition)
        var bytes: [UInt8] = []
        switch form.shape {
        case .object:
            let metadata = page.metadata(alwaysShowsContinue: call.definition.isCustom).serialized()
            bytes.reserveCapacity(page.entries.reduce(256) { $0 + $1.bytes.count })
            bytes += Array(
                #"{"kind":\#(quoted(call.definition.listKind)),"apiVersion":\#(quoted(call.definition.apiVersion)),"metadata":"#
                    .utf8
            )
            bytes += metadata
            bytes += Array(#","items":["#.utf8)
            for (index, entry) in page.entries.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                try renderer.appendItem(entry, to: &bytes)
            }
            bytes += Array("]}\n".utf8)
        case .partialMetadata:
            let type = call.definition.isCustom ? "*unstructured.UnstructuredList" : "*v1.\(call.definition.listKind)"
            throw StatusError(
                code: 406,
                reason: "NotAcceptable",
                message: "you requested PartialObjectMetadata, but the requested object is a list (\(type))"
            )
        case .partialMetadataList:
            var items: [JSONValue] = []
            for entry in page.entries { items.append(PartialMetadata.object(try renderer.object(entry))) }
            let list: JSONValue = [
                "kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1",
                "metadata": page.metadata(alwaysShowsContinue: false),
                "items": items.isEmpty ? .null : .array(items),
            ]
            bytes = list.serialized()
        case .table:
            let table = try TableRenderer(call.definition, query: call.request.query, now: Time(clock.wallNow()))
            var objects: [JSONValue] = []
            for entry in page.entries { objects.append(try renderer.object(entry)) }
            bytes = table.table(objects, metadata: page.metadata(alwaysShowsContinue: false)).serialized()
        }
        return APIResponse(contentType: form.contentType, body: .bytes(bytes))
    }

    private func quoted(_ text: String) -> String { JSONValue.string(text).text }

    /// A resourceVersion of a query; nil for none and for 0, which accepts everything.
    static func version(_ text: String) throws(StatusError) -> UInt64? {
        if text.isEmpty || text == "0" { return nil }
        guard let version = UInt64(text) else { throw StatusError(code: 500, reason: "", message: versionError(text)) }
        return version
    }

    static func versionError(_ text: String) -> String {
        "resourceVersion: Invalid value: \(GoText.quoted(text)): strconv.ParseUint: parsing \(GoText.quoted(text)): invalid syntax"
    }
}
