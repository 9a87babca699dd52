// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import AgentTaskAPI
import KubernetesClient
import KubernetesJSON
import KubernetesMeta
import Testing

@testable import AgentTaskOperator

@Suite("The webhook of tasks", .timeLimit(.minutes(1)))
struct TaskWebhookTests {
    static let valid = JSONValue(encoding: TaskReviews.task())
    static let secretive = JSONValue(
        encoding: TaskReviews.task {
            $0.spec.env = [
                TaskReviews.variable("A", secret: "db"), TaskReviews.variable("B", secret: "mail"),
                TaskReviews.variable("C", secret: "db"),
            ]
        }
    )

    @Test("a task without fault and reference is admitted, and nobody is asked")
    func valid() async throws {
        let server = AccessServer(readable: [])
        #expect(try await TaskReviews.answer(TaskReviews.review("CREATE", Self.valid), server)["allowed"] == true)
        #expect(server.asked.withLock { $0.isEmpty })
    }

    @Test("each fault of a new task comes back with its field")
    func invalid() async throws {
        let task = TaskReviews.task {
            $0.spec.code = TaskCode()
            $0.spec.timeoutSeconds = 0
        }
        let response = try await TaskReviews.answer(TaskReviews.review("CREATE", JSONValue(encoding: task)))
        #expect(response["allowed"] == false)
        #expect(response["status"]?["code"] == 422)
        #expect(response["status"]?["reason"] == "Invalid")
        #expect(response["status"]?["message"]?.string?.contains("spec.code: set exactly one of") == true)
        #expect(
            response["status"]?["details"]?["causes"]?.array?.compactMap { $0["field"]?.string }
                == ["spec.code", "spec.timeoutSeconds"]
        )
    }

    @Test("a change of what may not change is refused, with the field")
    func immutable() async throws {
        let changed = JSONValue(encoding: TaskReviews.task { $0.spec.code.source = "print(2)" })
        let response = try await TaskReviews.answer(TaskReviews.review("UPDATE", changed, old: Self.valid))
        #expect(response["allowed"] == false)
        #expect(response["status"]?["message"] == "spec.code: code is immutable")
    }

    @Test("the creator is asked for, with groups and extra, by each object once; all references that he may not read are named")
    func references() async throws {
        let server = AccessServer(readable: ["secrets/mail", "configmaps/db"])
        let response = try await TaskReviews.answer(TaskReviews.review("CREATE", Self.secretive), server)
        #expect(response["allowed"] == false)
        #expect(response["status"]?["code"] == 403)
        #expect(response["status"]?["reason"] == "Forbidden")
        #expect(
            response["status"]?["message"]
                == "spec.env[A]: user 'bob' may not get the Secret 'db', spec.env[C]: user 'bob' may not get the Secret 'db'; ask for that right, or leave the reference out"
        )
        func spec(_ name: String) -> JSONValue {
            [
                "user": "bob", "uid": "b-1", "groups": ["devs", "system:authenticated"], "extra": ["scopes": ["a", "b"]],
                "resourceAttributes": [
                    "group": "", "version": "v1", "resource": "secrets", "verb": "get", "namespace": "team",
                    "name": .string(name),
                ],
            ]
        }
        #expect(server.asked.withLock { $0 } == [spec("db"), spec("mail")])
    }

    @Test("who may read what the task references may create it")
    func readable() async throws {
        let server = AccessServer(readable: ["secrets/mail", "secrets/db", "configmaps/code"])
        #expect(try await TaskReviews.answer(TaskReviews.review("CREATE", Self.secretive), server)["allowed"] == true)
        let code = TaskReviews.task { $0.spec.code = TaskCode(configMapRef: ConfigMapKeyReference(name: "code")) }
        let review = TaskReviews.review("CREATE", JSONValue(encoding: code))
        #expect(try await TaskReviews.answer(review, server)["allowed"] == true)
        let other = AccessServer(readable: ["secrets/code"])
        let response = try await TaskReviews.answer(review, other)
        #expect(response["status"]?["message"]?.string?.hasPrefix("spec.code.configMapRef: user 'bob' may not get") == true)
    }

    @Test("an answer without a clear yes is a no", arguments: [[:], ["allowed": true, "denied": true]] as [JSONValue])
    func unclear(status: JSONValue) async throws {
        let server = AccessServer { _ in status }
        #expect(try await TaskReviews.answer(TaskReviews.review("CREATE", Self.secretive), server)["allowed"] == false)
    }

    @Test("when the API server cannot be asked, the task is refused for now")
    func unasked() async throws {
        let response = try await TaskReviews.answer(
            TaskReviews.review("CREATE", Self.secretive),
            AccessServer { _ in nil }
        )
        #expect(response["allowed"] == false)
        #expect(response["status"]?["code"] == 503)
        let message = response["status"]?["message"]?.string ?? ""
        #expect(message.hasPrefix("spec.env[A]: it could not be found out whether you may get the Secret 'db'"))
        #expect(message.contains("try again"))
    }

    @Test("what adds a reference is asked about as a new task is")
    func addedReference() async throws {
        let review = TaskReviews.review("UPDATE", Self.secretive, old: Self.valid)
        #expect(try await TaskReviews.answer(review, AccessServer(readable: ["secrets/db"]))["status"]?["code"] == 403)
        #expect(try await TaskReviews.answer(review, AccessServer(readable: ["secrets/db", "secrets/mail"]))["allowed"] == true)
    }

    @Test("a task that is being deleted, its status and its deletion pass without a question")
    func passes() async throws {
        let server = AccessServer(readable: [])
        let going = JSONValue(
            encoding: TaskReviews.task {
                $0.metadata.deletionTimestamp = Time(seconds: 1)
                $0.metadata.finalizers = ["execution.agenttask.io/finalizer"]
                $0.spec.code = TaskCode()
            }
        )
        for review in [
            TaskReviews.review("UPDATE", Self.secretive, old: going),
            TaskReviews.review("UPDATE", Self.secretive, old: Self.valid, subresource: "status"),
            TaskReviews.review("DELETE", old: going), TaskReviews.review("CONNECT"),
        ] {
            #expect(try await TaskReviews.answer(review, server)["allowed"] == true)
        }
        #expect(server.asked.withLock { $0.isEmpty })
    }

    @Test(
        "an object that is no task is refused with what is wrong",
        arguments: [
            JSONValue.null, ["apiVersion": "v1", "kind": "Pod"],
            ["apiVersion": "execution.agenttask.io/v1alpha1", "kind": "AgentTask", "spec": [1]],
            ["apiVersion": "execution.agenttask.io/v1alpha1", "kind": "AgentTask", "spec": ["env": [["name": 3]]]],
            ["apiVersion": "execution.agenttask.io/v1alpha1", "kind": "AgentTask"],
        ]
    )
    func noTask(object: JSONValue) async throws {
        let response = try await TaskReviews.answer(TaskReviews.review("CREATE", object))
        #expect(response["allowed"] == false)
        #expect([400, 422].contains(response["status"]?["code"]?.int))
        #expect(response["status"]?["message"]?.string?.isEmpty == false)
    }

    @Test("what is no review is answered with 400", arguments: ["", "{", "[]", "{}", #"{"apiVersion":"v1","kind":"Pod"}"#])
    func garbage(body: String) async throws {
        #expect(try await TaskReviews.send(Array(body.utf8), to: AccessServer(readable: [])).status == 400)
    }
}
