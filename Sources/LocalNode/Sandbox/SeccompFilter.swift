// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import CSandbox

/// The sandbox's system call filter.
enum SeccompFilter {
    /// The filter as a BPF program for this machine.
    static func program() throws(LocalNodeError) -> [UInt8] {
        var number: Int32 = -1
        var step: UnsafePointer<CChar>?
        let error = csandbox_seccomp_program(&number, &step)
        guard error == 0 else {
            let what = step.map { String(cString: $0) } ?? "seccomp"
            throw SystemCall.failure("building the system call filter: \(what)", error, code: .host)
        }
        let file = try Descriptor.adopting(number)
        guard let bytes = TextFile.contents(of: file.number, upTo: 1 << 20), !bytes.isEmpty else {
            throw LocalNodeError(.host, "the system call filter is empty")
        }
        return bytes
    }
}
