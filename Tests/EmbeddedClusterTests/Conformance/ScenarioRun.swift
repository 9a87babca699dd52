// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubernetesClient
import KubernetesJSON
import KubernetesMeta

@testable import EmbeddedCluster

/// Plays one scenario against a cluster in this process and compares each answer with the recorded one.
///
/// What it understands, and how it compares, is what the data's README says of `record.py`.
actor ScenarioRun {
    /// A step that differs, with the places.
    struct Difference: Sendable {
        var step: String
        var places: [String]
    }

    private let cluster: EmbeddedCluster
    private let hook: ScenarioHook
    private let scenario: JSONValue
    private let recording: JSONValue
    private var variables = ScenarioVariables()
    private var normaliser: Normaliser
    private var watches: [String: WatchReader] = [:]
    private var pumps: [String: Task<Void, Never>] = [:]
    private var checked = 0

    /// Headers that are compared.
    private static let headers = [
        "content-type", "warning", "www-authenticate", "retry-after", "allow", "location", "cache-control",
        "x-content-type-options", "vary",
    ]

    init(cluster: EmbeddedCluster, hook: ScenarioHook, scenario: JSONValue, recording: JSONValue, run: String) {
        self.cluster = cluster
        self.hook = hook
        self.scenario = scenario
        self.recording = recording
        variables.set("run", run, .text)
        variables.set("token", "conformance-token", .text)
        if scenario["webhook"]?.bool == true {
            variables.set("hookurl", ScenarioHook.url, .text)
            variables.set("closedurl", ScenarioHook.closedURL, .text)
            variables.set("cabundle", Base64.encode(Array("a certificate".utf8)), .text)
        }
        for name in scenario["namespaces"]?.array ?? [] {
            variables.set(name.string ?? "", "conf-\(run)-\(name.string ?? "")", .text)
        }
        for (name, value) in scenario["vars"]?.object ?? [:] {
            variables.set(name, variables.filled(value.string ?? "") ?? "", .text)
        }
        normaliser = Normaliser(variables: variables, now: Time(ClusterClock.system.wallNow()))
    }

    /// Plays all steps.
    ///
    /// - Returns: The number of steps that were compared, and those that differ.
    func play() async -> (steps: Int, differences: [Difference]) {
        for name in scenario["namespaces"]?.array ?? [] {
            let namespace: JSONValue = [
                "apiVersion": "v1", "kind": "Namespace",
                "metadata": [
                    "name": .string(variables.values[name.string ?? ""] ?? ""),
                    "labels": ["conformance": .string(variables.values["run"] ?? "")],
                ],
            ]
            _ = await send("POST", "/api/v1/namespaces", [:], namespace.serialized())
            guard scenario["waitServiceAccount"]?.bool == true else { continue }
            let path = "/api/v1/namespaces/\(variables.values[name.string ?? ""] ?? "")/serviceaccounts/default"
            _ = await poll("GET", path, [:], [], timeout: 10) { $0.status == 200 }
        }
        var differences: [Difference] = []
        for step in scenario["steps"]?.array ?? [] {
            let name = step["name"]?.string ?? ""
            let result = await play(step)
            guard let result else { continue }
            checked += 1
            let expected = Self.withoutManagedFields(recording["steps"]?[name] ?? .null)
            let places = JSONDifference.list(expected, result)
            if !places.isEmpty { differences.append(Difference(step: name, places: places)) }
        }
        for pump in pumps.values { pump.cancel() }
        for pump in pumps.values { await pump.value }
        return (checked, differences)
    }

    private static func withoutManagedFields(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object):
            .object(JSONObject(object.filter { $0.key != "managedFields" }.map { ($0.key, withoutManagedFields($0.value)) }))
        case .array(let elements): .array(elements.map(withoutManagedFields))
        default: value
        }
    }

    // MARK: Steps

    private func play(_ step: JSONValue) async -> JSONValue? {
        if step["sleep"] != nil { return nil }
        normaliser.variables = variables
        if let hook = step["hook"] { return play(hook: hook, step) }
        if let name = step["watch"]?.string { return await open(name, step) }
        if let name = step["events"]?.string { return await events(name, step) }
        if let name = step["stop"]?.string {
            pumps[name]?.cancel()
            return .object([:])
        }
        return await request(step)
    }

    /// Says what the webhook server answers, or what it was asked: all that there will be, because requests wait for their webhooks.
    private func play(hook instruction: JSONValue, _ step: JSONValue) -> JSONValue {
        if let replies = instruction["set"].flatMap({ variables.filled($0) }) { hook.set(replies) }
        if instruction["clear"]?.bool == true { hook.clear() }
        guard instruction["take"] != nil else { return .object([:]) }
        var result: JSONValue = ["requests": .array(hook.take().map { normaliser.value($0) })]
        ignore(step, &result)
        return result
    }

    private struct Answer {
        var status: Int
        var headers: JSONObject
        var body: [UInt8]
        var document: JSONValue?

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    private func request(_ step: JSONValue) async -> JSONValue {
        let method = step["method"]?.string ?? "GET"
        guard let path = variables.filled(step["path"]?.string ?? ""),
            let headers = variables.filled(step["headers"] ?? .object([:])),
            let body = body(step)
        else { return ["error": "a variable is not set"] }
        normaliser.generatedPrefix = generatedPrefix(step)
        var reached = true
        let answer: Answer
        if let until = step["until"] {
            let timeout = until["timeout"]?.double ?? 30
            answer = await poll(method, path, headers.object ?? [:], body, timeout: timeout) { self.met(until, $0) }
            reached = met(until, answer)
        } else {
            answer = await send(method, path, headers.object ?? [:], body)
        }
        var result: JSONValue = ["status": .int(answer.status), "headers": .object(answer.headers)]
        var extra = JSONObject()
        if let document = answer.document {
            capture(step, document, &extra)
            normaliser.variables = variables
            assertions(step, document, &extra)
            var body = normaliser.value(picked(step, document))
            if path.hasPrefix("/version"), body["gitVersion"] != nil, let members = body.object {
                body = .object(JSONObject(members.map { ($0.key, $0.value.string == nil ? $0.value : "<string>") }))
            }
            result["body"] = body
        } else {
            var text = normaliser.text(answer.text)
            if step["text"]?.string == "last-line" {
                while text.hasSuffix("\n") { text.removeLast() }
                text = text.split(separator: "\n").last.map(String.init) ?? ""
            }
            result["text"] = .string(text)
        }
        // Headers are recorded with variables in them.
        result["headers"] = normaliser.value(result["headers"] ?? .null)
        result = finish(step, result)
        for (key, value) in extra { result[key] = value }
        if step["until"] != nil { result["reached"] = .bool(reached) }
        return result
    }

    private func open(_ name: String, _ step: JSONValue) async -> JSONValue {
        guard let path = variables.filled(step["path"]?.string ?? ""),
            let headers = variables.filled(step["headers"] ?? .object([:]))
        else { return ["error": "a variable is not set"] }
        let (exchange, fields) = await exchange("GET", path, headers.object ?? [:], [])
        let status = exchange.head.status.code
        var result: JSONValue = ["status": .int(status), "headers": .object(fields)]
        if status == 200 {
            let reader = WatchReader()
            watches[name] = reader
            pumps[name] = Task { await reader.pump(exchange.body) }
        } else {
            let answer = await collect(exchange, fields)
            result["body"] = answer.document.map { normaliser.value($0) } ?? .string(normaliser.text(answer.text))
        }
        return finish(step, result)
    }

    private func events(_ name: String, _ step: JSONValue) async -> JSONValue {
        guard let reader = watches[name] else { return ["error": "no such watch"] }
        var wanted = Int(step["count"]?.int ?? 0)
        var seconds = step["timeout"]?.double ?? 10
        if step["quiet"] != nil { (seconds, wanted) = (0.15, .max) }
        if step["untilClosed"]?.bool == true { wanted = .max }
        let deadline = ContinuousClock.now + .milliseconds(Int(seconds * 1000))
        var found: [JSONValue] = []
        var isClosed = false
        while found.count < wanted {
            guard let item = await reader.next(until: deadline) else { break }
            guard case .event(let event) = item else {
                isClosed = true
                break
            }
            if step["skipBookmarks"]?.bool == true, event["type"]?.string == "BOOKMARK" { continue }
            if let condition = step["where"], !matches(condition, event) { continue }
            found.append(event)
            if let condition = step["untilEvent"], matches(condition, event) { break }
        }
        var result = JSONObject()
        capture(step, .array(found), &result)
        normaliser.variables = variables
        if step["ascending"]?.bool == true {
            let versions = found.compactMap { ($0["object"]?["metadata"]?["resourceVersion"]?.string).flatMap(UInt64.init) }
            result["ascending"] = .bool(!versions.isEmpty && versions == versions.sorted())
        }
        var events: [JSONValue] = []
        for event in found {
            let isBrief = step["brief"]?.bool == true
            let shown: JSONValue =
                isBrief ? ["type": event["type"] ?? .null, "name": event["object"]?["metadata"]?["name"] ?? .null] : event
            let value = normaliser.value(shown)
            if step["collapse"]?.bool == true, events.last == value { continue }
            events.append(value)
        }
        result["events"] = .array(events)
        if step["untilClosed"]?.bool == true {
            result["closed"] = isClosed ? "eof" : .null
        } else if isClosed {
            result["closedEarly"] = "eof"
        }
        var value = JSONValue.object(result)
        ignore(step, &value)
        return value
    }

    private func matches(_ condition: JSONValue, _ event: JSONValue) -> Bool {
        let value = JSONPlaces(condition["pointer"]?.string ?? "").value(in: event)
        return value != nil && value == condition["equals"].flatMap { variables.filled($0) }
    }

    // MARK: Sending

    private func send(_ method: String, _ path: String, _ headers: JSONObject, _ body: [UInt8]?) async -> Answer {
        let (exchange, fields) = await exchange(method, path, headers, body ?? [], hasBody: body != nil)
        return await collect(exchange, fields)
    }

    private func exchange(
        _ method: String,
        _ path: String,
        _ headers: JSONObject,
        _ body: [UInt8],
        hasBody: Bool = false
    ) async -> (HTTPExchange, JSONObject) {
        var given: [(String, String?)] = [("Accept", "application/json"), ("User-Agent", "conformance/1.0")]
        if hasBody, method != "GET" { given.append(("Content-Type", "application/json")) }
        for (name, value) in headers {
            given.removeAll { $0.0.lowercased() == name.lowercased() }
            given.append((name, value.string))
        }
        var head = HTTPRequest(method: HTTPRequest.Method(method) ?? .get, scheme: nil, authority: nil, path: path)
        for (name, value) in given {
            if let value, let name = HTTPField.Name(name) { head.headerFields[name] = value }
        }
        let exchange = await cluster.handle(head, body: body, user: .admin)
        var fields = JSONObject()
        for header in Self.headers {
            guard let name = HTTPField.Name(header) else { continue }
            let values = exchange.head.headerFields[values: name].filter { !$0.isEmpty }
            if values.count == 1 { fields[header] = .string(values[0]) }
            if values.count > 1 { fields[header] = .array(values.map(JSONValue.string)) }
        }
        return (exchange, fields)
    }

    private func collect(_ exchange: HTTPExchange, _ fields: JSONObject) async -> Answer {
        var bytes: [UInt8] = []
        do { bytes = try await exchange.body.collect(upTo: 64 << 20) } catch { bytes = Array("\(error)".utf8) }
        var document: JSONValue?
        do { document = try JSONValue(parsing: bytes) } catch { document = nil }
        return Answer(status: exchange.head.status.code, headers: fields, body: bytes, document: document)
    }

    /// Sends until a condition holds; between attempts waits for a change in the store, not for time.
    private func poll(
        _ method: String,
        _ path: String,
        _ headers: JSONObject,
        _ body: [UInt8]?,
        timeout: Double,
        _ isMet: (Answer) -> Bool
    ) async -> Answer {
        let clock = ClusterClock.system
        let deadline = clock.monotonicNow() + .milliseconds(Int(min(timeout, 5) * 1000))
        while true {
            let seen = cluster.store.revision
            let answer = await send(method, path, headers, body)
            if isMet(answer) || clock.monotonicNow() >= deadline { return answer }
            do {
                let start = try await cluster.store.watch(WatchScope(), after: seen, includingState: false, capacity: 1000)
                _ = await start.feed.next(until: deadline, clock: clock)
            } catch {
                continue
            }
        }
    }

    // MARK: What a step says

    private func body(_ step: JSONValue) -> [UInt8]?? {
        if let raw = step["rawBody"]?.string { return variables.filled(raw).map { Array($0.utf8) } }
        guard let given = step["body"] else { return .some(nil) }
        guard var body = variables.filled(given) else { return nil }
        if let fill = step["fill"] {
            let text = String(repeating: fill["char"]?.string ?? "a", count: Int(fill["size"]?.int ?? 0))
            JSONPlaces(fill["pointer"]?.string ?? "").replace(in: &body) { _ in .string(text) }
        }
        return PythonJSON.bytes(body)
    }

    private func generatedPrefix(_ step: JSONValue) -> String? {
        guard let prefix = step["body"]?["metadata"]?["generateName"]?.string, !prefix.isEmpty else { return nil }
        return variables.filled(prefix).map { String($0.prefix(58)) }
    }

    private func met(_ until: JSONValue, _ answer: Answer) -> Bool {
        if let text = until["text"]?.string, answer.text != variables.filled(text) { return false }
        if let status = until["status"]?.int, status != Int64(answer.status) { return false }
        guard let pointer = until["pointer"]?.string else { return true }
        let value = answer.document.flatMap { JSONPlaces(variables.filled(pointer) ?? pointer).value(in: $0) }
        guard let value else { return until["exists"]?.bool == false }
        if until["exists"]?.bool == false { return false }
        if let wanted = until["equals"] { return value == variables.filled(wanted) }
        if let length = until["length"]?.int { return Int64(value.array?.count ?? value.object?.count ?? -1) == length }
        return true
    }

    private func capture(_ step: JSONValue, _ document: JSONValue, _ result: inout JSONObject) {
        for (name, specification) in step["capture"]?.object ?? [:] {
            let pointer = specification.string ?? specification["pointer"]?.string ?? ""
            guard let value = JSONPlaces(pointer).value(in: document) else {
                result["captureFailed"] = .string(pointer)
                return
            }
            let leaf = pointer.split(separator: "/").last ?? ""
            let kind: ScenarioVariables.Kind =
                switch specification["kind"]?.string ?? (leaf == "uid" ? "uid" : leaf == "resourceVersion" ? "rv" : "plain") {
                case "uid": .uid
                case "rv": .version
                case "text": .text
                default: .plain
                }
            variables.set(name, value.string ?? value.text, kind)
        }
    }

    private func assertions(_ step: JSONValue, _ document: JSONValue, _ result: inout JSONObject) {
        var asserts = JSONObject()
        for name in ["rvAfter", "rvEquals", "listRvAtLeast"] {
            guard let variable = step[name]?.string else { continue }
            let current = (document["metadata"]?["resourceVersion"]?.string).flatMap(UInt64.init)
            let reference = variables.values[variable].flatMap(UInt64.init)
            var holds = false
            if let current, let reference {
                holds = name == "rvAfter" ? current > reference : name == "rvEquals" ? current == reference : current >= reference
            }
            asserts["\(name) \(variable)"] = .bool(holds)
        }
        if !asserts.isEmpty { result["asserts"] = .object(asserts) }
    }

    private func picked(_ step: JSONValue, _ document: JSONValue) -> JSONValue {
        var document = document
        for pick in step["pick"]?.array ?? [] {
            let wanted = (pick["values"]?.array ?? []).compactMap { variables.filled($0) }
            let key = "/" + (pick["key"]?.string ?? "").replacing(".", with: "/")
            JSONPlaces(pick["list"]?.string ?? "").replace(in: &document) { list in
                guard let elements = list.array else { return list }
                var kept = elements.filter { element in JSONPlaces(key).value(in: element).map(wanted.contains) ?? false }
                if pick["sort"]?.bool == true {
                    kept.sort { (JSONPlaces(key).value(in: $0)?.string ?? "") < (JSONPlaces(key).value(in: $1)?.string ?? "") }
                }
                return .array(kept)
            }
        }
        return document
    }

    private func finish(_ step: JSONValue, _ result: JSONValue) -> JSONValue {
        var result = result
        if step["causes"]?.string == "any-order" { sortCauses(&result) }
        ignore(step, &result)
        switch step["compare"]?.string ?? (step["until"] == nil ? "full" : "status") {
        case "status": return ["status": result["status"] ?? .null]
        case "none": return .object([:])
        case "no-body": return ["status": result["status"] ?? .null, "headers": result["headers"] ?? .null]
        default: return result
        }
    }

    private func ignore(_ step: JSONValue, _ result: inout JSONValue) {
        for entry in step["ignore"]?.array ?? [] {
            JSONPlaces(entry["pointer"]?.string ?? "").replace(in: &result) { _ in "<ignored>" }
        }
    }

    private func sortCauses(_ result: inout JSONValue) {
        guard let causes = result["body"]?["details"]?["causes"]?.array, let message = result["body"]?["message"]?.string,
            let range = message.firstRange(of: " is invalid: "),
            causes.allSatisfy({ message[range.upperBound...].contains($0["message"]?.string ?? "") })
        else { return }
        result["body"]?["details"]?["causes"] = .array(causes.sorted { Self.sortKey($0) < Self.sortKey($1) })
        result["body"]?["message"] = .string(message[..<range.lowerBound] + " is invalid: <the causes, in any order>")
    }

    /// The text that the recording program sorts by: members by name.
    private static func sortKey(_ cause: JSONValue) -> String {
        ["field", "message", "reason"].map { "\($0):\(cause[$0]?.string ?? "")" }.joined(separator: ",")
    }
}
