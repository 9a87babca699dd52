// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

/// What a field of a built-in kind holds, as Go's decoder sees it.
indirect enum FieldType: Sendable, Hashable {
    case string
    case boolean
    /// 32 or 64 bits.
    case integer(bits: Int)
    case number
    /// Base64 text.
    case bytes
    case quantity
    case intOrString
    case time
    case microTime
    /// Kept as it is: raw extensions, managed fields.
    case any
    /// The name of a definition, e.g. `io.k8s.api.core.v1.PodSpec`.
    case structure(String)
    /// A definition, or JSON of another type which is kept as it is: a schema or a boolean, for instance.
    case structureOrAny(String)
    case list(FieldType)
    case map(FieldType)

    /// The type as Go's error messages name it, e.g. `[]v1.Container`.
    var goName: String {
        switch self {
        case .string: "string"
        case .boolean: "bool"
        case .integer(let bits): "int\(bits)"
        case .number: "float64"
        case .bytes: "[]uint8"
        case .quantity: "resource.Quantity"
        case .intOrString: "intstr.IntOrString"
        case .time: "v1.Time"
        case .microTime: "v1.MicroTime"
        case .any: "interface {}"
        case .structure(let name), .structureOrAny(let name): name.split(separator: ".").suffix(2).joined(separator: ".")
        case .list(let element): "[]" + element.goName
        case .map(let value): "map[string]" + value.goName
        }
    }
}
