// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Random objects that follow a schema, each struct with members that no schema knows, unless they are not wanted.
struct RandomObject {
    private let data: OpenAPIData
    private let hasUnknownMembers: Bool
    private var generator: SeededGenerator

    init(data: OpenAPIData, seed: UInt64, hasUnknownMembers: Bool = true) {
        self.data = data
        self.hasUnknownMembers = hasUnknownMembers
        generator = SeededGenerator(seed: seed)
    }

    /// An object of the definition `name`, with the `apiVersion` and `kind` of `type`.
    mutating func object(of name: String, type: GroupVersionKind) -> JSONValue {
        var object = value(of: data.schemas[name] ?? [:], named: name, depth: 0)
        object["apiVersion"] = .string(type.apiVersion)
        object["kind"] = .string(type.kind)
        return object
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

    private mutating func text() -> String {
        ["", "a", "web-0", "ä€😀", "quote \" and \\ and \n", "a/b.c"][number(0...5)]
    }

    private mutating func anything(_ depth: Int) -> JSONValue {
        switch number(0...(depth > 2 ? 3 : 5)) {
        case 0: .bool(true)
        case 1: .int(Int64(number(-9...9)))
        case 2: .string(text())
        case 3: .number(JSONNumber(0.5) ?? JSONNumber(1))
        case 4: .array([anything(depth + 1), .null])
        default: .object(["key": anything(depth + 1), text(): .null])
        }
    }

    private mutating func value(of schema: JSONValue, named name: String, depth: Int) -> JSONValue {
        if let reference = schema["$ref"]?.string ?? schema["allOf"]?[0]?["$ref"]?.string {
            let target = String(reference.split(separator: "/").last ?? "")
            return value(of: data.schemas[target] ?? [:], named: target, depth: depth)
        }
        switch (String(name.split(separator: ".").last ?? ""), schema["type"]?.string, schema["format"]?.string) {
        case ("Quantity", _, _): return .string(["0", "1", "250m", "1Gi", "1500M", "-5", "7e3", "3n"][number(0...7)])
        case ("IntOrString", _, _): return number(0...1) == 0 ? .int(Int64(number(0...65535))) : .string(text())
        case ("Time", _, _): return .string("20\(number(10...99))-02-2\(number(0...8))T10:11:12Z")
        case ("MicroTime", _, _):
            return .string("20\(number(10...99))-02-2\(number(0...8))T10:11:12.\(number(100_000...999_999))Z")
        case (_, "string", "byte"): return .string(["", "AA==", "Zm9vYmFy"][number(0...2)])
        case (_, "string", _): return .string(text())
        case (_, "boolean", _): return .bool(number(0...1) == 0)
        case (_, "integer", "int32"): return .int(Int32.random(in: .min ... .max, using: &generator))
        case (_, "integer", _): return .int(Int64.random(in: .min ... .max, using: &generator))
        case (_, "number", _): return JSONNumber(Double.random(in: -1e9...1e9, using: &generator)).map(JSONValue.number) ?? 0
        case (_, "array", _):
            let items = schema["items"] ?? [:]
            return .array((0..<number(0...2)).map { _ in value(of: items, named: "", depth: depth + 1) })
        default: return schema["type"] == nil ? anything(depth) : object(of: schema, depth: depth)
        }
    }

    private mutating func object(of schema: JSONValue, depth: Int) -> JSONValue {
        if let values = schema["additionalProperties"] {
            return .object(
                JSONObject((0..<number(0...2)).map { ("\(text())\($0)", value(of: values, named: "", depth: depth + 1)) })
            )
        }
        guard let properties = schema["properties"]?.object else {
            return .object(hasUnknownMembers ? ["any": anything(depth)] : [:])
        }
        let required = Set((schema["required"]?.array ?? []).compactMap(\.string))
        // The name of a type has three parts and no room for more.
        let isTypeName = properties.keys.contains("version") && properties.count == 3
        var object = JSONObject()
        for (key, property) in properties.shuffled(using: &generator) {
            let isDue = depth == 0 || required.contains(key) || number(0...(depth + 2)) < 2
            if isDue { object[key] = value(of: property, named: "", depth: depth + 1) }
            if hasUnknownMembers, !isTypeName, number(0...9) == 0 { object["unknown-\(text())"] = anything(depth) }
        }
        // A kind inside another says what it is and has metadata, as its type does when it is written.
        let kinds = schema["x-kubernetes-group-version-kind"]?.array ?? []
        if properties.keys.contains("apiVersion"),
            let kind = kinds.first(where: { $0["group"] == "" && $0["version"] == "v1" }) ?? kinds.first
        {
            let group = kind["group"]?.string ?? ""
            let version = kind["version"]?.string ?? ""
            object["apiVersion"] = .string(group.isEmpty ? version : "\(group)/\(version)")
            object["kind"] = kind["kind"]
            let reference = properties["metadata"]?["allOf"]?[0]?["$ref"]?.string
            if reference?.hasSuffix(".ObjectMeta") == true { object["metadata"] = object["metadata"] ?? [:] }
        }
        return .object(object)
    }
}
