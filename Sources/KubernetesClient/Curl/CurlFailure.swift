// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import CLibcurl
import Glibc

/// What libcurl says about a failed transfer, and what that means to a caller.
struct CurlFailure {
    var code: CURLcode
    /// libcurl's own words.
    var text: String
    /// errno's number; 0 for none.
    var systemError: Int32
    /// Without secrets.
    var server: String
    var connectTimeout: Duration
    /// The proxy that the configuration names, without secrets; nil when there is none.
    var proxy: String?

    var transportError: TransportError {
        let (kind, message) = meaning
        return TransportError(kind, message)
    }

    private var detail: String {
        let said = text.isEmpty ? String(cString: curl_easy_strerror(code)) : text
        return said.escapingControlCharacters
    }

    /// Whether the server refuses the client's certificate. With TLS 1.3 it says so only when the client has begun to use the connection.
    private var isCertificateAlert: Bool {
        let codes = [CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_HTTP2, CURLE_SSL_CONNECT_ERROR]
        guard codes.contains(code), text.contains("SSL routines"), text.contains("alert") else { return false }
        return ["certificate", "unknown ca", "access denied"].contains { text.contains($0) }
    }

    /// Whether a proxy refuses to lead to the server. libcurl's words differ with its version, its codes do not tell.
    private var isRefusedTunnel: Bool {
        ["CONNECT tunnel failed", "from proxy after CONNECT"].contains { text.contains($0) }
    }

    /// A proxy that wants another name and password answers 407; tinyproxy, when they are wrong, 401.
    private var tunnelRemedy: String {
        [" 401", " 407"].contains { text.contains($0) }
            ? "give its user name and password in proxy-url, as in http://name:password@host:port"
            : "it may allow no such host or port, or not reach it; check proxy-url in the kubeconfig, HTTPS_PROXY and NO_PROXY"
    }

    private var meaning: (TransportError.Code, String) {
        switch code {
        case _ where isRefusedTunnel:
            (.unreachable, "the proxy\(proxy.map { " \($0)" } ?? "") for \(server) refuses: \(detail); \(tunnelRemedy)")
        case _ where isCertificateAlert:
            (.tls, "\(server) refuses the client certificate: \(detail); check client-certificate and client-key of the user")
        case CURLE_COULDNT_CONNECT where proxy != nil:
            (
                .unreachable,
                "cannot connect to the proxy \(proxy ?? "") for \(server): \(systemText ?? detail); check proxy-url in the kubeconfig"
            )
        case CURLE_COULDNT_CONNECT where systemError == ECONNREFUSED:
            (.refused, "nobody listens at \(server) (connection refused); is the API server running, and is the address right?")
        case CURLE_COULDNT_CONNECT:
            (.unreachable, "cannot connect to \(server): \(systemText ?? detail); check the address and the network")
        case CURLE_COULDNT_RESOLVE_HOST:
            (.unreachable, "cannot find the host of \(server): \(detail); check the name and the DNS")
        case CURLE_COULDNT_RESOLVE_PROXY:
            (
                .unreachable,
                "cannot find the proxy for \(server): \(detail); check proxy-url in the kubeconfig, HTTPS_PROXY and NO_PROXY"
            )
        case CURLE_PROXY:
            (
                .unreachable,
                "the proxy for \(server) refuses: \(detail); check proxy-url in the kubeconfig, HTTPS_PROXY and NO_PROXY"
            )
        case CURLE_OPERATION_TIMEDOUT:
            (.timedOut, "\(server) took no connection within \(connectTimeout); check the address and the network")
        case CURLE_PEER_FAILED_VERIFICATION:
            (
                .tls,
                "the certificate of \(server) is not trusted: \(detail); check certificate-authority and tls-server-name of the cluster"
            )
        case CURLE_SSL_CERTPROBLEM:
            (
                .tls,
                "the client certificate or its key cannot be used: \(detail); check client-certificate and client-key of the user"
            )
        case CURLE_SSL_CACERT_BADFILE:
            (.tls, "the certificate authority cannot be used: \(detail); check certificate-authority of the cluster")
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_CRL_BADFILE,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_CLIENTCERT, CURLE_USE_SSL_FAILED:
            (
                .tls,
                "no TLS connection with \(server): \(detail); is it an HTTPS server, and does it take this client's certificate?"
            )
        case CURLE_GOT_NOTHING:
            (.closed, "\(server) closed the connection without an answer")
        case CURLE_PARTIAL_FILE, CURLE_RECV_ERROR:
            (.closed, "the connection to \(server) broke in the middle of an answer: \(systemText ?? detail)")
        case CURLE_SEND_ERROR, CURLE_SEND_FAIL_REWIND:
            (.closed, "the connection to \(server) broke in the middle of a request: \(systemText ?? detail)")
        case CURLE_HTTP2_STREAM:
            (.closed, "\(server) broke off an answer: \(detail)")
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_HTTP2, CURLE_BAD_CONTENT_ENCODING:
            (.protocolViolation, "\(server) does not speak HTTP: \(detail); is it a Kubernetes API server?")
        case CURLE_OUT_OF_MEMORY:
            (.other, "libcurl has no memory left for the request to \(server)")
        default:
            (.other, "the request to \(server) failed: \(detail) (libcurl's error \(code.rawValue))")
        }
    }

    private var systemText: String? {
        guard systemError > 0 else { return nil }
        return String(cString: strerror(systemError))
    }
}
