// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// The options of a delete (`DeleteOptions`), from body or query.
struct DeletionOptions: Sendable {
    enum Propagation: String, Sendable {
        case orphan = "Orphan"
        case background = "Background"
        case foreground = "Foreground"
    }

    var gracePeriodSeconds: Int64?
    var propagation: Propagation?
    var uid: String?
    var resourceVersion: String?
    var isDryRun = false
    /// What was given, as webhooks are told of it.
    private(set) var document: JSONObject = [:]

    init(_ request: APIRequest) throws(StatusError) {
        guard request.body.count <= RequestHandler.maximumBodyBytes else {
            throw .tooLarge(limit: RequestHandler.maximumBodyBytes)
        }
        var value = JSONValue.object([:])
        if !request.body.isEmpty { value = try Self.value(request.body) } else { value = try Self.value(request.query) }
        try self.init(value, dryRunInQuery: request.query.all("dryRun"))
    }

    init(_ value: JSONValue, dryRunInQuery: [String] = []) throws(StatusError) {
        let dryRun = (value["dryRun"]?.array ?? []).compactMap(\.string) + dryRunInQuery
        gracePeriodSeconds = value["gracePeriodSeconds"]?.int
        uid = value["preconditions"]?["uid"]?.string
        resourceVersion = value["preconditions"]?["resourceVersion"]?.string
        isDryRun = !dryRun.isEmpty
        let orphans = value["orphanDependents"]?.bool
        let policy = value["propagationPolicy"]?.string
        var errors: [FieldError] = []
        if orphans != nil, policy != nil {
            errors.append(
                .invalid(
                    "propagationPolicy",
                    .string(policy ?? ""),
                    "orphanDependents and deletionPropagation cannot be both set"
                )
            )
        }
        if let policy, Propagation(rawValue: policy) == nil {
            errors.append(.notSupported("propagationPolicy", .string(policy), ["Foreground", "Background", "Orphan", "nil"]))
        }
        errors += WriteParameters.dryRunErrors(dryRun)
        guard errors.isEmpty else { throw .invalid(QualifiedName(group: "meta.k8s.io", name: "DeleteOptions"), name: "", errors) }
        propagation = policy.flatMap(Propagation.init) ?? orphans.map { $0 ? .orphan : .background }
        document = value.object ?? [:]
        document["kind"] = nil
        document["apiVersion"] = nil
        if isDryRun { document["dryRun"] = .array(dryRun.map(JSONValue.string)) }
    }

    /// Options of the cluster's own.
    init(uid: String?, resourceVersion: String?, propagation: Propagation?, gracePeriodSeconds: Int64?) {
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.propagation = propagation
        self.gracePeriodSeconds = gracePeriodSeconds
        var preconditions: JSONObject = [:]
        if let uid { preconditions["uid"] = .string(uid) }
        if let resourceVersion { preconditions["resourceVersion"] = .string(resourceVersion) }
        if !preconditions.isEmpty { document["preconditions"] = .object(preconditions) }
        if let propagation { document["propagationPolicy"] = .string(propagation.rawValue) }
        if let gracePeriodSeconds { document["gracePeriodSeconds"] = .int(gracePeriodSeconds) }
    }

    private static func value(_ body: [UInt8]) throws(StatusError) -> JSONValue {
        do {
            let value = try JSONValue(parsing: body)
            let kind = value["kind"]?.string ?? "DeleteOptions"
            guard value.object != nil || value.isNull, kind == "DeleteOptions" else {
                let version = value["apiVersion"]?.string ?? ""
                throw StatusError.badRequest(
                    "no kind \(GoText.quoted(kind)) is registered for version \(GoText.quoted(version)) in scheme "
                        + "\"k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27\""
                )
            }
            return value
        } catch let error as StatusError {
            throw error
        } catch {
            throw .badRequest("couldn't get version/kind; json parse error: " + GoJSONSyntax.message(for: body))
        }
    }

    private static func value(_ query: QueryParameters) throws(StatusError) -> JSONValue {
        var value = JSONObject()
        if let seconds = try query.integer("gracePeriodSeconds") { value["gracePeriodSeconds"] = .int(seconds) }
        if let policy = query.nonEmpty("propagationPolicy") { value["propagationPolicy"] = .string(policy) }
        if let orphans = query.bool("orphanDependents") { value["orphanDependents"] = .bool(orphans) }
        return .object(value)
    }
}

/// How objects go: at once, after a grace period, or when their finalizers are gone. Pure.
struct DeletionRules: Sendable {
    enum Step: Sendable {
        /// The object is removed now; its last state, as the answer shows it.
        case remove(JSONValue)
        /// The object stays, marked; this is its new state.
        case mark(JSONValue)
        /// It is marked already.
        case keep
    }

    let options: DeletionOptions
    let now: Time

    /// - Parameter object: The object as it is stored.
    func step(_ object: JSONValue, id: ResourceID) -> Step {
        var object = object
        let finalizers = (object["metadata"]?["finalizers"]?.array ?? []).compactMap(\.string)
        let wanted = garbageCollectionFinalizers(finalizers)
        if wanted != finalizers {
            object["metadata"]?["finalizers"] = wanted.isEmpty ? nil : .array(wanted.map(JSONValue.string))
        }
        let isMarked = object["metadata"]?["deletionTimestamp"] != nil
        if id.isNamespaces { return namespaceStep(object, isMarked: isMarked, changed: wanted != finalizers) }
        if id == CustomResourceController.definitions, !isMarked { return .mark(CustomResourceDeletion.marked(object, now: now)) }
        if id.isPods, let step = podStep(object, finalizers: wanted, isMarked: isMarked, changed: wanted != finalizers) {
            return step
        }
        guard !wanted.isEmpty else { return .remove(object) }
        if isMarked, (object["metadata"]?["deletionGracePeriodSeconds"]?.int ?? 0) == 0 {
            return wanted == finalizers ? .keep : .mark(object)
        }
        mark(&object, grace: 0)
        return .mark(object)
    }

    /// Whether an object that is updated goes with the update.
    static func endsWithUpdate(_ object: JSONValue) -> Bool {
        let metadata = object["metadata"]
        guard metadata?["deletionTimestamp"] != nil, (metadata?["finalizers"]?.array ?? []).isEmpty else { return false }
        let isNamespace = object["kind"]?.string == "Namespace" && object["apiVersion"]?.string == "v1"
        if isNamespace { return (object["spec"]?["finalizers"]?.array ?? []).isEmpty }
        return (metadata?["deletionGracePeriodSeconds"]?.int ?? 0) == 0
    }

    private func garbageCollectionFinalizers(_ finalizers: [String]) -> [String] {
        guard let propagation = options.propagation else { return finalizers }
        var result = finalizers.filter { $0 != "orphan" && $0 != "foregroundDeletion" }
        switch propagation {
        case .orphan: result.append("orphan")
        case .foreground: result.append("foregroundDeletion")
        case .background: break
        }
        return result
    }

    private func mark(_ object: inout JSONValue, grace: Int64) {
        let time = now + grace
        if object["metadata"]?["deletionTimestamp"] == nil, let generation = object["metadata"]?["generation"]?.int,
            generation > 0
        {
            object["metadata"]?["generation"] = .int(generation + 1)
        }
        object["metadata"]?["deletionTimestamp"] = .string(time.description)
        object["metadata"]?["deletionGracePeriodSeconds"] = .int(grace)
    }

    /// A namespace is marked and left to its controller, which empties it and takes `spec.finalizers` away.
    private func namespaceStep(_ namespace: JSONValue, isMarked: Bool, changed: Bool) -> Step {
        if isMarked, !changed { return Self.endsWithUpdate(namespace) ? .remove(namespace) : .keep }
        var namespace = namespace
        namespace["metadata"]?["deletionTimestamp"] = .string(now.description)
        namespace["status"]?["phase"] = "Terminating"
        return .mark(namespace)
    }

    /// A pod on a node is marked and left to the node, which confirms its end with a grace period of 0. Nil falls through to the general
    /// rule.
    private func podStep(_ pod: JSONValue, finalizers: [String], isMarked: Bool, changed: Bool) -> Step? {
        var pod = pod
        let phase = pod["status"]?["phase"]?.string
        let isBound = !(pod["spec"]?["nodeName"]?.string ?? "").isEmpty
        var grace = options.gracePeriodSeconds ?? pod["spec"]?["terminationGracePeriodSeconds"]?.int ?? 30
        if grace < 0 { grace = 1 }
        if !isBound || phase == "Succeeded" || phase == "Failed" { grace = 0 }
        let previous = pod["metadata"]?["deletionGracePeriodSeconds"]?.int
        if isMarked, let previous, options.gracePeriodSeconds == nil || grace >= previous {
            if previous == 0 { return nil }
            return changed ? .mark(pod) : .keep
        }
        mark(&pod, grace: grace)
        return grace == 0 && finalizers.isEmpty ? .remove(pod) : .mark(pod)
    }
}

extension ResourceID {
    var isNamespaces: Bool { group.isEmpty && resource == "namespaces" }
    var isPods: Bool { group.isEmpty && resource == "pods" }
}
