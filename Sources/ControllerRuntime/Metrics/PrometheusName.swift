// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// A metric or label name as Prometheus allows it: letters, digits and "_", no digit first.
struct PrometheusName {
    let text: String

    init(_ label: String) {
        var text = ""
        for scalar in label.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "_", ":": text.unicodeScalars.append(scalar)
            case "0"..."9":
                if text.isEmpty { text = "_" }
                text.unicodeScalars.append(scalar)
            default: text += "_"
            }
        }
        self.text = text.isEmpty ? "_" : text
    }
}
