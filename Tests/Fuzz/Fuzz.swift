// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import CLibFuzzer
import Glibc

/// `fuzz TARGET [OPTION…] [FOLDER…]`: libFuzzer with one of the targets below; options and folders are libFuzzer's. A file in place of a
/// folder is one input, which is how a finding is repeated.
///
/// A target must not trap, hang, read what is not its own, or find that one of its claims does not hold: those are findings.
@main
enum Fuzz {
    static func main() {
        var count = CommandLine.argc - 1
        // libFuzzer wants its own name first, and that is where the target's name is.
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv + 1
        let code: Int32
        switch CommandLine.arguments.dropFirst().first {
        case "json": code = LLVMFuzzerRunDriver(&count, &arguments) { Fuzz.check(JSONTarget.self, $0, $1) }
        case "kubeconfig": code = LLVMFuzzerRunDriver(&count, &arguments) { Fuzz.check(KubeconfigTarget.self, $0, $1) }
        case "watch": code = LLVMFuzzerRunDriver(&count, &arguments) { Fuzz.check(WatchTarget.self, $0, $1) }
        default:
            print("usage: fuzz json|kubeconfig|watch [libFuzzer's arguments]")
            code = 64
        }
        exit(code)
    }

    /// - Returns: 0, as libFuzzer wants it.
    static func check(_ target: (some FuzzTarget).Type, _ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
        target.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
        return 0
    }
}
