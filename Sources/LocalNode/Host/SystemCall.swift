// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import CSandbox
import Glibc

/// How system calls are made and their failures said.
enum SystemCall {
    /// Calls again while a signal interrupts the call.
    static func retrying(_ body: () -> Int) -> Int {
        while true {
            let result = body()
            if result >= 0 || errno != EINTR { return result }
        }
    }

    /// `what` failed with this errno value.
    static func failure(_ what: String, _ error: Int32, code: LocalNodeError.Code = .system) -> LocalNodeError {
        LocalNodeError(code, "\(what): \(text(error))")
    }

    /// The C library's words for an errno value.
    static func text(_ error: Int32) -> String {
        var characters = [CChar](repeating: 0, count: 256)
        csandbox_error_text(error, &characters, characters.count)
        return String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
