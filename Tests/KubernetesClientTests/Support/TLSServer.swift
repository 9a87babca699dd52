// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// An HTTPS server. Its answers say who the client is, which name it asked for, and the Host field. The paths below `/only` are for the
/// client with the name that follows; others get a 401.
struct TLSServer {
    private let process: ServerProcess
    var port: Int { process.port }

    init(_ certificates: TestCertificates, certificate: String = "server", needsClient: Bool = false) throws {
        let files = [
            certificates.path("\(certificate).crt"), certificates.path("\(certificate).key"), certificates.path("ca.crt"),
        ]
        process = try ServerProcess(program: Self.program, files + [needsClient ? "yes" : "no"])
    }

    private static let program = """
        import http.server, ssl, sys
        certificate, key, authority, needs_client = sys.argv[1:5]
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_GET(self):
                peer = self.connection.getpeercert() or {}
                name = dict(part[0] for part in peer.get("subject", ())).get("commonName", "nobody")
                body = ("%s %s %s" % (name, self.connection.asked_for, self.headers["Host"])).encode()
                wanted = self.path.removeprefix("/only/")
                self.send_response(200 if wanted in (self.path, name) else 401)
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
        port, serve = server.server_address[1], server.serve_forever
        """
}
