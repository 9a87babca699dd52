// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import KubernetesMeta

/// Replaces what differs from run to run by words, as the recordings have it.
struct Normaliser {
    /// Variables by name; see ``ScenarioVariables``.
    var variables: ScenarioVariables
    let now: Time
    /// The columns of the last Table, which later events of a watch leave out.
    private var columns: [JSONValue] = []
    /// What the current request's generateName becomes.
    var generatedPrefix: String?

    init(variables: ScenarioVariables, now: Time) {
        self.variables = variables
        self.now = now
    }

    // MARK: Texts

    func text(_ text: String) -> String {
        var text = text
        for (name, value) in variables.textual where text.contains(value) { text = text.replacing(value, with: "${\(name)}") }
        if let generatedPrefix { text = replaceGenerated(text, prefix: generatedPrefix) }
        text = text.replacing(#/127\.0\.0\.1:\d+/#, with: "127.0.0.1:<port>")
        // Nothing that follows is shorter than a time.
        guard text.utf8.count >= 20 else { return text }
        text = text.replacing(#/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/#, with: "<uid>")
        text = text.replacing(#/(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)/#) { match in
            guard let time = Time(String(match.0)), abs(time.seconds - now.seconds) < 2 * 86_400 else { return String(match.0) }
            return match.2 == nil ? "<time>" : "<microtime>"
        }
        text = text.replacing(#/(too old resource version: \d+ )\(\d+\)/#) { "\($0.1)(<rv>)" }
        text = text.replacing(#/(Too large resource version: \d+, current: )\d+/#) { "\($0.1)<rv>" }
        text = text.replacing(#/(ResourceVersion in (?:precondition|object meta): )\d+/#) { "\($0.1)<rv>" }
        text = text.replacing(
            #/(ResourceVersion in the precondition \()\d+(\) does not match the ResourceVersion in record \()\d+/#
        ) { "\($0.1)<rv>\($0.2)<rv>" }
        text = text.replacing(#/(resourceVersion\\*"\s*:\s*\\*")\d+/#) { "\($0.1)<rv>" }
        return text.replacing(#/kube-api-access-[a-z0-9]{5}/#, with: "kube-api-access-<suffix>")
    }

    private func replaceGenerated(_ text: String, prefix: String) -> String {
        let (bytes, prefix) = (Array(text.utf8), Array(prefix.utf8))
        let alphabet = Set("bcdfghjklmnpqrstvwxz2456789".utf8)
        let letters = Set("abcdefghijklmnopqrstuvwxyz0123456789".utf8)
        var out: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let end = index + prefix.count + 5
            if end <= bytes.count, bytes[index..<(end - 5)].elementsEqual(prefix),
                bytes[(end - 5)..<end].allSatisfy(alphabet.contains),
                end == bytes.count || !letters.contains(bytes[end])
            {
                out += prefix + Array("<suffix>".utf8)
                index = end
            } else {
                out.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    // MARK: Values

    mutating func value(_ value: JSONValue) -> JSONValue { self.value(value, key: nil, isList: false) }

    private mutating func value(_ value: JSONValue, key: String?, isList: Bool) -> JSONValue {
        switch value {
        case .object(let object): return .object(self.object(object, key: key, isList: isList))
        case .array(let elements): return .array(elements.map { self.value($0, key: key, isList: false) })
        case .string(let text): return .string(self.text(text))
        default: return value
        }
    }

    private mutating func object(_ object: JSONObject, key: String?, isList: Bool) -> JSONObject {
        let isBookmark = object["type"]?.string == "BOOKMARK" && object["object"] != nil
        let hasItems = object["items"] != nil || object["rows"] != nil || object["kind"]?.string?.hasSuffix("List") == true
        let holdsList = hasItems && object["metadata"] != nil
        var out = JSONObject()
        for (name, member) in object {
            let newName = text(name)
            switch (name, member) {
            case ("resourceVersion", .string(let version)): out[newName] = .string(self.version(version, isList: isList))
            case ("continue", .string(let token)) where !token.isEmpty: out[newName] = "<continue>"
            case ("storageVersionHash", .string): out[newName] = "<hash>"
            case ("name", .string(let text)) where key == "metadata":
                out[newName] = .string(generatedName(text, in: object) ?? self.text(text))
            case ("description", .string) where key == "columnDefinitions": out[newName] = "<text>"
            case ("containerID", .string(let id)), ("imageID", .string(let id)):
                out[newName] = id.isEmpty ? "" : .string("<\(name)>")
            case ("podIP", .string(let address)), ("hostIP", .string(let address)), ("ip", .string(let address)):
                let isAddress = !address.isEmpty && address.allSatisfy { $0.isNumber || $0 == "." }
                out[newName] = isAddress ? "<ip>" : .string(text(address))
            case ("serverAddress", .string): out[newName] = "<address>"
            case ("managedFields", .array): continue
            case ("rows", .array(let rows)) where object["columnDefinitions"] != nil:
                if let own = object["columnDefinitions"]?.array, !own.isEmpty { columns = own }
                out[newName] = .array(rows.map { row($0) })
            default:
                let isListMetadata =
                    (name == "metadata" && holdsList) || (isBookmark && name == "object") || (isList && name == "metadata")
                out[newName] = value(member, key: name, isList: isListMetadata)
            }
        }
        return out
    }

    private func generatedName(_ name: String, in metadata: JSONObject) -> String? {
        guard let prefix = metadata["generateName"]?.string, name.hasPrefix(prefix), name.count == prefix.count + 5 else {
            return nil
        }
        return text(prefix) + "<suffix>"
    }

    private func version(_ version: String, isList: Bool) -> String {
        let isNumber = !version.isEmpty && version != "0" && version.allSatisfy(\.isNumber)
        if isList { return isNumber ? "<rv>" : version }
        if let name = variables.versionName(version) { return "<rv:\(name)>" }
        return isNumber ? "<rv>" : text(version)
    }

    private mutating func row(_ row: JSONValue) -> JSONValue {
        var row = value(row, key: "row", isList: false)
        guard let cells = row["cells"]?.array else { return row }
        row["cells"] = .array(
            cells.enumerated().map { index, cell in
                guard index < columns.count, let text = cell.string, Self.isAge(text) else { return cell }
                let name = columns[index]["name"]?.string ?? ""
                return ["Age", "Last Seen", "First Seen"].contains(name) || columns[index]["type"]?.string == "date"
                    ? "<age>" : cell
            }
        )
        return row
    }

    private static func isAge(_ text: String) -> Bool {
        !text.isEmpty && text.wholeMatch(of: #/(\d+y)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?/#) != nil
    }
}

/// The variables of a running scenario.
struct ScenarioVariables {
    enum Kind { case text, uid, version, plain }

    private(set) var values: [String: String] = [:]
    private var kinds: [String: Kind] = [:]
    private var order: [String] = []

    mutating func set(_ name: String, _ value: String, _ kind: Kind) {
        if values[name] == nil { order.append(name) }
        values[name] = value
        kinds[name] = kind
    }

    /// Variables whose value is recognisable inside any text, longest first.
    var textual: [(name: String, value: String)] {
        values.filter { (kinds[$0.key] == .text || kinds[$0.key] == .uid) && $0.value.utf8.count >= 6 }
            .sorted { ($1.value.utf8.count, $0.key) < ($0.value.utf8.count, $1.key) }.map { ($0.key, $0.value) }
    }

    func versionName(_ version: String) -> String? { order.first { kinds[$0] == .version && values[$0] == version } }

    /// Puts values in place of `${name}`; nil when one is not set.
    func filled(_ text: String) -> String? {
        var out = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else { break }
            let name = String(rest[start.upperBound..<end])
            guard let value = values[name] else { return nil }
            out += rest[..<start.lowerBound] + value
            rest = rest[rest.index(after: end)...]
        }
        return out + rest
    }

    func filled(_ value: JSONValue) -> JSONValue? {
        switch value {
        case .string(let text): return filled(text).map(JSONValue.string)
        case .array(let elements):
            let filled = elements.compactMap(filled)
            return filled.count == elements.count ? .array(filled) : nil
        case .object(let object):
            var out = JSONObject()
            for (key, member) in object {
                guard let key = filled(key), let member = filled(member) else { return nil }
                out[key] = member
            }
            return .object(out)
        default: return value
        }
    }
}
