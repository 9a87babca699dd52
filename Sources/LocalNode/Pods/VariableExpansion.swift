// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// `$(NAME)` in commands, arguments and variables, as the kubelet expands it.
///
/// A name that is not known stays as it is, `$$` stands for one dollar sign, and nothing is expanded twice.
/// See https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
enum VariableExpansion {
    static func expand(_ text: String, _ value: (String) -> String?) -> String {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
        var output = ""
        var rest = Substring(text)
        while let dollar = rest.firstIndex(of: "$") {
            output += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            switch rest.first {
            case "$":
                output += "$"
                rest = rest.dropFirst()
            case "(":
                guard let end = rest.firstIndex(of: ")") else {
                    output += "$"
                    continue
                }
                let name = String(rest[rest.index(after: rest.startIndex)..<end])
                output += value(name) ?? "$(\(name))"
                rest = rest[rest.index(after: end)...]
            default:
                output += "$"
            }
        }
        return output + rest
    }
}
