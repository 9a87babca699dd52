// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import ControllerRuntime
public import KubernetesClient

extension ControllerFlags {
    /// The `main` of an operator: makes what the flags ask for, lets `assemble` add the controllers, and runs until SIGTERM or SIGINT.
    ///
    /// Log, client, servers and leader election come from the flags. The elector has a connection of its own, so that nothing else delays a
    /// renewal. With leader election, the client that `assemble` is given starts no write but under a term of leadership.
    ///
    /// - Parameters:
    ///   - name: The program's, for the log and for the lease when no flag names one.
    ///   - assemble: Adds caches and controllers to the manager, made with the manager's environment.
    /// - Throws: What `assemble` and `Manager.run()` throw; `ClientError` for a kubeconfig that cannot be read. The process must end then.
    public func run(_ name: String, assemble: (Manager, KubernetesClient) async throws -> Void) async throws {
        let environment = RuntimeEnvironment(logger: logging.makeLogger(label: name))
        let client = try connection.makeClient(environment: environment)
        let electionClient = try connection.makeClient(environment: environment)
        let manager = Manager(environment: environment, options: shutdown.managerOptions)
        try await serving.makeParts(client: client, environment: environment).add(to: manager)
        if leaderElection.leaderElect {
            let identity = LeaderElectionOptions.identity(host: HostName.current, random: environment.random)
            let options = leaderElection.options(
                defaultName: name,
                defaultNamespace: client.defaultNamespace,
                identity: identity
            )
            try await manager.add(LeaderElector(client: electionClient, options: options, environment: environment))
        }
        try await assemble(manager, leaderElection.leaderElect ? client.fenced(environment: environment) : client)
        try await manager.runUntilSignal()
        await client.transport.shutdown()
        await electionClient.transport.shutdown()
    }
}
