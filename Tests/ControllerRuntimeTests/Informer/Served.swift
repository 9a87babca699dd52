// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// Documents of a scripted API server.
enum Served {
    static func configMap(_ name: String, _ version: Int, namespace: String = "ns", uid: String? = nil) -> String {
        #"{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"\#(name)","namespace":"\#(namespace)","uid":"\#(uid ?? "u-\(name)")","#
            + #""resourceVersion":"\#(version)"},"data":{"k":"\#(version)"}}"#
    }

    static func list(_ items: [String], version: Int, continueToken: String? = nil) -> String {
        let token = continueToken.map { #","continue":"\#($0)""# } ?? ""
        return
            #"{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"\#(version)"\#(token)},"items":[\#(items.joined(separator: ","))]}"#
    }

    static func event(_ type: String, _ object: String) -> String { #"{"type":"\#(type)","object":\#(object)}"# + "\n" }

    static func bookmark(_ version: Int) -> String {
        event("BOOKMARK", #"{"kind":"ConfigMap","apiVersion":"v1","metadata":{"resourceVersion":"\#(version)"}}"#)
    }

    static func error(_ code: Int, _ reason: String, message: String? = nil) -> String {
        event(
            "ERROR",
            #"{"kind":"Status","apiVersion":"v1","status":"Failure","code":\#(code),"reason":"\#(reason)","#
                + #""message":"\#(message ?? reason)"}"#
        )
    }
}
