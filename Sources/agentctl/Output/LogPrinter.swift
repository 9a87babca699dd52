// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Prints a program's output as it comes. On a terminal control characters are escaped, unless `--raw`; a character that is cut by the
/// end of a chunk waits for the rest.
struct LogPrinter {
    private let escapes: Bool
    private let toStandardError: Bool
    private var rest: [UInt8] = []

    init(raw: Bool, toStandardError: Bool = false) {
        escapes = !raw && (toStandardError ? Terminal.errorIsTerminal : Terminal.outIsTerminal)
        self.toStandardError = toStandardError
    }

    mutating func print(_ chunk: [UInt8]) {
        guard escapes else { return write(chunk) }
        rest += chunk
        let whole = Self.lengthOfWholeCharacters(rest)
        write(Array(SafeText.block(String(decoding: rest[..<whole], as: UTF8.self)).utf8))
        rest.removeFirst(whole)
    }

    /// Prints what still waits.
    mutating func finish() {
        guard !rest.isEmpty else { return }
        write(Array(SafeText.block(String(decoding: rest, as: UTF8.self)).utf8))
        rest = []
    }

    private func write(_ bytes: [UInt8]) { toStandardError ? Terminal.error(bytes) : Terminal.out(bytes) }

    /// How many bytes from the beginning end with a whole character. At most three bytes wait.
    static func lengthOfWholeCharacters(_ bytes: [UInt8]) -> Int {
        var index = bytes.count
        var continuation = 0
        while index > 0, continuation < 3, bytes[index - 1] & 0xC0 == 0x80 {
            index -= 1
            continuation += 1
        }
        guard index > 0 else { return bytes.count }
        let lead = bytes[index - 1]
        let expected = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0
        return continuation < expected ? index - 1 : bytes.count
    }
}
