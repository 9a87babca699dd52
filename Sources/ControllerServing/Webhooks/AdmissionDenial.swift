// Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0

public import KubernetesMeta

/// Thrown by the handler of an admission webhook to refuse a request. The client gets it as the answer's Status.
public struct AdmissionDenial: Error, Sendable, Hashable, CustomStringConvertible {
    /// Which object, what is wrong with it and what to do.
    public var message: String
    /// The HTTP status that the client gets: 403 unless something else is said.
    public var code: Int32
    /// As in `metav1.Status`, for example `Forbidden` or `Invalid`.
    public var reason: String
    /// The fields at fault, if any.
    public var causes: [StatusCause]

    /// A refusal.
    public init(_ message: String, code: Int32 = 403, reason: String = "Forbidden", causes: [StatusCause] = []) {
        self.message = message
        self.code = code
        self.reason = reason
        self.causes = causes
    }

    /// A refusal because of the object's content, as the API server's own validation makes it: 422, `Invalid`.
    ///
    /// - Parameter causes: The fields, each with its path and what is wrong.
    public static func invalid(_ causes: [StatusCause]) -> AdmissionDenial {
        let list = causes.map { [$0.field, $0.message].compactMap { $0 }.joined(separator: ": ") }
        return AdmissionDenial(list.joined(separator: ", "), code: 422, reason: "Invalid", causes: causes)
    }

    public var description: String { message }

    var status: Status {
        Status(
            code: code,
            details: causes.isEmpty ? nil : StatusDetails(causes: causes),
            message: message.cut(toUTF8: 4096),
            reason: reason,
            status: "Failure"
        )
    }
}
