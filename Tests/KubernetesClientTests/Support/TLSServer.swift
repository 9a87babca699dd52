// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import Foundation

@testable import KubernetesClient

/// An HTTPS server in a process of its own. Its answers say who the client is, which name it asked for, and the Host field.
final class TLSServer {
    private let process: Process
    /// The server ends when this is closed, so that it does not outlive the tests whatever happens to them.
    private let lifeline = Pipe()
    let port: Int

    init(_ certificates: TestCertificates, certificate: String = "server", needsClient: Bool = false) throws {
        let arguments = [
            certificates.path("\(certificate).crt"), certificates.path("\(certificate).key"), certificates.path("ca.crt"),
        ]
        process = try TLSTools.start("python3", ["-c", Self.program] + arguments + [needsClient ? "yes" : "no"])
        let output = Pipe()
        process.standardInput = lifeline
        process.standardOutput = output
        try process.run()
        var line: [UInt8] = []
        while line.last != UInt8(ascii: "\n") {
            guard let byte = try output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty else {
                throw TLSTools.ToolError(message: "the HTTPS server did not start")
            }
            line += byte
        }
        guard let number = Int(String(decoding: line.dropLast(), as: UTF8.self)) else {
            throw TLSTools.ToolError(message: "the HTTPS server has no port")
        }
        port = number
    }

    deinit {
        try? lifeline.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    private static let program = """
        import http.server, os, ssl, sys, threading
        certificate, key, authority, needs_client = sys.argv[1:5]
        names = threading.local()
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_GET(self):
                peer = self.connection.getpeercert() or {}
                name = dict(part[0] for part in peer.get("subject", ())).get("commonName", "nobody")
                body = ("%s %s %s" % (name, self.connection.asked_for, self.headers["Host"])).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def log_message(self, *arguments):
                pass
        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            def handle_error(self, *arguments):
                pass
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        context.load_verify_locations(authority)
        context.verify_mode = ssl.CERT_REQUIRED if needs_client == "yes" else ssl.CERT_OPTIONAL
        class Socket(ssl.SSLSocket):
            asked_for = None
        context.sslsocket_class = Socket
        def note(connection, name, context):
            connection.asked_for = name
        context.sni_callback = note
        server = Server(("127.0.0.1", 0), Handler)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
        print(server.server_address[1], flush=True)
        server.serve_forever()
        """
}
