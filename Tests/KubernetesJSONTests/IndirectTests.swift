// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesJSON
import Testing

@Suite("Indirect")
struct IndirectTests {
    private struct Node: Hashable {
        var name: String
        @Indirect var next: Node?

        init(_ name: String, next: Node? = nil) {
            self.name = name
            self.next = next
        }
    }

    @Test("a copy does not see changes of the original, at any depth")
    func copies() {
        var original = Node("a", next: Node("b", next: Node("c")))
        let copy = original
        original.next?.next?.name = "changed"
        #expect(copy.next?.next?.name == "c")
        #expect(original.next?.next?.name == "changed")
        #expect(original.next?.name == copy.next?.name)
        original.next = nil
        #expect(copy.next != nil)
        #expect(original.next == nil)
    }

    @Test("setting nil in place is the same as never having been set")
    func emptied() {
        var node = Node("a", next: Node("b"))
        func empty(_ value: inout Node?) { value = nil }
        empty(&node.next)
        #expect(node == Node("a"))
        #expect(node.hashValue == Node("a").hashValue)
        var touched = Node("a")
        touched.next?.name = "nobody"
        #expect(touched == Node("a"))
    }

    @Test("one word is all that it takes")
    func size() {
        #expect(MemoryLayout<Indirect<(Int, Int, Int, Int)>>.size == MemoryLayout<Int>.size)
    }
}
