// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KubernetesClient

@Suite("The token that is sent")
struct BearerTokenSourceTests {
    @Test("a token file is read again after a minute, not before")
    func reload() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("one\n", to: "token")
        let source = BearerTokenSource(.file(path: path))
        let start = ContinuousClock.now
        #expect(try source.current(now: start) == "one")
        try folder.write("two\n", to: "token")
        #expect(try source.current(now: start + .seconds(59)) == "one")
        #expect(try source.current(now: start + .seconds(60)) == "two")
    }

    @Test("a file that is broken or gone leaves the last token in use", arguments: ["", "a b", "a\nb"])
    func keepsLast(contents: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("one", to: "token")
        let source = BearerTokenSource(.file(path: path))
        let start = ContinuousClock.now
        _ = try source.current(now: start)
        try folder.write(contents, to: "token")
        #expect(try source.current(now: start + .seconds(61)) == "one")
    }

    @Test("without any token the file and the problem are named, never the contents")
    func missing() throws {
        let folder = try TemporaryFolder()
        let missing = try #require(
            #expect(throws: TransportError.self) { try BearerTokenSource(.file(path: "\(folder.path)/none")).current(now: .now) }
        )
        #expect(missing.message.contains("\(folder.path)/none: No such file"))
        let path = try folder.write("hunter2 x", to: "token")
        let broken = try #require(
            #expect(throws: TransportError.self) { try BearerTokenSource(.file(path: path)).current(now: .now) }
        )
        #expect(broken.message.contains(path) && !broken.message.contains("hunter2"))
    }

    @Test("a token does not show itself in descriptions")
    func description() {
        #expect(!"\(BearerToken.value("hunter2"))".contains("hunter2"))
    }
}
