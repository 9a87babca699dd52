// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Testing

@testable import KubernetesClient

@Suite("The head of an answer")
struct ResponseHeadParserTests {
    private func parse(_ lines: [String]) -> (heads: [HTTPResponse], problem: String?) {
        var parser = ResponseHeadParser()
        var heads: [HTTPResponse] = []
        for line in lines {
            switch Array((line + "\r\n").utf8).withUnsafeBytes({ parser.take($0) }) {
            case .more: break
            case .head(let head): heads.append(head)
            case .invalid(let problem): return (heads, problem)
            }
        }
        return (heads, nil)
    }

    @Test("is complete at the empty line; trailers after it say nothing")
    func complete() {
        let (heads, problem) = parse([
            "HTTP/1.1 404 Not Found", "A: b", "a:  c ", "no colon", "bad name: x", "", "Trailer: x", "",
        ])
        #expect(problem == nil)
        #expect(heads.count == 1)
        #expect(heads.first?.status.code == 404)
        #expect(heads.first?.status.reasonPhrase == "Not Found")
        #expect(heads.first?.headerFields[values: .init("A")!] == ["b", "c"])
        #expect(heads.first?.headerFields.count == 2)
    }

    @Test("of HTTP/2 has no reason")
    func http2() { #expect(parse(["HTTP/2 200 ", "a: b", ""]).heads.first?.status.reasonPhrase == "") }

    @Test("is not that of an informational answer")
    func informational() {
        let (heads, _) = parse(["HTTP/1.1 100 Continue", "X: 1", "", "HTTP/1.1 200 OK", "Y: 2", ""])
        #expect(heads.map(\.status.code) == [200])
        #expect(heads.first?.headerFields.map(\.name.canonicalName) == ["y"])
    }

    @Test(
        "is refused when it is none",
        arguments: [["HTTP/1.1"], ["HTTP/1.1 2000 OK"], ["HTTP/1.1 abc"], ["HTTP/1.1 099 x"], [""]]
    )
    func invalid(lines: [String]) { #expect(parse(lines).problem != nil) }

    @Test("has a bound")
    func bound() {
        let lines = ["HTTP/1.1 200 OK"] + Array(repeating: "X: " + String(repeating: "x", count: 1_000), count: 300)
        #expect(parse(lines).problem?.contains("larger than") == true)
    }
}
