// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// A queue: first in, first out, each in constant time on average.
struct FIFO<Element> {
    private var elements: [Element?] = []
    private var first = 0

    var count: Int { elements.count - first }

    var elementsInOrder: [Element] { elements[first...].compactMap { $0 } }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        guard first < elements.count else { return nil }
        let element = elements[first]
        elements[first] = nil
        first += 1
        if first == elements.count {
            elements.removeAll(keepingCapacity: true)
            first = 0
        } else if first >= 64, first * 2 >= elements.count {
            elements.removeSubrange(..<first)
            first = 0
        }
        return element
    }

    /// Takes out the elements for which `body` is true; the order of the others stays.
    mutating func remove(where body: (Element) -> Bool) -> [Element] {
        var kept: [Element?] = []
        var removed: [Element] = []
        for case let element? in elements[first...] {
            if body(element) { removed.append(element) } else { kept.append(element) }
        }
        elements = kept
        first = 0
        return removed
    }
}
