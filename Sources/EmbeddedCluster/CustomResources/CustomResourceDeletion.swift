// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

package import KubernetesJSON
package import KubernetesMeta

/// How a CustomResourceDefinition goes: it is marked, all its objects are deleted, and when none is left so is it
/// (`k8s.io/apiextensions-apiserver/pkg/controller/finalizer`).
package enum CustomResourceDeletion {
    /// The finalizer that keeps a deleted definition until its objects are gone.
    package static let finalizer = "customresourcecleanup.apiextensions.k8s.io"

    /// The definition as it is stored by its first DELETE.
    package static func marked(_ crd: JSONValue, now: Time) -> JSONValue {
        var result = crd
        result.change("metadata") { metadata in
            if metadata["deletionTimestamp"] == nil { metadata["deletionTimestamp"] = .string(now.description) }
            var finalizers = metadata.elements("finalizers")
            if !finalizers.contains(.string(finalizer)) { finalizers.append(.string(finalizer)) }
            metadata["finalizers"] = .array(finalizers)
        }
        CustomResourceCondition(
            type: "Terminating",
            isTrue: true,
            reason: "InstanceDeletionPending",
            message: "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon"
        ).set(in: &result, now: now)
        return result
    }

    /// Whether the objects of a definition have to be deleted.
    package static func isPending(_ crd: JSONValue) -> Bool {
        crd.at("metadata", "deletionTimestamp") != nil
            && (crd.at("metadata", "finalizers")?.array ?? []).contains(.string(finalizer))
    }

    /// The definition while its objects are being deleted.
    package static func inProgress(_ crd: JSONValue, now: Time) -> JSONValue {
        condition(crd, isTrue: true, "InstanceDeletionInProgress", "CustomResource deletion is in progress", now: now)
    }

    /// The definition when its last object is gone: without the finalizer, which ends it.
    package static func completed(_ crd: JSONValue, now: Time) -> JSONValue {
        var result = condition(crd, isTrue: false, "InstanceDeletionCompleted", "removed all instances", now: now)
        result.change("metadata") { metadata in
            let rest = metadata.elements("finalizers").filter { $0 != .string(finalizer) }
            metadata["finalizers"] = rest.isEmpty ? nil : .array(rest)
        }
        return result
    }

    private static func condition(_ crd: JSONValue, isTrue: Bool, _ reason: String, _ message: String, now: Time) -> JSONValue {
        var result = crd
        CustomResourceCondition(type: "Terminating", isTrue: isTrue, reason: reason, message: message).set(in: &result, now: now)
        return result
    }
}
