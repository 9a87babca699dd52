// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Which files a log consists of, and when the oldest goes.
///
/// A log keeps its newest bytes: entries fill a segment, a full segment is followed by the next, and when all segments are full the
/// oldest is dropped. So a log on disk is never larger than `maximum`, and the end of a chatty program's output is never lost.
struct LogSegments: Sendable, Hashable {
    /// Files a log is spread over.
    static let count = 4

    /// Bytes of the whole log at most.
    let maximum: Int
    /// Bytes in each segment that exists, the oldest first.
    private(set) var sizes: [Int] = [0]
    /// The number of the oldest segment.
    private(set) var first = 0
    /// Bytes of entries that are gone.
    private(set) var dropped = 0

    init(maximum: Int) { self.maximum = max(maximum, Self.count) }

    /// A log that an earlier process left: the size of each segment file by its number. How much was dropped is not known any more.
    init(maximum: Int, found: [Int: Int]) {
        self.init(maximum: maximum)
        guard let oldest = found.keys.min(), let newest = found.keys.max() else { return }
        first = oldest
        sizes = (oldest...newest).map { found[$0] ?? 0 }
    }

    /// The segment that is written now.
    var last: Int { first + sizes.count - 1 }

    /// Bytes in a segment; 0 when it does not exist.
    func size(of segment: Int) -> Int { sizes.indices.contains(segment - first) ? sizes[segment - first] : 0 }

    private var segmentMaximum: Int { maximum / Self.count }

    /// What to do before a batch of entries is written.
    enum Step: Sendable, Hashable {
        /// Delete the file of this segment.
        case drop(Int)
        /// Write this many of the batch's bytes to this segment.
        case write(Int, count: Int)
    }

    /// Places entries. A segment is cut only behind a newline, unless a single entry is larger than a segment.
    mutating func place(_ entries: [UInt8]) -> [Step] {
        var steps: [Step] = []
        var rest = entries[...]
        while !rest.isEmpty {
            let room = segmentMaximum - sizes[sizes.count - 1]
            var count = rest.count
            if count > room {
                let newline = rest.prefix(max(0, room)).lastIndex(of: UInt8(ascii: "\n"))
                count = newline.map { $0 + 1 - rest.startIndex } ?? 0
                if count == 0, sizes[sizes.count - 1] == 0 { count = rest.count }
            }
            if count > 0 {
                steps.append(.write(last, count: count))
                sizes[sizes.count - 1] += count
                rest = rest.dropFirst(count)
            }
            if !rest.isEmpty {
                sizes.append(0)
                if sizes.count > Self.count {
                    steps.append(.drop(first))
                    dropped += sizes.removeFirst()
                    first += 1
                }
            }
        }
        return steps
    }
}
