// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON
public import KubernetesMeta

/// What the operator saw of a task.
public struct AgentTaskStatus: Sendable, Hashable {
    /// A ``TaskPhase``, as text.
    public var phase: String?
    /// Why, in one word; of a failed task a ``FailureReason``.
    public var reason: String?
    /// Why, in a sentence; at most 4,096 characters.
    public var message: String?
    /// The program's exit code; 0 is written.
    public var exitCode: Int32?
    /// The signal that ended the program.
    public var signal: Int32?
    /// The pod of the last attempt.
    public var podRef: PodReference?
    /// When the task was accepted.
    public var startTime: Time?
    /// When the task was admitted.
    public var admittedTime: Time?
    /// When the container started, from the pod.
    public var executionStartTime: Time?
    /// When the task ended.
    public var completionTime: Time?
    /// How many pods were made for the task.
    public var attempts: Int32?
    /// The generation of the spec that this status is about.
    public var observedGeneration: Int64?
    /// The conditions; see ``ConditionType``.
    public var conditions: [Condition]?
    /// The end of a failed program's output, at most 2,048 bytes.
    public var logTail: String?
    /// What the program wrote to its result file.
    public var result: TaskResult?
    /// The runtime profile as it was at acceptance.
    public var resolvedProfile: ResolvedProfile?
    private var unknownFields = UnknownFields()

    /// All fields by name; absent ones are nil.
    public init(
        phase: String? = nil,
        reason: String? = nil,
        message: String? = nil,
        exitCode: Int32? = nil,
        signal: Int32? = nil,
        podRef: PodReference? = nil,
        startTime: Time? = nil,
        admittedTime: Time? = nil,
        executionStartTime: Time? = nil,
        completionTime: Time? = nil,
        attempts: Int32? = nil,
        observedGeneration: Int64? = nil,
        conditions: [Condition]? = nil,
        logTail: String? = nil,
        result: TaskResult? = nil,
        resolvedProfile: ResolvedProfile? = nil
    ) {
        self.phase = phase
        self.reason = reason
        self.message = message
        self.exitCode = exitCode
        self.signal = signal
        self.podRef = podRef
        self.startTime = startTime
        self.admittedTime = admittedTime
        self.executionStartTime = executionStartTime
        self.completionTime = completionTime
        self.attempts = attempts
        self.observedGeneration = observedGeneration
        self.conditions = conditions
        self.logTail = logTail
        self.result = result
        self.resolvedProfile = resolvedProfile
    }
}

extension AgentTaskStatus: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "phase": phase = try reader.readIfPresent()
            case "reason": reason = try reader.readIfPresent()
            case "message": message = try reader.readIfPresent()
            case "exitCode": exitCode = try reader.readIfPresent()
            case "signal": signal = try reader.readIfPresent()
            case "podRef": podRef = try reader.readIfPresent()
            case "startTime": startTime = try reader.readIfPresent()
            case "admittedTime": admittedTime = try reader.readIfPresent()
            case "executionStartTime": executionStartTime = try reader.readIfPresent()
            case "completionTime": completionTime = try reader.readIfPresent()
            case "attempts": attempts = try reader.readIfPresent()
            case "observedGeneration": observedGeneration = try reader.readIfPresent()
            case "conditions": conditions = try reader.readIfPresent()
            case "logTail": logTail = try reader.readIfPresent()
            case "result": result = try reader.readIfPresent()
            case "resolvedProfile": resolvedProfile = try reader.readIfPresent()
            default: try unknownFields.read(key, from: &reader)
            }
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.memberIfPresent("phase", phase)
        writer.memberIfPresent("reason", reason)
        writer.memberIfPresent("message", message)
        writer.memberIfPresent("exitCode", exitCode)
        writer.memberIfPresent("signal", signal)
        writer.memberIfPresent("podRef", podRef)
        writer.memberIfPresent("startTime", startTime)
        writer.memberIfPresent("admittedTime", admittedTime)
        writer.memberIfPresent("executionStartTime", executionStartTime)
        writer.memberIfPresent("completionTime", completionTime)
        writer.memberIfPresent("attempts", attempts)
        writer.memberIfPresent("observedGeneration", observedGeneration)
        writer.memberIfPresent("conditions", conditions)
        writer.memberIfPresent("logTail", logTail)
        writer.memberIfPresent("result", result)
        writer.memberIfPresent("resolvedProfile", resolvedProfile)
        unknownFields.write(to: &writer)
        writer.endObject()
    }
}
