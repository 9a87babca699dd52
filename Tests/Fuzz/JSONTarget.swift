// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesAPIExtensions
import KubernetesCore
import KubernetesJSON
import KubernetesMeta

/// The JSON reader: any value, raw bytes, and types with few, many and endlessly nested fields.
enum JSONTarget: FuzzTarget {
    static func check(_ bytes: [UInt8]) {
        let outcome = Result { () throws(JSONError) in try JSONValue(parsing: bytes) }
        if case .failure(let error) = outcome {
            claim((0...bytes.count).contains(error.offset), "the place of an error is in the document: \(error)")
        }
        FoundationJSON.check(bytes, outcome)
        let value = try? outcome.get()
        checkOtherReaders(bytes, value)
        if let value { checkWriting(value) }
        checkProjection(bytes, value)
        checkType(Pod.self, bytes, value)
        checkType(ConfigMap.self, bytes, value)
        checkType(Status.self, bytes, value)
        checkType(CustomResourceDefinition.self, bytes, value)
    }

    /// What skips values takes the same documents as what keeps them.
    private static func checkOtherReaders(_ bytes: [UInt8], _ value: JSONValue?) {
        let raw = try? JSON.decode(RawJSON.self, from: bytes)
        claim((raw == nil) == (value == nil), "skipping and reading agree")
        claim(raw.map(\.value) == value, "raw bytes hold the value")
        let duplicates = try? JSON.duplicateKeys(in: bytes)
        claim((duplicates == nil) == (value == nil), "the search for duplicates and reading agree")
    }

    private static func checkWriting(_ value: JSONValue) {
        let written = value.serialized()
        let again = try? JSONValue(parsing: written)
        claim(again == value, "what is written is read as the same value")
        claim(again?.hashValue == value.hashValue, "equal values have equal hashes")
        claim(again?.serialized() == written, "writing is stable")
    }

    private static func checkProjection(_ bytes: [UInt8], _ value: JSONValue?) {
        // A second member that is null leaves the value of the first.
        guard (try? JSON.duplicateKeys(in: bytes)) == [], let projection = try? JSON.decode(Projection.self, from: bytes) else {
            return
        }
        claim(value.flatMap(Projection.init) == projection, "a projection holds what the whole value holds there")
    }

    private static func checkType<T: JSONReadable & JSONWritable & Equatable>(
        _ type: T.Type,
        _ bytes: [UInt8],
        _ value: JSONValue?
    ) {
        guard let object = try? JSON.decode(type, from: bytes) else { return }
        claim(value != nil, "\(type) takes JSON only")
        let written = JSON.encode(object)
        guard let again = try? JSON.decode(type, from: written) else {
            claim(false, "\(type) reads what it has written: \(String(decoding: written, as: UTF8.self))")
            return
        }
        claim(again == object, "\(type) is the same after writing and reading: \(String(decoding: written, as: UTF8.self))")
        claim(JSON.encode(again) == written, "writing \(type) is stable")
    }
}
