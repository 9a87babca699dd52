// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON

/// The rules for containers (`validateContainers` and what it calls in `k8s.io/kubernetes/pkg/apis/core/validation`), in its order.
struct ContainerValidation {
    /// Names of the volumes that a container may mount.
    let volumes: Set<String>

    enum Role {
        case regular
        case initializing
        case ephemeral
    }

    func errors(_ containers: [JSONValue], _ field: String, role: Role = .regular, otherNames: Set<String> = []) -> [FieldError] {
        if containers.isEmpty { return role == .regular ? [.required(field)] : [] }
        var errors: [FieldError] = []
        var names = otherNames
        for (index, container) in containers.enumerated() {
            let path = "\(field)[\(index)]"
            errors += common(container, path)
            let name = container.text("name")
            if !name.isEmpty, !names.insert(name).inserted { errors.append(.duplicate(path + ".name", .string(name))) }
            let policies = ["Always", "Never", "OnFailure"]
            errors += FieldChecks.choice(container.text("restartPolicy"), path + ".restartPolicy", policies, isOptional: true)
            let isSidecar = role == .initializing && container.text("restartPolicy") == "Always"
            if role == .regular || isSidecar {
                errors += ProbeValidation.lifecycleErrors(container["lifecycle"], path + ".lifecycle")
                errors += ProbeValidation.errors(container["livenessProbe"], path + ".livenessProbe", needsSingleSuccess: true)
                errors += ProbeValidation.errors(container["readinessProbe"], path + ".readinessProbe", needsSingleSuccess: false)
                errors += ProbeValidation.errors(container["startupProbe"], path + ".startupProbe", needsSingleSuccess: true)
            } else {
                errors += forbiddenProbes(container, path, role)
            }
        }
        if role == .regular { errors += hostPortConflicts(containers, field) }
        return errors
    }

    private func forbiddenProbes(_ container: JSONValue, _ path: String, _ role: Role) -> [FieldError] {
        let reason =
            role == .ephemeral
            ? "cannot be set for an Ephemeral Container" : "may not be set for init containers without restartPolicy=Always"
        return ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"].filter { container[$0] != nil }
            .map { .forbidden(path + "." + $0, reason) }
    }

    private func common(_ container: JSONValue, _ path: String) -> [FieldError] {
        var errors: [FieldError] = []
        let name = container.text("name")
        errors += name.isEmpty ? [.required(path + ".name")] : FieldChecks.label(name, path + ".name")
        errors += Self.imageErrors(container.text("image"), path + ".image")
        errors += FieldChecks.choice(
            container.text("terminationMessagePolicy"),
            path + ".terminationMessagePolicy",
            ["File", "FallbackToLogsOnError"]
        )
        errors += portErrors(container.elements("ports"), path + ".ports")
        errors += EnvironmentValidation.errors(container.elements("env"), path + ".env")
        errors += EnvironmentValidation.sourceErrors(container.elements("envFrom"), path + ".envFrom")
        errors += mountErrors(container.elements("volumeMounts"), path + ".volumeMounts")
        errors += FieldChecks.choice(
            container.text("imagePullPolicy"),
            path + ".imagePullPolicy",
            ["Always", "IfNotPresent", "Never"]
        )
        errors += ResourceValidation.errors(container["resources"], path + ".resources")
        errors += SecurityContextValidation.containerErrors(container["securityContext"], path + ".securityContext")
        return errors
    }

    static func imageErrors(_ image: String, _ field: String) -> [FieldError] {
        if image.isEmpty { return [.required(field)] }
        guard image.first?.isWhitespace == true || image.last?.isWhitespace == true else { return [] }
        return [.invalid(field, .string(image), "must not have leading or trailing whitespace")]
    }

    // MARK: Ports

    private func portErrors(_ ports: [JSONValue], _ field: String) -> [FieldError] {
        var errors: [FieldError] = []
        var names: Set<String> = []
        for (index, port) in ports.enumerated() {
            let path = "\(field)[\(index)]"
            let name = port.text("name")
            if !name.isEmpty {
                let complaints = FieldChecks.portNameErrors(name)
                errors += complaints.map { .invalid(path + ".name", .string(name), $0) }
                if complaints.isEmpty, !names.insert(name).inserted { errors.append(.duplicate(path + ".name", .string(name))) }
            }
            let number = port.integer("containerPort") ?? 0
            errors += number == 0 ? [.required(path + ".containerPort")] : FieldChecks.portNumber(number, path + ".containerPort")
            if let hostPort = port.integer("hostPort"), hostPort != 0 {
                errors += FieldChecks.portNumber(hostPort, path + ".hostPort")
            }
            errors += FieldChecks.choice(port.text("protocol"), path + ".protocol", ["SCTP", "TCP", "UDP"])
        }
        return errors
    }

    private func hostPortConflicts(_ containers: [JSONValue], _ field: String) -> [FieldError] {
        var errors: [FieldError] = []
        var taken: Set<String> = []
        for (index, container) in containers.enumerated() {
            for (position, port) in container.elements("ports").enumerated() {
                guard let number = port.integer("hostPort"), number != 0 else { continue }
                let text = "\(port.text("protocol"))/\(port.text("hostIP"))/\(number)"
                if !taken.insert(text).inserted {
                    errors.append(.duplicate("\(field)[\(index)].ports[\(position)].hostPort", .string(text)))
                }
            }
        }
        return errors
    }

    // MARK: Mounts

    private func mountErrors(_ mounts: [JSONValue], _ field: String) -> [FieldError] {
        var errors: [FieldError] = []
        var places: Set<String> = []
        for (index, mount) in mounts.enumerated() {
            let path = "\(field)[\(index)]"
            let name = mount.text("name")
            if name.isEmpty { errors.append(.required(path + ".name")) }
            if !volumes.contains(name) { errors.append(FieldError(.notFound, field: path + ".name", badValue: .string(name))) }
            let place = mount.text("mountPath")
            if place.isEmpty { errors.append(.required(path + ".mountPath")) }
            if !places.insert(place).inserted { errors.append(.invalid(path + ".mountPath", .string(place), "must be unique")) }
            let subPath = mount.text("subPath")
            if !subPath.isEmpty { errors += FieldChecks.descendingPath(subPath, path + ".subPath") }
            let expression = mount.text("subPathExpr")
            if !expression.isEmpty {
                if !subPath.isEmpty {
                    errors.append(
                        .invalid(path + ".subPathExpr", .string(expression), "subPathExpr and subPath are mutually exclusive")
                    )
                }
                errors += FieldChecks.descendingPath(expression, path + ".subPathExpr")
            }
            let modes = ["Bidirectional", "HostToContainer", "None"]
            errors += FieldChecks.choice(mount.text("mountPropagation"), path + ".mountPropagation", modes, isOptional: true)
        }
        return errors
    }
}
