// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

import KubernetesMeta

/// Quantities as they stand in JSON, with the complaints of Go's parser (`resource.ParseQuantity`).
enum QuantityText {
    static let formatError = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

    /// Why a text is no quantity.
    struct Failure: Error {
        var message: String
    }

    /// The canonical text of a quantity.
    static func canonical(_ text: String) -> Result<String, Failure> {
        if let quantity = Quantity(text) { return .success(quantity.description) }
        return .failure(Failure(message: complaint(about: text)))
    }

    private static func complaint(about text: String) -> String {
        var rest = Substring(text)
        if let first = rest.first, "+-".contains(first) { rest.removeFirst() }
        let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        var suffix = rest.dropFirst(number.count)
        guard !number.isEmpty, number.filter({ $0 == "." }).count < 2 else { return formatError }
        suffix = suffix.drop { "eEinumkKMGTP".contains($0) }
        if let first = suffix.first, "+-".contains(first) { suffix.removeFirst() }
        return suffix.allSatisfy { $0.isASCII && $0.isNumber } ? "unable to parse quantity's suffix" : formatError
    }
}
