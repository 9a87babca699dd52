// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesCore
public import KubernetesJSON

/// What to run and within which limits.
public struct AgentTaskSpec: Sendable, Hashable {
    /// The environment to run in. Immutable.
    public var runtimeProfile: String
    /// The program. Immutable.
    public var code: TaskCode
    /// Arguments of the program, at most 64.
    public var args: [String]?
    /// Environment of the program, at most 64 variables; names `AGENTTASK_*` are reserved.
    public var env: [TaskEnvironmentVariable]?
    /// CPU, memory and ephemeral storage.
    public var resources: ResourceRequirements?
    /// Seconds that the program may run from the container's start, 1 to 86,400, default that of the profile, else
    /// 300. Never raised.
    public var timeoutSeconds: Int32?
    /// Seconds from admission to the container's start, 1 to 86,400, default 300.
    public var startupTimeoutSeconds: Int32?
    /// Stop the task. Cannot be unset.
    public var canceled: Bool?
    /// Hold the task before it is admitted.
    public var suspend: Bool?
    /// Delete the task that many seconds after its end.
    public var ttlSecondsAfterFinished: Int32?
    /// How often a failed task is tried again, 0 to 10, default 0.
    public var backoffLimit: Int32?
    /// Which failures are tried again: `Never`, `OnInfrastructureFailure` (default) or `OnFailure`.
    public var retryPolicy: String?
    /// The PriorityClass of the pod.
    public var priorityClassName: String?
    /// The tenant, a label value. Immutable.
    public var tenant: String?
    /// What runs the task: empty, `auto`, `pod` or `sandbox`. Immutable.
    public var backend: String?
    /// Network access; none when absent.
    public var network: TaskNetwork?
    private var unknownFields = UnknownFields()

    /// All fields by name; absent ones are nil.
    public init(
        runtimeProfile: String,
        code: TaskCode,
        args: [String]? = nil,
        env: [TaskEnvironmentVariable]? = nil,
        resources: ResourceRequirements? = nil,
        timeoutSeconds: Int32? = nil,
        startupTimeoutSeconds: Int32? = nil,
        canceled: Bool? = nil,
        suspend: Bool? = nil,
        ttlSecondsAfterFinished: Int32? = nil,
        backoffLimit: Int32? = nil,
        retryPolicy: String? = nil,
        priorityClassName: String? = nil,
        tenant: String? = nil,
        backend: String? = nil,
        network: TaskNetwork? = nil
    ) {
        self.runtimeProfile = runtimeProfile
        self.code = code
        self.args = args
        self.env = env
        self.resources = resources
        self.timeoutSeconds = timeoutSeconds
        self.startupTimeoutSeconds = startupTimeoutSeconds
        self.canceled = canceled
        self.suspend = suspend
        self.ttlSecondsAfterFinished = ttlSecondsAfterFinished
        self.backoffLimit = backoffLimit
        self.retryPolicy = retryPolicy
        self.priorityClassName = priorityClassName
        self.tenant = tenant
        self.backend = backend
        self.network = network
    }
}

extension AgentTaskSpec: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        self.init(runtimeProfile: "", code: TaskCode())
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "runtimeProfile": try reader.read(into: &runtimeProfile)
            case "code": try reader.read(into: &code)
            case "args": args = try reader.readIfPresent()
            case "env": env = try reader.readIfPresent()
            case "resources": resources = try reader.readIfPresent()
            case "timeoutSeconds": timeoutSeconds = try reader.readIfPresent()
            case "startupTimeoutSeconds": startupTimeoutSeconds = try reader.readIfPresent()
            case "canceled": canceled = try reader.readIfPresent()
            case "suspend": suspend = try reader.readIfPresent()
            case "ttlSecondsAfterFinished": ttlSecondsAfterFinished = try reader.readIfPresent()
            case "backoffLimit": backoffLimit = try reader.readIfPresent()
            case "retryPolicy": retryPolicy = try reader.readIfPresent()
            case "priorityClassName": priorityClassName = try reader.readIfPresent()
            case "tenant": tenant = try reader.readIfPresent()
            case "backend": backend = try reader.readIfPresent()
            case "network": network = try reader.readIfPresent()
            default: try unknownFields.read(key, from: &reader)
            }
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("runtimeProfile", runtimeProfile)
        writer.member("code", code)
        writer.memberIfPresent("args", args)
        writer.memberIfPresent("env", env)
        writer.memberIfPresent("resources", resources)
        writer.memberIfPresent("timeoutSeconds", timeoutSeconds)
        writer.memberIfPresent("startupTimeoutSeconds", startupTimeoutSeconds)
        writer.memberIfPresent("canceled", canceled)
        writer.memberIfPresent("suspend", suspend)
        writer.memberIfPresent("ttlSecondsAfterFinished", ttlSecondsAfterFinished)
        writer.memberIfPresent("backoffLimit", backoffLimit)
        writer.memberIfPresent("retryPolicy", retryPolicy)
        writer.memberIfPresent("priorityClassName", priorityClassName)
        writer.memberIfPresent("tenant", tenant)
        writer.memberIfPresent("backend", backend)
        writer.memberIfPresent("network", network)
        unknownFields.write(to: &writer)
        writer.endObject()
    }
}
