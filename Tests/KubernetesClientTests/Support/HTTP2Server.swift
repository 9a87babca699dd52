// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// A server that speaks just enough HTTP/2 over TLS. What a request gets depends on its body: nothing, a line about the connection; `open`,
/// a stream that says hello and stays; `hang`, no answer; `flood`, 8 MiB; `count`, how many requests the server has had;
/// `close`, the end of its connection without a word.
struct HTTP2Server {
    private let process: ServerProcess
    var port: Int { process.port }

    init(_ certificates: TestCertificates) throws {
        process = try ServerProcess(program: Self.program, [certificates.path("server.crt"), certificates.path("server.key")])
    }

    private static let program = """
        import itertools, socket, ssl, sys, threading
        DATA, HEADERS, RESET, SETTINGS, PING = 0, 1, 3, 4, 6
        END_STREAM, END_HEADERS, ACK = 1, 4, 1
        numbers, requests = itertools.count(1), []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1], sys.argv[2])
        context.set_alpn_protocols(["h2"])
        listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        port = listener.getsockname()[1]

        class Closed(Exception):
            pass

        class Connection:
            def __init__(self, plain):
                self.socket = context.wrap_socket(plain, server_side=True)
                self.number = next(numbers)
                self.bodies, self.open, self.resets = {}, set(), 0

            def read(self, count):
                data = b""
                while len(data) < count:
                    more = self.socket.recv(count - len(data))
                    if not more:
                        raise Closed
                    data += more
                return data

            def send(self, kind, flags, stream, payload=b""):
                self.socket.sendall(len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload)

            def answer(self, stream):
                body = self.bodies.pop(stream)
                if body == b"hang":
                    return
                if body == b"close":
                    raise Closed
                text = ("connection %d, %d open, %d reset" % (self.number, len(self.open), self.resets)).encode()
                if body == b"count":
                    text = b"%d" % len(requests)
                head = b"\\x88"
                if not body:
                    # Without Content-Length libcurl 7.88 resets a stream that has ended, which would be counted.
                    head += b"\\x0f\\x0d\\x02%d" % len(text)
                self.send(HEADERS, END_HEADERS, stream, head)
                if body == b"open":
                    self.open.add(stream)
                    self.send(DATA, 0, stream, b"hello")
                elif body == b"flood":
                    for _ in range(512):
                        self.send(DATA, 0, stream, bytes(16384))
                    self.send(DATA, END_STREAM, stream)
                else:
                    self.send(DATA, END_STREAM, stream, text)

            def run(self):
                self.read(24)
                self.send(SETTINGS, 0, 0, b"\\x00\\x03\\x00\\x00\\x00\\x64")
                while True:
                    head = self.read(9)
                    payload = self.read(int.from_bytes(head[:3], "big"))
                    kind, flags, stream = head[3], head[4], int.from_bytes(head[5:], "big")
                    if kind == SETTINGS and not flags & ACK:
                        self.send(SETTINGS, ACK, 0)
                    elif kind == PING and not flags & ACK:
                        self.send(PING, ACK, 0, payload)
                    elif kind == RESET:
                        self.open.discard(stream)
                        self.resets += 1
                    elif kind == HEADERS:
                        self.bodies[stream] = b""
                        requests.append(stream)
                    elif kind == DATA:
                        self.bodies[stream] += payload
                    if kind in (HEADERS, DATA) and flags & END_STREAM:
                        self.answer(stream)

        def handle(plain):
            try:
                Connection(plain).run()
            except (Closed, OSError):
                pass
            plain.close()

        def serve():
            while True:
                threading.Thread(target=handle, args=(listener.accept()[0],), daemon=True).start()
        """
}
