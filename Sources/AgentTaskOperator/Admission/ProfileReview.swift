// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import KubernetesClient
import KubernetesMeta

/// Says for the webhook what a task asks for that its profile does not give: the checks of the controller, before the task is stored.
struct ProfileReview: Sendable {
    let finder: ProfileFinder
    /// Where a profile cannot name Secrets.
    let allowsAnySecret: Bool

    /// Everything in a new task that goes beyond its profile, or that there is no such profile.
    ///
    /// - Throws: `ClientError` when it cannot be found out.
    func problems(of task: AgentTask, namespace: String) async throws(ClientError) -> [AgentTaskProblem] {
        let name = task.spec.runtimeProfile
        var (found, missing) = Self.profile(name, in: try await finder.cached(name, namespace: namespace))
        // The caches may be late.
        if found == nil { (found, missing) = Self.profile(name, in: try await finder.live(name, namespace: namespace)) }
        guard let found else { return missing.map { [$0] } ?? [] }
        let excesses = found.problems(of: task, allowsAnySecret: allowsAnySecret).map(\.problem)
        return excesses + (try await finder.problem(ofNamespace: namespace, using: found).map { [$0.problem] } ?? [])
    }

    /// What a change adds to that. A profile that is gone keeps nobody from cancelling a task.
    func problems(of task: AgentTask, old: AgentTask, namespace: String) async throws(ClientError) -> [AgentTaskProblem] {
        var profile = TaskProfile(frozenIn: old.status)
        if profile == nil {
            let name = task.spec.runtimeProfile
            profile = Self.profile(name, in: try await finder.cached(name, namespace: namespace)).0
        }
        guard let profile else { return [] }
        let known = Set(profile.problems(of: old, allowsAnySecret: allowsAnySecret))
        return profile.problems(of: task, allowsAnySecret: allowsAnySecret).filter { !known.contains($0) }.map(\.problem)
    }

    private static func profile(_ name: String, in resolution: ProfileResolution) -> (TaskProfile?, AgentTaskProblem?) {
        do throws(TaskAcceptance.Refusal) {
            return (try resolution.profile(named: name), nil)
        } catch {
            let (field, text) = ("spec.runtimeProfile", error.outcome.message)
            let message = text.hasPrefix("\(field): ") ? String(text.dropFirst(field.count + 2)) : text
            return (nil, AgentTaskProblem(field: field, message: message))
        }
    }
}
