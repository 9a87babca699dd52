// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

// What `kubectl get` prints beside the name. A wide column is printed with `-o wide` only. A path is a simple JSONPath: `.status.phase`.
extension CustomResourceColumnDefinition {
    /// A column of texts.
    public static func string(_ name: String, _ path: String, wide: Bool = false) -> Self { column(name, "string", path, wide) }

    /// A column of whole numbers.
    public static func integer(_ name: String, _ path: String, wide: Bool = false) -> Self { column(name, "integer", path, wide) }

    /// A column of numbers.
    public static func number(_ name: String, _ path: String, wide: Bool = false) -> Self { column(name, "number", path, wide) }

    /// A column of truth values.
    public static func boolean(_ name: String, _ path: String, wide: Bool = false) -> Self { column(name, "boolean", path, wide) }

    /// A column of times, printed as the time since then.
    public static func date(_ name: String, _ path: String, wide: Bool = false) -> Self { column(name, "date", path, wide) }

    /// The object's age.
    public static let age = date("Age", ".metadata.creationTimestamp")

    private static func column(_ name: String, _ type: String, _ path: String, _ wide: Bool) -> Self {
        Self(jsonPath: path, name: name, type: type, priority: wide ? 1 : nil)
    }
}
