// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesJSON
public import KubernetesMeta

/// What a profile gives to tasks and what it allows them. What is absent allows nothing more than every task has.
public struct RuntimeProfileSpec: Sendable, Hashable {
    /// The container image; a digest is advised, because a tag may come to mean another image.
    public var image: String
    /// `Always`, `IfNotPresent` (default) or `Never`.
    public var imagePullPolicy: String?
    /// Names of Secrets of each task's namespace, with which nodes pull the image.
    public var imagePullSecrets: [String]?
    /// The file name of a task's code under `/workspace`; when absent, the built-in profile of the name, or of the language that the name begins
    /// with, says it.
    public var entrypoint: String?
    /// The program that runs the entrypoint, and its arguments; the entrypoint's path follows. When absent as for ``entrypoint``.
    public var command: [String]?
    /// Variables of every task, with values only; a task's own of the same name win.
    public var env: [TaskEnvironmentVariable]?
    /// The RuntimeClass, such as one of gVisor or Kata.
    public var runtimeClassName: String?
    /// False gives each pod a user namespace of its own, where nodes can.
    public var hostUsers: Bool?
    /// User, group and fsGroup of the program, 1000 or more, default 1000.
    public var runAsUser: Int64?
    /// What a task gets when it asks for nothing, and the most that it may ask for.
    @Indirect public var resources: ProfileResources?
    /// The time that a program has when its task says nothing, and the most that a task may ask for.
    public var timeoutSeconds: ProfileTimeout?
    /// How large the writable directories may grow.
    public var storage: ProfileStorage?
    /// What tasks may reach; nothing when absent.
    @Indirect public var network: ProfileNetwork?
    /// The Secrets that tasks may name; none when absent.
    public var secrets: ProfileSecrets?
    /// The PriorityClasses that tasks may name; none when absent.
    public var priorityClassNames: [String]?
    /// On which nodes tasks run.
    @Indirect public var scheduling: ProfileScheduling?
    /// How many tasks of this profile may be active at once; as many as there are when absent.
    public var limits: ProfileLimits?
    /// The namespaces, by their labels, whose tasks may use the profile; all when absent.
    @Indirect public var allowedNamespaces: LabelSelector?
    private var unknownFields = UnknownFields()

    /// All fields by name; absent ones are nil.
    public init(
        image: String,
        imagePullPolicy: String? = nil,
        imagePullSecrets: [String]? = nil,
        entrypoint: String? = nil,
        command: [String]? = nil,
        env: [TaskEnvironmentVariable]? = nil,
        runtimeClassName: String? = nil,
        hostUsers: Bool? = nil,
        runAsUser: Int64? = nil,
        resources: ProfileResources? = nil,
        timeoutSeconds: ProfileTimeout? = nil,
        storage: ProfileStorage? = nil,
        network: ProfileNetwork? = nil,
        secrets: ProfileSecrets? = nil,
        priorityClassNames: [String]? = nil,
        scheduling: ProfileScheduling? = nil,
        limits: ProfileLimits? = nil,
        allowedNamespaces: LabelSelector? = nil
    ) {
        self.image = image
        self.imagePullPolicy = imagePullPolicy
        self.imagePullSecrets = imagePullSecrets
        self.entrypoint = entrypoint
        self.command = command
        self.env = env
        self.runtimeClassName = runtimeClassName
        self.hostUsers = hostUsers
        self.runAsUser = runAsUser
        self.resources = resources
        self.timeoutSeconds = timeoutSeconds
        self.storage = storage
        self.network = network
        self.secrets = secrets
        self.priorityClassNames = priorityClassNames
        self.scheduling = scheduling
        self.limits = limits
        self.allowedNamespaces = allowedNamespaces
    }
}

extension RuntimeProfileSpec: JSONReadable, JSONWritable {
    public init(from reader: inout JSONReader) throws(JSONError) {
        self.init(image: "")
        try reader.beginObject()
        // Boxed members by their wrapper: Swift 6.3 leaks what a member held that comes twice.
        while let key = try reader.nextKey() {
            switch key {
            case "image": try reader.read(into: &self.image)
            case "imagePullPolicy": self.imagePullPolicy = try reader.readIfPresent()
            case "imagePullSecrets": self.imagePullSecrets = try reader.readIfPresent()
            case "entrypoint": self.entrypoint = try reader.readIfPresent()
            case "command": self.command = try reader.readIfPresent()
            case "env": self.env = try reader.readIfPresent()
            case "runtimeClassName": self.runtimeClassName = try reader.readIfPresent()
            case "hostUsers": self.hostUsers = try reader.readIfPresent()
            case "runAsUser": self.runAsUser = try reader.readIfPresent()
            case "resources": self._resources.wrappedValue = try reader.readIfPresent()
            case "timeoutSeconds": self.timeoutSeconds = try reader.readIfPresent()
            case "storage": self.storage = try reader.readIfPresent()
            case "network": self._network.wrappedValue = try reader.readIfPresent()
            case "secrets": self.secrets = try reader.readIfPresent()
            case "priorityClassNames": self.priorityClassNames = try reader.readIfPresent()
            case "scheduling": self._scheduling.wrappedValue = try reader.readIfPresent()
            case "limits": self.limits = try reader.readIfPresent()
            case "allowedNamespaces": self._allowedNamespaces.wrappedValue = try reader.readIfPresent()
            default: try unknownFields.read(key, from: &reader)
            }
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("image", image)
        writer.memberIfPresent("imagePullPolicy", imagePullPolicy)
        writer.memberIfPresent("imagePullSecrets", imagePullSecrets)
        writer.memberIfPresent("entrypoint", entrypoint)
        writer.memberIfPresent("command", command)
        writer.memberIfPresent("env", env)
        writer.memberIfPresent("runtimeClassName", runtimeClassName)
        writer.memberIfPresent("hostUsers", hostUsers)
        writer.memberIfPresent("runAsUser", runAsUser)
        writer.memberIfPresent("resources", resources)
        writer.memberIfPresent("timeoutSeconds", timeoutSeconds)
        writer.memberIfPresent("storage", storage)
        writer.memberIfPresent("network", network)
        writer.memberIfPresent("secrets", secrets)
        writer.memberIfPresent("priorityClassNames", priorityClassNames)
        writer.memberIfPresent("scheduling", scheduling)
        writer.memberIfPresent("limits", limits)
        writer.memberIfPresent("allowedNamespaces", allowedNamespaces)
        unknownFields.write(to: &writer)
        writer.endObject()
    }
}
