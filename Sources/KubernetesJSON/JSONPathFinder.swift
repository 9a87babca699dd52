// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Finds which field a byte of a document belongs to, by a second, tolerant scan that is made only when there is an error to report.
enum JSONPathFinder {
    /// Longer paths are cut: a path is for people, and a key may have megabytes.
    static let lengthLimit = 512

    private enum Frame {
        case object(key: String?)
        case array(index: Int)
    }

    /// The path to `offset`. Everything before `offset` must have been read without error.
    static func path(to offset: Int, in bytes: UnsafeBufferPointer<UInt8>) -> String {
        var frames: [Frame] = []
        var index = 0
        while index < min(offset, bytes.count) {
            switch bytes[index] {
            case UInt8(ascii: "{"): frames.append(.object(key: nil))
            case UInt8(ascii: "["): frames.append(.array(index: 0))
            case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = frames.popLast()
            case UInt8(ascii: ","):
                switch frames.popLast() {
                case .object: frames.append(.object(key: nil))
                case .array(let position): frames.append(.array(index: position + 1))
                case nil: break
                }
            case UInt8(ascii: "\""):
                let end = endOfString(from: index, in: bytes)
                if case .object(key: nil) = frames.last, end < offset {
                    frames[frames.count - 1] = .object(key: name(bytes[(index + 1)..<end]))
                }
                index = end
            default: break
            }
            index += 1
        }
        return render(frames)
    }

    /// The index of the closing quote, or the end of the bytes.
    private static func endOfString(from quote: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var index = quote + 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(index, bytes.count)
    }

    private static func name(_ raw: Slice<UnsafeBufferPointer<UInt8>>) -> String {
        let text = String(decoding: raw.prefix(lengthLimit), as: UTF8.self)
        guard text.utf8.contains(UInt8(ascii: "\\")) else { return text }
        // A name that was cut inside an escape cannot be read: it stays as it is written.
        do { return try JSONValue(parsing: "\"\(text)\"").string ?? text } catch { return text }
    }

    private static func render(_ frames: [Frame]) -> String {
        var path = ""
        for frame in frames where path.utf8.count < lengthLimit {
            switch frame {
            case .array(let index): path += "[\(index)]"
            case .object(let key?): path += path.isEmpty ? key : "." + key
            case .object(nil): break
            }
        }
        return path.utf8.count > lengthLimit ? String(path.prefix(lengthLimit)) + "…" : path
    }
}
