// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import KubernetesClient

/// Asks an operator of this host whether it is ready, and who it says leads.
struct OperatorProbe: Sendable {
    let port: Int

    private static let patience = RequestOptions(timeout: .seconds(5))

    func part() async -> LocalClusterStatus.Part {
        do {
            let (code, text) = try await ask("/readyz?verbose")
            if code == 200 { return .ready }
            return .notReady(text.split(separator: "\n").filter { $0.hasPrefix("[-]") }.joined(separator: ", "))
        } catch {
            return .notReady("\(error)")
        }
    }

    /// What it says of leadership; nil when nobody is elected, or it does not answer.
    func leadership() async -> String? {
        do {
            let (_, text) = try await ask("/healthz?verbose")
            let prefix = "[+]leader-election-default ok: "
            return text.split(separator: "\n").first { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
        } catch {
            return nil
        }
    }

    private func ask(_ path: String) async throws -> (code: Int, text: String) {
        let transport = CurlTransport(configuration: ClientConfiguration(server: try ServerURL("http://127.0.0.1:\(port)")))
        let head = HTTPRequest(method: .get, scheme: nil, authority: nil, path: path)
        do {
            let exchange = try await transport.send(head, body: [], options: Self.patience)
            let text = String(decoding: try await exchange.body.collect(upTo: 1 << 16), as: UTF8.self)
            await transport.shutdown()
            return (exchange.head.status.code, text)
        } catch {
            await transport.shutdown()
            throw error
        }
    }
}
