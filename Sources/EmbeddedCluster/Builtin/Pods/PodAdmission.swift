// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// What a real server's admission plugins ServiceAccount, Priority and DefaultTolerationSeconds do to a new pod.
struct PodAdmission {
    let context: RequestContext

    /// The objects that admission looks at.
    static func references(of pod: JSONValue, namespace: String) -> [StorageKey] {
        var keys = [serviceAccountKey(of: pod, namespace: namespace)]
        let priorityClass = pod["spec"]?.text("priorityClassName") ?? ""
        if !priorityClass.isEmpty { keys.append(PriorityClassRules.key(priorityClass)) }
        return keys
    }

    func admit(_ pod: inout JSONValue) throws(StatusError) {
        try admitServiceAccount(&pod)
        try admitPriority(&pod)
        pod.change("spec", Self.addTolerations)
    }

    // MARK: Service account

    private func admitServiceAccount(_ pod: inout JSONValue) throws(StatusError) {
        let key = Self.serviceAccountKey(of: pod, namespace: context.namespace)
        let account = context.referenced[key]
        // The account `default` of a namespace comes a moment after the namespace; pods need not wait for it here.
        guard account != nil || key.name == "default" else {
            throw forbidden(
                pod,
                "error looking up service account \(key.namespace)/\(key.name): serviceaccount \(GoText.quoted(key.name)) not found"
            )
        }
        let mountsToken =
            pod.at("spec", "automountServiceAccountToken")?.bool ?? account?["automountServiceAccountToken"]?.bool ?? true
        pod.change("spec") { spec in
            spec["serviceAccountName"] = .string(key.name)
            if spec.elements("imagePullSecrets").isEmpty, let secrets = account?["imagePullSecrets"] {
                spec["imagePullSecrets"] = secrets
            }
            if mountsToken { ServiceAccountTokenVolume(name: "kube-api-access-" + context.randomSuffix(5)).add(to: &spec) }
        }
    }

    private static func serviceAccountKey(of pod: JSONValue, namespace: String) -> StorageKey {
        let names = [pod["spec"]?.text("serviceAccountName"), pod["spec"]?.text("serviceAccount"), "default"].compactMap(\.self)
        return StorageKey(
            group: "",
            resource: "serviceaccounts",
            namespace: namespace,
            name: names.first { !$0.isEmpty } ?? "default"
        )
    }

    // MARK: Priority

    private func admitPriority(_ pod: inout JSONValue) throws(StatusError) {
        let name = pod["spec"]?.text("priorityClassName") ?? ""
        var priority: Int64 = 0
        var preemption: JSONValue = "PreemptLowerPriority"
        if !name.isEmpty {
            guard let priorityClass = context.referenced[PriorityClassRules.key(name)] ?? PriorityClassRules.system(named: name)
            else {
                throw forbidden(pod, "no PriorityClass with name \(name) was found")
            }
            priority = priorityClass.integer("value") ?? 0
            if let policy = priorityClass["preemptionPolicy"] { preemption = policy }
        }
        if let given = pod["spec"]?.integer("priority"), given != priority {
            throw forbidden(
                pod,
                "the integer value of priority (\(given)) must not be provided in pod spec; priority admission controller computed \(priority) from the given PriorityClass name"
            )
        }
        pod.change("spec") { spec in
            spec["priority"] = .int(priority)
            spec.setDefault("preemptionPolicy", preemption)
        }
    }

    // MARK: Tolerations

    /// Pods stay for five minutes on nodes that are not ready or not reachable, unless they say otherwise.
    private static func addTolerations(_ spec: inout JSONValue) {
        var tolerations = spec.elements("tolerations")
        for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
            let isTolerated = tolerations.contains { toleration in
                ["", key].contains(toleration.text("key")) && ["", "NoExecute"].contains(toleration.text("effect"))
            }
            if isTolerated { continue }
            tolerations.append(["key": .string(key), "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300])
        }
        spec["tolerations"] = .array(tolerations)
    }

    private func forbidden(_ pod: JSONValue, _ text: String) -> StatusError {
        .forbidden(QualifiedName(group: "", name: "pods"), name: pod.at("metadata", "name")?.string ?? "", text)
    }
}
