// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// First-in, first-out lists of small numbers, out of whose middle a number can be taken at once.
///
/// A number is in at most one of the lists that share the links.
struct NumberLinks: Sendable {
    /// One list: its ends, -1 when it is empty.
    struct List: Sendable {
        fileprivate(set) var first: Int32 = -1
        fileprivate(set) var last: Int32 = -1

        var isEmpty: Bool { first < 0 }
        /// Whether it holds one number and no more.
        var isSingle: Bool { first >= 0 && first == last }
    }

    private struct Link: Sendable {
        var next: Int32 = -1
        var previous: Int32 = -1
    }

    /// By number. Bound: the largest number that was ever in a list.
    private var links: [Link] = []

    mutating func append(_ number: Int, to list: inout List) {
        while links.count <= number { links.append(Link()) }
        let number32 = Int32(truncatingIfNeeded: number)
        links[number] = Link(next: -1, previous: list.last)
        if list.last >= 0 { links[Int(list.last)].next = number32 } else { list.first = number32 }
        list.last = number32
    }

    mutating func popFirst(_ list: inout List) -> Int? {
        guard list.first >= 0 else { return nil }
        let number = Int(list.first)
        list.first = links[number].next
        if list.first >= 0 { links[Int(list.first)].previous = -1 } else { list.last = -1 }
        return number
    }

    /// Takes out a number that is in the list.
    mutating func remove(_ number: Int, from list: inout List) {
        let link = links[number]
        if link.previous >= 0 { links[Int(link.previous)].next = link.next } else { list.first = link.next }
        if link.next >= 0 { links[Int(link.next)].previous = link.previous } else { list.last = link.previous }
    }

    /// The numbers of the list, the first in first.
    func numbers(of list: List) -> some Sequence<Int> {
        sequence(state: list.first) { (next: inout Int32) -> Int? in
            guard next >= 0 else { return nil }
            defer { next = links[Int(next)].next }
            return Int(next)
        }
    }
}
