// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import ControllerServing
import Testing

@Suite("Bind addresses")
struct BindAddressTests {
    @Test(
        "are read as kubebuilder writes them",
        arguments: [
            (":8080", BindAddress(host: nil, port: 8080)),
            ("127.0.0.1:0", BindAddress(host: "127.0.0.1", port: 0)),
            ("localhost:80", BindAddress(host: "localhost", port: 80)),
            ("[::1]:9443", BindAddress(host: "::1", port: 9443)),
        ]
    )
    func read(text: String, expected: BindAddress) throws {
        #expect(try BindAddress.parse(text) == expected)
        #expect(expected.description == text)
    }

    @Test("0 and nothing mean not to listen", arguments: ["0", ""])
    func off(text: String) throws { #expect(try BindAddress.parse(text) == nil) }

    @Test(
        "anything else is refused with what to write",
        arguments: ["8080", "a:b", ":99999", ":-1", ":+1", "::1:80", "host:", "x"]
    )
    func refused(text: String) {
        let error = #expect(throws: ServingError.self) { try BindAddress.parse(text) }
        #expect(error?.code == .badAddress)
        #expect(error?.message.contains("HOST:PORT") == true)
    }
}
