// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Reading and writing whole documents.
public enum JSON {
    /// Reads `bytes`, which must hold exactly one document.
    public static func decode<T: JSONReadable>(_ type: T.Type, from bytes: [UInt8]) throws(JSONError) -> T {
        try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) -> T in
            try decode(type, from: UnsafeRawBufferPointer(buffer))
        }
    }

    /// Reads `bytes`, which must hold exactly one document and stay valid for the duration of the call.
    public static func decode<T: JSONReadable>(_ type: T.Type, from bytes: UnsafeRawBufferPointer) throws(JSONError) -> T {
        var reader = JSONReader(bytes)
        let value = try T(from: &reader)
        try reader.finish()
        return value
    }

    /// The compact JSON of `value`.
    public static func encode(_ value: some JSONWritable) -> [UInt8] {
        var writer = JSONWriter()
        value.write(to: &writer)
        return writer.finish()
    }
}
