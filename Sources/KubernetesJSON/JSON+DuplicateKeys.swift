// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

extension JSON {
    /// The paths of members that occur more than once in their object, such as `spec.containers[0].name`, in the order in which they are
    /// repeated; each path once. At most `limit` are returned.
    ///
    /// Reading keeps the last of such members; an API server asked for strict field validation refuses the document.
    public static func duplicateKeys(in bytes: [UInt8], limit: Int = 100) throws(JSONError) -> [String] {
        try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) -> [String] in
            var reader = JSONReader(UnsafeRawBufferPointer(buffer))
            var search = DuplicateKeySearch(limit: limit)
            try search.visit(&reader, path: "")
            try reader.finish()
            return search.found
        }
    }
}

private struct DuplicateKeySearch {
    let limit: Int
    var found: [String] = []

    mutating func visit(_ reader: inout JSONReader, path: String) throws(JSONError) {
        switch try reader.peek() {
        case .object:
            var seen: Set<String> = []
            try reader.beginObject()
            while let key = try reader.nextKey() {
                let name = key.string
                let member = path.isEmpty ? name : path + "." + name
                if !seen.insert(name).inserted, found.count < limit, !found.contains(member) { found.append(member) }
                try visit(&reader, path: member)
            }
        case .array:
            try reader.beginArray()
            var index = 0
            while try reader.nextElement() {
                try visit(&reader, path: "\(path)[\(index)]")
                index += 1
            }
        case .null, .bool, .number, .string: try reader.skip()
        }
    }
}
