// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import HTTPTypes

extension HTTPRequest {
    init(_ path: String, method: Method = .get, fields: HTTPFields = [:]) {
        self.init(method: method, scheme: "https", authority: "localhost", path: path, headerFields: fields)
    }
}
