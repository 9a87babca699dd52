// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Glibc

/// Small files of /proc and of the state directory, read and written whole.
enum TextFile {
    /// The bytes of a file, at most `maximum`; nil when it cannot be read.
    static func bytes(_ path: String, upTo maximum: Int = 65536) -> [UInt8]? {
        let number = open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return nil }
        defer { close(number) }
        return contents(of: number, upTo: maximum)
    }

    /// The text of a file, without white space at its ends; nil when it cannot be read.
    static func text(_ path: String) -> String? {
        guard let bytes = bytes(path) else { return nil }
        return trimmed(String(decoding: bytes, as: UTF8.self))
    }

    /// Where a symbolic link points; nil when it cannot be read.
    static func link(_ path: String) -> String? {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink(path, &target, target.count)
        guard length > 0 else { return nil }
        return String(decoding: target[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Replaces a file as a whole: a reader sees the old or the new one.
    static func replace(_ path: String, with text: String) throws(LocalNodeError) {
        let temporary = path + ".new"
        do {
            let file = try Descriptor.open(temporary, O_WRONLY | O_CREAT | O_TRUNC)
            try file.writeAll(Array(text.utf8))
        }
        guard rename(temporary, path) == 0 else { throw SystemCall.failure("renaming \(temporary)", errno, code: .state) }
    }

    /// Writes into a file that exists, such as those of /proc and cgroups. False when that is refused.
    static func poke(_ path: String, _ text: String) -> Bool {
        let number = open(path, O_WRONLY | O_CLOEXEC)
        guard number >= 0 else { return false }
        defer { close(number) }
        let bytes = Array(text.utf8)
        return write(number, bytes, bytes.count) == bytes.count
    }

    static func contents(of number: Int32, upTo maximum: Int) -> [UInt8]? {
        var collected: [UInt8] = []
        while collected.count < maximum {
            var got = 0
            let chunk = [UInt8](unsafeUninitializedCapacity: min(16384, maximum - collected.count)) { buffer, count in
                got = SystemCall.retrying { read(number, buffer.baseAddress, buffer.count) }
                count = max(0, got)
            }
            if got < 0 { return nil }
            if got == 0 { break }
            collected += chunk
        }
        return collected
    }

    private static func trimmed(_ text: String) -> String {
        var rest = Substring(text)
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        return String(rest)
    }
}
