// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// What the server fills into containers.
enum ContainerDefaults {
    static func apply(to container: inout JSONValue) {
        container.setDefault("resources", .object([:]))
        container.setDefault("terminationMessagePath", "/dev/termination-log")
        container.setDefault("terminationMessagePolicy", "File")
        container.setDefault("imagePullPolicy", .string(isLatest(container.text("image")) ? "Always" : "IfNotPresent"))
        container.forEachElement("ports") { $0.setDefault("protocol", "TCP") }
        container.forEachElement("env") { variable in
            variable.ifPresent("valueFrom") { source in source.ifPresent("fieldRef") { $0.setDefault("apiVersion", "v1") } }
        }
        for name in ["livenessProbe", "readinessProbe", "startupProbe"] { container.ifPresent(name, applyToProbe) }
        container.ifPresent("lifecycle") { lifecycle in
            for hook in ["postStart", "preStop"] { lifecycle.ifPresent(hook, applyToHandler) }
        }
    }

    private static func applyToProbe(_ probe: inout JSONValue) {
        applyToHandler(&probe)
        probe.setDefault("timeoutSeconds", 1)
        probe.setDefault("periodSeconds", 10)
        probe.setDefault("successThreshold", 1)
        probe.setDefault("failureThreshold", 3)
        probe.ifPresent("grpc") { $0.setDefault("service", "") }
    }

    private static func applyToHandler(_ handler: inout JSONValue) {
        handler.ifPresent("httpGet") { request in
            request.setDefault("path", "/")
            request.setDefault("scheme", "HTTP")
        }
    }

    /// Whether an image has the tag `latest`, or neither tag nor digest.
    private static func isLatest(_ image: String) -> Bool {
        let parts = image.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, name == name.drop(while: \.isWhitespace), !name.isEmpty else { return false }
        // A colon before the last slash belongs to the registry's port.
        let last = name.split(separator: "/", omittingEmptySubsequences: false).last ?? name
        guard let colon = last.lastIndex(of: ":") else { return parts.count == 1 }
        return last[last.index(after: colon)...] == "latest"
    }
}
