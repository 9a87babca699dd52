// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import CLibcurl

/// An easy handle with what is the same for all requests of a transport set once. Used on one thread only.
///
/// Handles are used again: ``prepare(_:)`` sets everything that one request can make different from another.
final class CurlHandle {
    let easy: UnsafeMutableRawPointer
    private let errorBuffer: UnsafeMutablePointer<CChar>
    private var fields: UnsafeMutablePointer<curl_slist>?
    private var connectTo: UnsafeMutablePointer<curl_slist>?
    /// The certificates that the handle has.
    private var tls: TLSMaterial?

    /// - Parameter multiplexes: Whether requests may share a connection by HTTP/2.
    init(configuration: ClientConfiguration, multiplexes: Bool) throws(TransportError) {
        guard let easy = curl_easy_init() else { throw TransportError(.other, "libcurl has no memory for another request") }
        self.easy = easy
        errorBuffer = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        try Self.check(clc_set_error_buffer(easy, errorBuffer), "error buffer")
        try setBasics(configuration, multiplexes: multiplexes)
        try setVerification(configuration.tls)
        try setRoute(configuration)
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(fields)
        curl_slist_free_all(connectTo)
        errorBuffer.deallocate()
    }

    /// What libcurl said about the last failure; empty when nothing.
    var errorText: String { String(cString: errorBuffer) }

    /// The number that the system gave for the last failure; 0 when none.
    var systemError: Int32 { Int32(truncatingIfNeeded: max(0, clc_info_long(easy, CURLINFO_OS_ERRNO))) }

    /// How many bytes of the request's body libcurl has sent.
    var uploadedBytes: Int { Int(clc_uploaded(easy)) }

    /// Sets the handle up for `request`.
    func prepare(_ request: CurlRequest) throws(TransportError) {
        errorBuffer[0] = 0
        try set(CURLOPT_URL, request.url)
        if request.tls !== tls { try set(tls: request.tls) }
        try set(fields: request.fields)
        // This takes method, body and the HEAD switch of the request before back.
        try set(CURLOPT_HTTPGET, 1)
        if !request.body.isEmpty || ["POST", "PUT", "PATCH"].contains(request.method) {
            let code = request.body.withUnsafeBytes { clc_set_body(easy, $0.baseAddress, $0.count) }
            try Self.check(code, "body")
        }
        if request.method == "HEAD" { try set(CURLOPT_NOBODY, 1) }
        try set(CURLOPT_CUSTOMREQUEST, request.method == "HEAD" ? nil : request.method)
        try set(CURLOPT_FORBID_REUSE, 0)
    }

    /// Lets go of the connection instead of keeping it for the next request: it may be dead.
    func forbidReuse() { clc_set_long(easy, CURLOPT_FORBID_REUSE, 1) }

    private func setBasics(_ configuration: ClientConfiguration, multiplexes: Bool) throws(TransportError) {
        try set(CURLOPT_NOSIGNAL, 1)
        // A name that is still being resolved must not hold the thread when its request is taken back.
        try set(CURLOPT_QUICK_EXIT, 1)
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_FOLLOWLOCATION, 0)
        try set(CURLOPT_PATH_AS_IS, 1)
        try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        try set(CURLOPT_HTTP09_ALLOWED, 0)
        try set(CURLOPT_HTTP_VERSION, multiplexes ? Int(CURL_HTTP_VERSION_2TLS) : Int(CURL_HTTP_VERSION_1_1))
        try set(CURLOPT_PIPEWAIT, multiplexes ? 1 : 0)
        try set(CURLOPT_CONNECTTIMEOUT_MS, max(1, configuration.connectTimeout.wholeMilliseconds))
        try set(CURLOPT_TCP_KEEPALIVE, 1)
        try set(CURLOPT_TCP_KEEPIDLE, 30)
        try set(CURLOPT_TCP_KEEPINTVL, 10)
        try Self.check(clc_set_tcp_user_timeout(easy, 30_000), "TCP user timeout")
        if configuration.acceptsCompression { try set(CURLOPT_ACCEPT_ENCODING, "gzip") }
    }

    private func setVerification(_ tls: TLSConfiguration) throws(TransportError) {
        try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        try set(CURLOPT_SSL_VERIFYPEER, tls.skipsVerification ? 0 : 1)
        try set(CURLOPT_SSL_VERIFYHOST, tls.skipsVerification ? 0 : 2)
        try set(CURLOPT_SSLCERTTYPE, "PEM")
        try set(CURLOPT_SSLKEYTYPE, "PEM")
    }

    /// Sets the certificates. libcurl uses no connection that was made with others.
    private func set(tls material: TLSMaterial) throws(TransportError) {
        tls = nil
        let parts = material.parts
        if let authority = parts.certificateAuthority {
            try set(CURLOPT_CAINFO_BLOB, blob: authority)
            // Else the system's authorities would be trusted beside the cluster's.
            try set(CURLOPT_CAPATH, nil)
            try set(CURLOPT_CAINFO, nil)
        }
        let hasPair = parts.clientCertificate != nil && parts.clientKey != nil
        try set(CURLOPT_SSLCERT_BLOB, blob: hasPair ? parts.clientCertificate : nil)
        try set(CURLOPT_SSLKEY_BLOB, blob: hasPair ? parts.clientKey : nil)
        tls = material
    }

    private func setRoute(_ configuration: ClientConfiguration) throws(TransportError) {
        let server = configuration.server
        if server.isLoopback {
            // libcurl alone would send requests to this machine, and their token, to a proxy of the environment.
            try set(CURLOPT_PROXY, "")
        } else if let proxy = configuration.proxy {
            try set(CURLOPT_PROXY, proxy)
            // An explicit proxy is for everything, as with client-go.
            try set(CURLOPT_NOPROXY, "")
        }
        if let name = configuration.tls.serverName {
            // The address names the certificate's name; the connection goes where the server is.
            let here = "\(server.bracketed(name)):\(server.port)"
            let there = "\(server.bracketed(server.host)):\(server.port)"
            connectTo = curl_slist_append(nil, "\(here):\(there)")
            try Self.check(clc_set_list(easy, CURLOPT_CONNECT_TO, connectTo), "address")
        }
    }

    private func set(fields lines: [String]) throws(TransportError) {
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            guard let longer = curl_slist_append(list, line) else {
                curl_slist_free_all(list)
                throw TransportError(.other, "libcurl has no memory for the fields of a request")
            }
            list = longer
        }
        let code = clc_set_list(easy, CURLOPT_HTTPHEADER, list)
        curl_slist_free_all(fields)
        fields = list
        try Self.check(code, "fields")
    }

    private func set(_ option: CURLoption, _ value: Int) throws(TransportError) {
        try Self.check(clc_set_long(easy, option, value), "option \(option.rawValue)")
    }

    private func set(_ option: CURLoption, _ value: String?) throws(TransportError) {
        try Self.check(clc_set_string(easy, option, value), "option \(option.rawValue)")
    }

    private func set(_ option: CURLoption, blob: [UInt8]?) throws(TransportError) {
        let code = (blob ?? []).withUnsafeBytes { clc_set_blob(easy, option, $0.baseAddress, $0.count) }
        try Self.check(code, "option \(option.rawValue)")
    }

    private static func check(_ code: CURLcode, _ what: String) throws(TransportError) {
        guard code != CURLE_OK else { return }
        throw TransportError(.other, "libcurl refuses the \(what) of a request: \(String(cString: curl_easy_strerror(code)))")
    }
}
