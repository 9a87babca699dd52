// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

extension LabelSelector: CustomStringConvertible {
    /// The selector as requests carry it in `labelSelector`: `app=web,tier in (a,b),!legacy`. Empty when everything is selected.
    ///
    /// Requirements with an operator that Kubernetes does not have are written with it, so that an API server refuses them by name.
    public var description: String { requirements.map(\.text).joined(separator: ",") }

    /// Reads what requests carry in `labelSelector`: requirements between commas, of the forms `k`, `!k`, `k=v`, `k==v`, `k!=v`, `k in (a,b)` and
    /// `k notin (a,b)`. An empty text selects everything. `k>n` and `k<n` are refused, because a `LabelSelector` cannot hold them.
    ///
    /// - Throws: `MetaError` of code `invalidSelector`, which names the place and what was expected there.
    public init(parsing text: String) throws(MetaError) {
        var parser = LabelSelectorParser(text)
        self.init(requirements: try parser.requirements())
    }
}

extension LabelSelectorRequirement {
    fileprivate var text: String {
        let values = values ?? []
        return switch `operator` {
        case "In" where values.count == 1: "\(key)=\(values[0])"
        case "NotIn" where values.count == 1: "\(key)!=\(values[0])"
        case "In": "\(key) in (\(values.sorted().joined(separator: ",")))"
        case "NotIn": "\(key) notin (\(values.sorted().joined(separator: ",")))"
        case "Exists": key
        case "DoesNotExist": "!\(key)"
        default: "\(key) \(`operator`) (\(values.joined(separator: ",")))"
        }
    }
}
