// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import CLibcurl

/// libcurl's state for the whole process, set up once.
enum CurlGlobal {
    private static let code = clc_global_init()

    static func start() throws(TransportError) {
        guard code == CURLE_OK else {
            throw TransportError(.other, "libcurl cannot start: \(String(cString: curl_easy_strerror(code)))")
        }
    }
}
