// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// At which revision a list is read, and where it begins.
struct ListQuery: Sendable {
    /// Nil reads the current state.
    var exactRevision: UInt64?
    /// Objects before this place are left out.
    var start: String?
    private var token: ContinueToken?

    init(_ parameters: ListParameters, current: UInt64) throws(StatusError) {
        let text = parameters.resourceVersion
        if let continued = parameters.continueToken {
            let token = try ContinueToken(parsing: continued)
            guard text.isEmpty || text == "0" else {
                throw .badRequest("specifying resource version is not allowed when using continue")
            }
            self.token = token
            start = token.start
            exactRevision = token.revision < 0 ? nil : UInt64(token.revision)
            return
        }
        guard !text.isEmpty, text != "0" else { return }
        guard let version = UInt64(text) else {
            throw .badRequest("invalid resource version: " + RequestHandler.versionError(text))
        }
        if version > current { throw .tooLargeVersion(version, current: current) }
        // A limit with a version and no match is, for old clients, a page at that version.
        let isExact = parameters.versionMatch == .exact || (parameters.versionMatch == nil && parameters.limit > 0)
        exactRevision = isExact ? version : nil
    }

    /// The answer when history does not reach back to `exactRevision`.
    func expired(compacted: UInt64, current: UInt64) -> StatusError {
        guard let token else { return .expired("The resourceVersion for the provided list is too old.") }
        var error = StatusError.expired(
            "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue "
                + "parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the "
                + "provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the "
                + "first chunk was returned and now may show up in the list."
        )
        error.continueToken = ContinueToken(revision: -1, start: token.start).text
        return error
    }
}

/// The objects of one answer to a list.
struct ListPage: Sendable {
    let entries: [ObjectEntry]
    let revision: UInt64
    private let continueToken: String?
    private let remaining: Int?

    /// - Parameters:
    ///   - entries: All objects in order.
    ///   - limit: 0 for all.
    init(
        entries: [ObjectEntry],
        revision: UInt64,
        selection: Selection,
        start: String?,
        limit: Int,
        isAllNamespaces: Bool
    ) {
        self.revision = revision
        let place: (ObjectEntry) -> String = { isAllNamespaces ? $0.key.namespace + "/" + $0.key.name : $0.key.name }
        var rest = entries[...]
        if let start { rest = rest.drop { place($0).utf8.lexicographicallyPrecedes(start.utf8) } }
        guard limit > 0 else {
            self.entries = selection.isEmpty ? Array(rest) : rest.filter(selection.matches)
            (continueToken, remaining) = (nil, nil)
            return
        }
        var taken: [ObjectEntry] = []
        while taken.count < limit, let entry = rest.popFirst() {
            if selection.matches(entry) { taken.append(entry) }
        }
        // Further objects count, whether they match or not, unless the selector names a single object.
        if rest.isEmpty || selection.fields.exactValue(of: "metadata.name") != nil {
            (continueToken, remaining) = (nil, nil)
        } else {
            // The place behind the last object looked at: no name contains a NUL.
            let last = entries[rest.startIndex - 1]
            continueToken = ContinueToken(revision: Int64(revision), start: place(last) + "\0").text
            remaining = selection.isEmpty ? rest.count : nil
        }
        self.entries = taken
    }

    /// The `metadata` of the list.
    ///
    /// - Parameter alwaysShowsContinue: Lists of custom kinds show an empty token.
    func metadata(alwaysShowsContinue: Bool) -> JSONValue {
        var metadata: JSONValue = ["resourceVersion": .string(String(revision))]
        if let continueToken {
            metadata["continue"] = .string(continueToken)
        } else if alwaysShowsContinue {
            metadata["continue"] = ""
        }
        if let remaining { metadata["remainingItemCount"] = .int(remaining) }
        return metadata
    }
}
