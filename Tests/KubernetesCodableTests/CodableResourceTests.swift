// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesCodable
import KubernetesCore
import KubernetesJSON
import KubernetesMeta
import Testing

@Suite("Codable types as resources")
struct CodableResourceTests {
    struct Widget: CodableResource, Hashable {
        enum Colour: String, Codable { case red, blue }

        struct Spec: Codable, Hashable {
            var size: Int
            var colour: Colour?
            var ratio: Double?
            var parts: [String: [UInt8]]?
            var capacity: Quantity?
            var port: IntOrString?
            var template: PodTemplateSpec?
            var extra: JSONValue?
        }

        static let groupVersionKind = GroupVersionKind(group: "example.com", version: "v1", kind: "Widget")
        static let plural = "widgets"
        static let scope = ResourceScope.namespaced
        var metadata = ObjectMeta()
        var spec: Spec
        var conditions: [Condition]?
    }

    private static let document = """
        {"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"a","creationTimestamp":"2024-01-02T03:04:05Z"},\
        "spec":{"size":9223372036854775807,"colour":"red","ratio":0.25,"parts":{"x":[0,255]},"capacity":"1Gi","port":"http",\
        "template":{"spec":{"containers":[{"name":"c","resources":{"limits":{"cpu":"500m"}}}]}},"extra":{"n":1.50,"z":null}},\
        "conditions":[{"type":"Ready","status":"True","reason":"R","message":"","lastTransitionTime":"2024-01-02T03:04:05Z"}]}
        """

    @Test("an object is read into the type's own members and into Kubernetes' types, and written back the same")
    func roundTrip() throws {
        let json = try JSONValue(parsing: Self.document)
        let widget = try json.decoded(as: Widget.self)
        #expect(widget.spec.size == .max)
        #expect(widget.spec.colour == .red)
        #expect(widget.spec.capacity == Quantity("1024Mi"))
        #expect(widget.spec.template?.spec?.containers.first?.resources?.limits?["cpu"] == Quantity("500m"))
        #expect(widget.metadata.creationTimestamp == Time("2024-01-02T03:04:05Z"))
        #expect(widget.conditions?.isTrue("Ready") == true)
        #expect(JSONValue(encoding: widget) == json)
        #expect(JSONValue(encoding: widget).object?.keys.prefix(2) == ["apiVersion", "kind"])
    }

    @Test("a list of such objects is read like any other")
    func list() throws {
        let text =
            #"{"apiVersion":"example.com/v1","kind":"WidgetList","metadata":{},"items":[{"metadata":{"name":"a"},"spec":{"size":1}}]}"#
        let list = try JSON.decode(ResourceList<Widget>.self, from: Array(text.utf8))
        #expect(list.items.map(\.metadata.name) == ["a"])
    }

    @Test(
        "what is wrong is told with its place",
        arguments: [
            (#"{"spec":{"size":"1"}}"#, "spec.size", "expected a whole number, found a string"),
            (#"{"spec":{"size":1.5}}"#, "spec.size", "does not fit"),
            (#"{"metadata":{},"spec":{}}"#, "spec", "'size' is missing"),
            (#"{"spec":{"size":1,"colour":"green"}}"#, "spec.colour", "green"),
            (#"{"spec":{"size":1,"parts":{"x":[0,256]}}}"#, "spec.parts.x[1]", "256 does not fit"),
            (#"{"spec":{"size":1,"capacity":"much"}}"#, "spec.capacity", "'much' is not a quantity"),
            (#"{"spec":{"size":1,"template":{"spec":{"containers":3}}}}"#, "spec.template.spec.containers", "expected an array"),
            (#"{"spec":null}"#, "spec", "expected an object, found null"),
        ]
    )
    func errors(text: String, path: String, message: String) throws {
        var json = try JSONValue(parsing: text)
        if json["metadata"] == nil { json["metadata"] = [:] }
        let error = #expect(throws: JSONError.self) { try json.decoded(as: Widget.self) }
        #expect(error?.path == path)
        #expect(try #require(error).message.contains(message), "\(error?.message ?? "")")
    }

    @Test("another kind is refused, a missing one is not")
    func kinds() throws {
        let spec = #""metadata":{},"spec":{"size":1}"#
        #expect(try JSONValue(parsing: "{\(spec)}").decoded(as: Widget.self).spec.size == 1)
        for other in [#""kind":"Gadget""#, #""apiVersion":"example.com/v2""#, #""kind":7"#] {
            let error = #expect(throws: JSONError.self) { try JSONValue(parsing: "{\(other),\(spec)}").decoded(as: Widget.self) }
            #expect(error?.code == .wrongKind)
        }
    }

    struct PodPlace: CodableResource {
        struct Spec: Codable { var nodeName: String? }
        struct Status: Codable {
            struct Address: Codable { var ip: String }
            var podIPs: [Address]?
            var phase: String?
        }

        static let groupVersionKind = Pod.groupVersionKind
        static let plural = Pod.plural
        static let scope = Pod.scope
        var metadata = ObjectMeta()
        var spec: Spec
        var status: Status?
    }

    @Test("a projection names few members of a kind; the others are checked, but may be anything")
    func projection() throws {
        let text = #"""
            {"kind":"Pod","apiVersion":"v1","metadata":{"name":"p","uid":"u","managedFields":[]},\#
            "spec":{"containers":"not what a pod has","volumes":[1,{"a":[null]}],"nodeName":"n1"},\#
            "status":{"podIPs":[{"ip":"10.0.0.1","more":true},{"ip":"10.0.0.2"}],"phase":"Running"},"other":{"deep":[[[]]]}}
            """#
        let pod = try JSON.decode(PodPlace.self, from: Array(text.utf8))
        #expect(pod.metadata.name == "p" && pod.metadata.uid == "u")
        #expect(pod.spec.nodeName == "n1")
        #expect(pod.status?.podIPs?.map(\.ip) == ["10.0.0.1", "10.0.0.2"])
        #expect(pod.status?.phase == "Running")
        let list = #"{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"7"},"items":[\#(text),\#(text)]}"#
        #expect(try JSON.decode(ResourceList<PodPlace>.self, from: Array(list.utf8)).items.count == 2)
        for rest in [#""other":[}"#, #""other":{"x":tru}}"#, #""other":1"#] {
            let broken = #"{"metadata":{},"spec":{},\#(rest)"#
            #expect(throws: JSONError.self) { try JSON.decode(PodPlace.self, from: Array(broken.utf8)) }
        }
    }

    @Test("of a member that occurs twice the last counts, as in the generated types")
    func duplicate() throws {
        let text =
            #"{"metadata":{"name":"a"},"spec":{"nodeName":"x"},"metadata":{"name":"b"},"#
            + #""spec":{"nodeName":"y","nodeName":"z"}}"#
        let pod = try JSON.decode(PodPlace.self, from: Array(text.utf8))
        #expect(pod.metadata.name == "b" && pod.spec.nodeName == "z")
    }
}
