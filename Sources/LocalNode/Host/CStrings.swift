// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc

/// Strings as C wants them: an array of pointers that ends with a null pointer.
enum CStrings {
    static func with<Result>(
        _ strings: [String],
        _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) throws(LocalNodeError) -> Result
    ) throws(LocalNodeError) -> Result {
        var copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        guard !copies.contains(where: { $0 == nil }) else { throw SystemCall.failure("strdup", ENOMEM) }
        copies.append(nil)
        // A plain pointer instead of a closure per array: `withUnsafeBufferPointer` would lose the error's type.
        let pointers = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: copies.count)
        defer { pointers.deallocate() }
        pointers.initialize(from: copies, count: copies.count)
        return try body(pointers)
    }
}
