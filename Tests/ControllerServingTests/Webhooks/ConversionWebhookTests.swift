// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerRuntime
import KubernetesJSON
import KubernetesMeta
import Testing

@testable import ControllerServing

@Suite("Conversion webhooks", .timeLimit(.minutes(1)))
struct ConversionWebhookTests {
    func convert(to version: String, _ objects: [JSONValue]) async throws -> JSONValue? {
        let webhook = try Webhook.conversion([Conversion(hub: Lamp.self, spokes: [OldLamp.self])])
        #expect(webhook.path == "/convert")
        return try await WebhookResponder(
            webhooks: [webhook],
            options: WebhookServerOptions(),
            environment: RuntimeEnvironment(logger: ControllerServerTests.logger)
        ).review("/convert", Reviews.conversion(to: version, objects))["response"]
    }

    static func old(_ milliwatts: JSONValue = 5000) -> JSONValue {
        var lamp = Reviews.lamp(["milliwatts": milliwatts, "shade": ["colour": "red"]])
        lamp["apiVersion"] = "lights.example/v1beta1"
        return lamp
    }

    @Test("objects come back in their order, in the version that was asked for, with the fields that the types do not know")
    func converts() async throws {
        let response = try await convert(to: "lights.example/v1", [Self.old(), Reviews.lamp(["watts": 1]), Self.old(7000)])
        #expect(response?["uid"] == "c-1")
        #expect(response?["result"]?["status"] == "Success")
        #expect(
            response?["convertedObjects"] == [
                Reviews.lamp(["watts": 5, "shade": ["colour": "red"]]), Reviews.lamp(["watts": 1]),
                Reviews.lamp(["watts": 7, "shade": ["colour": "red"]]),
            ]
        )
        let back = try await convert(
            to: "lights.example/v1beta1",
            [Reviews.lamp(["watts": 5, "shade": ["colour": "red"]])]
        )
        #expect(back?["convertedObjects"] == [Self.old()])
    }

    @Test(
        "one object that cannot be converted fails the whole review and is named",
        arguments: [
            (
                "lights.example/v1", old(1),
                "Lamp.lights.example a/desk: cannot be converted to lights.example/v1: less than a watt"
            ),
            ("lights.example/v1", old("many"), "Lamp.lights.example a/desk: cannot be converted"),
            ("lights.example/v9", old(), "the version lights.example/v9 is not known"),
            ("v1", ["apiVersion": "v2", "kind": "Pod", "metadata": ["name": "p"]], "Pod p: nobody converts this kind here"),
            ("v1", 3, "nobody converts this kind here"),
        ] as [(String, JSONValue, String)]
    )
    func fails(version: String, object: JSONValue, message: String) async throws {
        let response = try await convert(to: version, [Reviews.lamp(["watts": 1]), object])
        #expect(response?["result"]?["status"] == "Failure")
        #expect(response?["convertedObjects"] == [])
        #expect(response?["uid"] == "c-1")
        if version.hasPrefix("lights") {
            #expect(response?["result"]?["message"]?.string?.contains(message) == true, "\(response ?? .null)")
        }
    }

    /// A version whose conversion loses the name.
    struct Nameless: ConvertibleResource {
        static let groupVersionKind = GroupVersionKind(group: "lights.example", version: "v0", kind: "Lamp")
        static let plural = "lamps"
        static let scope = ResourceScope.namespaced
        var metadata = ObjectMeta()
        init(hub: Lamp) {}
        func hub() -> Lamp { Lamp(name: "other") }
        init(from reader: inout JSONReader) throws(JSONError) { _ = try JSONValue(from: &reader) }
        func write(to writer: inout JSONWriter) { JSONValue.object([:]).write(to: &writer) }
    }

    @Test("a conversion that changes whose object it is, is refused")
    func identity() throws {
        let conversion = try Conversion(hub: Lamp.self, spokes: [Nameless.self])
        let error = #expect(throws: ServingError.self) {
            try conversion.convert(Reviews.lamp(), to: "lights.example/v0")
        }
        #expect(error?.message == "the conversion changes metadata.name, which it must not")
    }

    @Test("the same version or kind twice is refused when the webhook is made")
    func configuration() throws {
        #expect(throws: ServingError.self) { try Conversion(hub: Lamp.self, spokes: [OldLamp.self, OldLamp.self]) }
        let conversion = try Conversion(hub: Lamp.self, spokes: [OldLamp.self])
        #expect(throws: ServingError.self) { try Webhook.conversion([conversion, conversion]) }
    }
}
