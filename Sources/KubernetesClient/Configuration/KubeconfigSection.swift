// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import KubernetesJSON

/// The contents of one named entry of a kubeconfig, with where they are from.
struct KubeconfigSection {
    /// The file.
    let path: String
    /// The entry within it, for example `clusters[a].cluster`.
    let place: String
    let contents: JSONValue

    func error(_ key: String, _ problem: String) -> ClientError {
        Kubeconfig.error(path, "at \(place).\(key): \(key) \(problem)")
    }

    func has(_ key: String) -> Bool { contents[key].map { !$0.isNull } ?? false }

    /// The value of a key that holds text; nil when there is none, or an empty one.
    func text(_ key: String) throws(ClientError) -> String? {
        guard let value = contents[key], !value.isNull else { return nil }
        guard let text = Kubeconfig.text(value) else { throw error(key, "is not a text") }
        return text.isEmpty ? nil : text
    }

    func required(_ key: String) throws(ClientError) -> String {
        guard let text = try text(key) else { throw error(key, "is missing") }
        return text
    }

    func flag(_ key: String) throws(ClientError) -> Bool {
        guard let value = contents[key], !value.isNull else { return false }
        guard let flag = value.bool else { throw error(key, "is neither true nor false") }
        return flag
    }

    /// The names of the keys that the section has.
    var keys: [String] { contents.object?.map(\.key) ?? [] }

    /// What a key holds, when that has keys itself; nil when there is nothing.
    func section(_ key: String) throws(ClientError) -> KubeconfigSection? {
        guard let value = contents[key], !value.isNull else { return nil }
        guard value.object != nil else { throw error(key, "does not hold keys") }
        return KubeconfigSection(path: path, place: "\(place).\(key)".escapingControlCharacters, contents: value)
    }

    /// The elements of a key that holds a list of things with keys; none when it is not there.
    func sections(_ key: String) throws(ClientError) -> [KubeconfigSection] {
        guard let value = contents[key], !value.isNull else { return [] }
        guard let elements = value.array else { throw error(key, "is not a list") }
        var sections: [KubeconfigSection] = []
        for (index, element) in elements.enumerated() {
            guard element.object != nil else { throw error(key, "has an element that does not hold keys") }
            sections.append(KubeconfigSection(path: path, place: "\(place).\(key)[\(index)]", contents: element))
        }
        return sections
    }

    /// The texts of a key that holds a list of them; none when it is not there.
    func texts(_ key: String) throws(ClientError) -> [String] {
        guard let value = contents[key], !value.isNull else { return [] }
        guard let elements = value.array else { throw error(key, "is not a list") }
        var texts: [String] = []
        for element in elements {
            guard let text = Kubeconfig.text(element) else { throw error(key, "has an element that is not a text") }
            texts.append(text)
        }
        return texts
    }

    /// A text that a request's head can hold.
    func field(_ key: String) throws(ClientError) -> String? {
        guard let text = try text(key) else { return nil }
        try check(field: text, key)
        return text
    }

    /// Texts that a request's head can hold.
    func fields(_ key: String) throws(ClientError) -> [String] {
        let texts = try texts(key)
        for text in texts { try check(field: text, key) }
        return texts
    }

    private func check(field text: String, _ key: String) throws(ClientError) {
        guard Impersonation.isFieldValue(text) else {
            throw error(key, "holds a line break or another control character, which cannot be sent")
        }
    }

    /// The file that ``pem(_:)`` reads; nil when the value is in the kubeconfig itself.
    func pemFile(_ key: String) throws(ClientError) -> String? {
        guard try text(key + "-data") == nil else { return nil }
        return try text(key).map(resolve)
    }

    /// What `key`-data holds in base64, or else the file that `key` names. Data wins, as with kubectl.
    func pem(_ key: String) throws(ClientError) -> [UInt8]? {
        let dataKey = key + "-data"
        if let text = try text(dataKey) {
            guard let data = Data(base64Encoded: text.filter { !$0.isWhitespace }) else {
                throw error(dataKey, "is not base64; encode the PEM file with: base64 -w0")
            }
            return try checked([UInt8](data), dataKey)
        }
        guard let file = try text(key) else { return nil }
        let name = resolve(file)
        let bytes: [UInt8]
        do throws(SmallFile.ReadError) {
            bytes = try SmallFile.read(name, limit: 4 << 20)
        } catch {
            throw self.error(key, "names a file that cannot be read: \(name): \(error)")
        }
        return try checked(bytes, key)
    }

    /// A path of the kubeconfig: relative ones start at its folder.
    func resolve(_ file: String) -> String {
        if file.hasPrefix("/") { return file }
        guard let slash = path.lastIndex(of: "/") else { return file }
        return path[...slash] + file
    }

    private func checked(_ bytes: [UInt8], _ key: String) throws(ClientError) -> [UInt8] {
        guard TLSMaterial.isPEM(bytes) else {
            throw error(key, "does not hold PEM (no line that begins with -----BEGIN)")
        }
        return bytes
    }
}
